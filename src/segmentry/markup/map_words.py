"""What is said under a map of customers: who is drawn, what the axes mean, how far closeness can be believed."""

from collections.abc import Callable
from typing import TypeVar

from segmentry.evaluate import of_100
from segmentry.maps import Axis, Map
from segmentry.markup.words import count, share
from segmentry.summary import RunSummary

__all__ = ["WARNING", "map_words"]

WARNING = "A flattened picture. Closeness is approximate."

Said = TypeVar("Said")


def map_words(drawn: Map, summary: RunSummary, said: Callable[[str], Said]) -> list[str | Said]:
    """Say what must stand under a map, piece by piece.

    Parameters
    ----------
    drawn : Map
        One of the summary's.
    summary : RunSummary
        Everything known about the run.
    said : callable
        Shows a measure's label, which is people's text.
    """
    all_of_them = drawn.drawn == drawn.of
    who = f"All {count(drawn.of, 'customer')}. "
    parts: list[str | Said] = [who if all_of_them else f"{drawn.drawn:,} of {drawn.of:,} customers, drawn by chance. "]
    for way, axis in zip(("Left to right", "Bottom to top"), drawn.axes, strict=False):
        parts += [f"{way} lies {share(axis.share)} of the variance", *_meaning(axis, summary, said), ". "]
    if not drawn.axes:
        parts.append("The axes have no meaning, and how far apart or how large groups look means little. ")
    if drawn.trustworthiness is not None:
        # Cut, not rounded: only 1 is shown as 1.
        figure = f"{of_100(drawn.trustworthiness) / 100:.2f}"
        parts.append(
            f"Trustworthiness {figure}: at 1, whoever is close here is close in truth; at 0.5, the map is no better "
            "than chance."
        )
    return parts


def _meaning(axis: Axis, summary: RunSummary, said: Callable[[str], Said]) -> list[str | Said]:
    """Name the measures that take most part, and which way they grow."""
    labels = {measure.name: measure.label for measure in summary.measures}
    parts: list[str | Said] = []
    for load in axis.loads:
        grows = "growing" if load.part > 0 else "shrinking"
        parts += [", " if parts else ", mostly ", said(labels.get(load.column, load.column)), f" ({grows})"]
    return parts
