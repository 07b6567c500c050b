"""The tree of a hierarchical method: which groups were joined, how far apart, and where it was cut."""

from dataclasses import dataclass

from segmentry.describe.words import number, rounded
from segmentry.figures.figure import Cell, Figure
from segmentry.figures.fitting import apart, text_width
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.panels import Panel, nice
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import Dendrogram, RunSummary

__all__ = ["dendrogram"]

HEIGHT, AXIS, FOOT, BAND = 260, 44, 40, 8
"""Pixels: of the tree, left of it for the distances, under it for the letters, and of the leaves' band."""


@dataclass(frozen=True, slots=True)
class Node:
    """One branch: its middle from left to right in customers, where it begins, whose it is, how many it holds."""

    at: float
    height: float
    segment: int
    customers: int


@remembered(RUNS)
def dendrogram(summary: RunSummary) -> Figure | None:
    """Draw the upper part of the tree, branches in their segment's colour; None where the method has no tree."""
    tree = summary.tree
    if tree is None or not tree.merges:
        return None
    letters = [segment.letter for segment in summary.segments]
    nodes, cut = _nodes(tree), _cut(tree)
    return Figure(
        name="dendrogram",
        title=_title(tree, nodes, letters, cut),
        subtitle=(
            f"The last {count(len(tree.merges), 'join')} of {count(sum(tree.sizes), 'customer')}. Height: the distance "
            "at which two branches join, in prepared units. Grey joins lie above the cut; leaves are as wide as "
            "their customers."
        ),
        columns=(
            Column("Join"),
            Column("Left branch"),
            Column("Customers left", number=True),
            Column("Right branch"),
            Column("Customers right", number=True),
            Column("Distance", number=True),
        ),
        rows=tuple(_row(tree, nodes, letters, place) for place in range(len(tree.merges))),
        draw=lambda width: _draw(tree, nodes, letters, cut, width),
    )


def _nodes(tree: Dendrogram) -> list[Node]:
    """Place every branch: leaves stand as wide as they have customers, at least a little."""
    least = sum(tree.sizes) / (4 * len(tree.sizes))
    nodes, left = [], 0.0
    for size, segment in zip(tree.sizes, tree.segments, strict=True):
        wide = max(size, least)
        nodes.append(Node(left + wide / 2, 0.0, segment, size))
        left += wide
    for (one, other), height in zip(tree.merges, tree.heights, strict=True):
        a, b = nodes[one], nodes[other]
        same = a.segment if a.segment == b.segment else -1
        nodes.append(Node((a.at + b.at) / 2, height, same, a.customers + b.customers))
    return nodes


def _cut(tree: Dendrogram) -> tuple[float, float] | None:
    """Give the highest join inside a segment (0 where there is none) and the lowest between two; None without."""
    nodes = _nodes(tree)
    joins = nodes[len(tree.sizes) :]
    inside = [node.height for node in joins if node.segment >= 0]
    between = [node.height for node in joins if node.segment < 0]
    return (max(inside, default=0.0), min(between)) if between else None


def _title(tree: Dendrogram, nodes: list[Node], letters: list[str], cut: tuple[float, float] | None) -> str:
    if cut is None:
        return f"{count(len(tree.sizes), 'branch', 'branches')} join within one segment"
    kept, lost = cut
    place = len(tree.sizes) + next(
        at for at, height in enumerate(tree.heights) if height == lost and nodes[len(tree.sizes) + at].segment < 0
    )
    left, right = sorted(_said(nodes[child].segment, letters) for child in tree.merges[place - len(tree.sizes)])
    if not 0 < kept <= lost or "several" in (left, right):
        return f"{count(len(letters), 'segment')}: the next join above the cut is at a distance of {number(lost)}"
    times = lost / kept
    how = f"{times:.1f}" if times >= 1.1 else f"{times:.2f}"
    return f"Joining {left} and {right} next would reach {how} times as far as any join made"


def _said(segment: int, letters: list[str]) -> str:
    return letters[segment] if 0 <= segment < len(letters) else "several"


def _row(tree: Dendrogram, nodes: list[Node], letters: list[str], place: int) -> tuple[Cell, ...]:
    one, other = tree.merges[place]
    sides: list[Cell] = []
    for child in (one, other):
        kind = f"leaf {child + 1}" if child < len(tree.sizes) else f"join {child - len(tree.sizes) + 1}"
        sides += [f"{kind} ({_said(nodes[child].segment, letters)})", nodes[child].customers]
    return (f"join {place + 1}", *sides, rounded(tree.heights[place], 4))


def _draw(
    tree: Dendrogram, nodes: list[Node], letters: list[str], cut: tuple[float, float] | None, width: int
) -> Sheet:
    leaves = len(tree.sizes)
    least = sum(tree.sizes) / (4 * leaves)
    wide = [max(size, least) for size in tree.sizes]
    sheet = Sheet(width - 4, HEIGHT + FOOT)
    panel = Panel(AXIS, 8, width - 4 - AXIS, HEIGHT - 8, 0.0, sum(wide), 0.0, max(tree.heights) or 1.0)
    ticks = nice(0.0, panel.peak, 4)
    for tick in ticks:
        sheet.rule(panel.left, panel.y(tick), panel.right, panel.y(tick), colour=colours()["rule"])
    grey = colours()["muted-mark"]
    for place, (one, other) in enumerate(tree.merges):
        a, b, top = nodes[one], nodes[other], nodes[leaves + place]
        colour = segment_colour(letters[top.segment]) if 0 <= top.segment < len(letters) else grey
        x, x2, y = panel.x(a.at), panel.x(b.at), panel.y(top.height)
        path = [(x, panel.y(a.height)), (x, y), (x2, y), (x2, panel.y(b.height))]
        sheet.path(path, colour=colour, width=2)
    if cut is not None and cut[0] <= cut[1]:
        at = panel.y((cut[0] + cut[1]) / 2)
        sheet.rule(panel.left, at, panel.right, at, colour=colours()["ink"], dashed=True)
        said = f"cut: {count(len(letters), 'segment')}"
        sheet.box(panel.right - text_width(said) - 4, at - 20, panel.right, at - 3, colours()["paper"], level=1)
        sheet.text(panel.right - 2, at - 11, said, align="right")
    for tick in ticks:
        sheet.text(panel.left - 8, panel.y(tick), number(tick), colour="ink-3", align="right")
    _leaves(sheet, panel, tree, wide, letters)
    return sheet


def _leaves(sheet: Sheet, panel: Panel, tree: Dendrogram, wide: list[float], letters: list[str]) -> None:
    """Draw each leaf as a band, and a segment's letter under the leaves that stand together."""
    left, began = 0.0, 0.0
    said, middles = [], []
    for place, segment in enumerate(tree.segments):
        known = 0 <= segment < len(letters)
        colour = segment_colour(letters[segment]) if known else colours()["muted-mark"]
        x, x2 = panel.x(left), panel.x(left + wide[place])
        sheet.box(x, panel.foot + 4, max(x2 - 1, x + 0.5), panel.foot + 4 + BAND, colour)
        left += wide[place]
        if place + 1 == len(tree.segments) or tree.segments[place + 1] != segment:
            if known:
                said.append(letters[segment])
                middles.append(panel.x((began + left) / 2))
            began = left
    # Narrow segments stand side by side: their letters must not.
    places = apart(middles, [text_width(letter) + 6 for letter in said], panel.left, panel.right)
    for letter, x in zip(said, places, strict=True):
        sheet.text(x, panel.foot + 24, letter, align="center", strong=True)
