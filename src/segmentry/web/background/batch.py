"""A file through a run's model: what the job writes into its folder, and the figures that its page shows.

::

    jobs/3f9a…/
        scored.parquet, scored.csv     as the command ``score`` writes them
        rejects.csv                    the refused rows, where there are any
        scored.json                    how many customers went where
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from segmentry.data import RowCounts
from segmentry.errors import Caveat, ColumnError, NotFoundError
from segmentry.files import read_parquet, write_table, write_text
from segmentry.model import SegmentModel
from segmentry.plain import from_plain, to_plain
from segmentry.score import ScoredFile, score_file
from segmentry.summary import RunSummary
from segmentry.web.background.uploads import Upload

__all__ = ["DOWNLOADS", "Drift", "Figures", "drift", "figures_of", "score_upload"]

DOWNLOADS = ("scored.csv", "scored.parquet", "rejects.csv")
FIGURES = "scored.json"

Progress = Callable[[str, float], None]

EXPECTED_UNLIKE, MOST_UNLIKE = 0.005, 0.05
"""The share of the model's own customers who are unlike anyone, and the share from which a file is unlike them."""
MOST_MOVED = 0.1
"""By so much may a segment's share differ from what it was."""
ERRORS = 3.0
"""So many standard errors of a draw of as many customers must a difference exceed: a handful of people is no drift."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many customers of a file went where.

    Parameters
    ----------
    files : tuple of str
        What people call what was read.
    letters : tuple of str
        The segments, in the model's order.
    customers : tuple of int
        Of each of them.
    in_no_segment, borderline, without_purchase : int
        As of :class:`segmentry.score.ScoredFile`.
    unlike : int or None
        Unlike anyone the model learned from; None where segments were guessed from attributes.
    rows : RowCounts
        Read = loaded + rejected.
    caveats : tuple of Caveat
        What was found in the data and how it was dealt with.
    """

    files: tuple[str, ...]
    letters: tuple[str, ...]
    customers: tuple[int, ...]
    in_no_segment: int
    borderline: int
    without_purchase: int
    unlike: int | None
    rows: RowCounts
    caveats: tuple[Caveat, ...]

    @property
    def count(self) -> int:
        """All customers of the file."""
        return sum(self.customers) + self.in_no_segment

    def share(self, customers: int) -> float:
        """Give a part of them, 0 to 1."""
        return customers / max(self.count, 1)


@dataclass(frozen=True, slots=True)
class Drift:
    """How a file's customers differ from those whom the model learned from.

    Parameters
    ----------
    unlike : float or None
        The share unlike anyone, 0 to 1, where it is too large.
    moved : tuple of (str, float, float)
        Letters of segments whose share changed too much, with the share then and now; the largest change first.
    """

    unlike: float | None
    moved: tuple[tuple[str, float, float], ...]


def score_upload(
    folder: Path, model: SegmentModel, upload: Upload, as_of: str, lookalike: bool, progress: Progress
) -> None:
    """Score an upload into a job's folder.

    Parameters
    ----------
    folder : pathlib.Path
        The job's.
    model : SegmentModel
        Of the run.
    upload : Upload
        Whose folder is the current one.
    as_of : str
        The day to look at customers, ISO 8601; "" for none.
    lookalike : bool
        Whether they are people without orders.
    progress : callable
        Told what is done and the share done.

    Raises
    ------
    SegmentryError
        As :func:`segmentry.score.score_file`.
    """
    try:
        found = _scored(folder, model, upload, as_of, lookalike, progress)
    except ColumnError as error:  # its way out names an option of the command line
        way_out = "a file with the columns of the run's own, under the same names"
        raise ColumnError(error.what, [*error.evidence, *_columns(model)], way_out) from error
    write_table(read_parquet(folder / "scored.parquet"), folder / "scored.csv")
    if len(found.loaded.rejects):
        write_table(found.loaded.rejects, folder / "rejects.csv")
    figures = Figures(
        files=tuple(one.name for one in upload.files),
        letters=tuple(segment.letter for segment in model.summary.segments),
        customers=found.customers,
        in_no_segment=found.in_no_segment,
        borderline=found.borderline,
        without_purchase=found.without_purchase,
        unlike=found.unlike,
        rows=found.loaded.rows,
        caveats=tuple(found.loaded.caveats),
    )
    write_text(folder / FIGURES, json.dumps(to_plain(figures), ensure_ascii=False))


def _columns(model: SegmentModel) -> list[str]:
    """Say what the run read."""
    names = list(dict.fromkeys(guess.column for guess in model.summary.guesses))
    return [f"the run read: {', '.join(names)}"] if names else []


def _scored(
    folder: Path, model: SegmentModel, upload: Upload, as_of: str, lookalike: bool, progress: Progress
) -> ScoredFile:
    return score_file(
        model,
        list(upload.sources),
        folder / "scored.parquet",
        list(upload.customers) or None,
        as_of=date.fromisoformat(as_of) if as_of else None,
        lookalike=lookalike,
        progress=progress,
    )


def figures_of(folder: Path) -> Figures:
    """Read what a job wrote.

    Raises
    ------
    NotFoundError
        It wrote nothing that can be read.
    """
    try:
        return from_plain(Figures, json.loads((folder / FIGURES).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise NotFoundError("this score is not there any more", way_out="score the file again") from error


def drift(summary: RunSummary, figures: Figures) -> Drift | None:
    """Say how the customers differ from those whom the model learned from; None where they don't, or were guessed.

    A share counts as other where it is past the limit and past what a draw of as many customers gives by chance.

    Parameters
    ----------
    summary : RunSummary
        Of the run.
    figures : Figures
        Of the file.
    """
    if figures.unlike is None or not figures.count:
        return None

    def beyond(share: float, usual: float, most: float) -> bool:
        error = math.sqrt(usual * (1 - usual) / figures.count)
        return abs(share - usual) > max(most, ERRORS * error)

    unlike = figures.share(figures.unlike)
    strange = unlike > MOST_UNLIKE and beyond(unlike, EXPECTED_UNLIKE, 0.0)
    moved = [
        (segment.letter, segment.share, figures.share(customers))
        for segment, customers in zip(summary.segments, figures.customers, strict=True)
        if beyond(figures.share(customers), segment.share, MOST_MOVED)
    ]
    moved.sort(key=lambda one: -abs(one[2] - one[1]))
    return Drift(unlike if strange else None, tuple(moved)) if strange or moved else None
