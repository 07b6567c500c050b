"""The tree of a hierarchical method: which groups were joined, and at which height."""

from segmentry.markup.badges import colour, titled
from segmentry.markup.build import Markup, element
from segmentry.markup.words import count
from segmentry.summary import Dendrogram, RunSummary

__all__ = ["dendrogram"]

WIDTH, HEIGHT, EDGE = 720.0, 240.0, 6.0


def dendrogram(summary: RunSummary) -> Markup | None:
    """Draw the upper part of the tree, its leaves in the colours of their segments; None where there is none."""
    tree = summary.tree
    if tree is None or not tree.merges:
        return None
    picture = element(
        "svg",
        *_branches(tree, summary),
        viewbox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_label=f"Tree of {count(len(tree.sizes), 'group')} joined into one",
        class_="tree",
    )
    caption = (
        f"The last {len(tree.merges)} joins of {count(sum(tree.sizes), 'customer')}: the higher two branches meet, the "
        "further apart they are. A segment is a branch below the cut, in its colour; grey joins lie above it."
    )
    legend = element("ul", *(element("li", titled(segment)) for segment in summary.segments), class_="legend")
    return element("figure", element("h3", "The tree"), picture, legend, element("figcaption", caption, class_="note"))


def _branches(tree: Dendrogram, summary: RunSummary) -> list[Markup]:
    """Draw each merge as two posts and a beam; leaves stand as wide as they have customers, at least a little."""
    leaves = len(tree.sizes)
    widths = [max(size, sum(tree.sizes) / (4 * leaves)) for size in tree.sizes]
    scale, top = (WIDTH - 2 * EDGE) / sum(widths), max(tree.heights) or 1.0
    at: list[float] = []
    left = EDGE
    for width in widths:
        at.append(left + width * scale / 2)
        left += width * scale
    height, held = [0.0] * leaves, list(tree.segments)
    found = []
    for (one, other), joined in zip(tree.merges, tree.heights, strict=True):
        same = held[one] == held[other]
        ink = colour(summary.segments[held[one]].letter) if same and held[one] >= 0 else "seg-grey"
        low, high = (HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * h / top for h in (height[one], height[other]))
        beam = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * joined / top
        path = f"M{at[one]:.1f} {low:.1f}V{beam:.1f}H{at[other]:.1f}V{high:.1f}"
        found.append(element("path", d=path, class_=ink))
        at.append((at[one] + at[other]) / 2)
        height.append(joined)
        held.append(held[one] if same else -1)
    return found
