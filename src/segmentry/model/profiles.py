"""The profiles of a run's segments as a table: measures by segments to look at, one row each to compute with."""

from dataclasses import dataclass, fields

import pandas as pd

from segmentry.describe import Trait
from segmentry.markup.build import element
from segmentry.markup.differences import difference_table
from segmentry.markup.notebook import face
from segmentry.markup.words import count
from segmentry.summary import RunSummary

__all__ = ["Profiles"]


@dataclass(frozen=True, slots=True, repr=False)
class Profiles:
    """What every segment is typically like, measure by measure, and which differences count.

    A notebook shows it as a table of measures by segments.

    Parameters
    ----------
    summary : RunSummary
        The run.

    Examples
    --------
    >>> from segmentry import segment
    >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    >>> profiles = segment(table, segments=2, rebuilds=10).profiles()
    >>> profiles
    Profiles: 2 segments by 2 measures
    >>> profiles.to_frame()[["segment", "measure", "low", "typical", "high", "delta"]].head(2)
      segment measure   low  typical  high  delta
    0       A  income  10.0     11.0  12.0   -1.0
    1       A  visits   1.0      1.0   2.0   -1.0
    """

    summary: RunSummary

    def to_frame(self) -> pd.DataFrame:
        """Give one row per segment and measure, strongest difference of each segment first.

        Returns
        -------
        pandas.DataFrame
            ``segment`` (letter), ``name``, and every field of :class:`segmentry.describe.Trait`: ``measure``,
            ``level``, ``typical`` (median, or share of customers who have the level), ``low`` and ``high`` (its middle
            half), ``everyone``, ``rank`` (0 to 100), ``delta`` (Cliff's, -1 to 1), ``counts``, and so on.
        """
        names = [field.name for field in fields(Trait)]
        rows = [
            (segment.letter, segment.name, *(getattr(trait, name) for name in names))
            for segment in self.summary.segments
            for trait in segment.traits
        ]
        return pd.DataFrame(rows, columns=["segment", "name", *names])

    def _repr_html_(self) -> str:
        """Show measures by segments in a notebook."""
        note = element("p", "Every figure: ", element("code", ".to_frame()"), class_="note")
        return face(
            element("h2", f"What sets {self.summary.k} segments apart" if self.summary.k > 1 else "The segment"),
            difference_table(self.summary, middle=True),
            note,
        )

    def __repr__(self) -> str:
        """Say how large it is."""
        rows = {(trait.measure, trait.level) for segment in self.summary.segments for trait in segment.traits}
        return f"Profiles: {count(len(self.summary.segments), 'segment')} by {count(len(rows), 'measure')}"
