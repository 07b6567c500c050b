"""What is built on segments is not written from a split that isn't dependable, unless somebody says so."""

from segmentry.errors import VerdictError
from segmentry.summary import RunSummary

__all__ = ["refuse_undependable"]


def refuse_undependable(summary: RunSummary, what: str, *, anyway: bool) -> None:
    """Raise where the split is not dependable and nobody said ``--anyway``.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    what : str
        What would follow, e.g. ``"it would list other customers"``.
    anyway : bool
        Whether it is wanted all the same.

    Raises
    ------
    VerdictError
        The split is not dependable.
    """
    if summary.verdict == "Not dependable" and not anyway:
        raise VerdictError(
            f"this split is not dependable: rebuilt on a fresh draw {what}",
            [summary.reason],
            "another split, or --anyway",
        )
