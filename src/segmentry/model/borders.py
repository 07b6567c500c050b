"""How firmly each segment's customers belong to it, and which segment they are nearest to."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segmentry.cluster import Placement
from segmentry.model.inputs import FITS, fit_codes
from segmentry.prepare import Labels
from segmentry.summary import Border

__all__ = ["borders"]


def borders(placed: Placement, labels: Labels, letters: Sequence[str]) -> tuple[Border, ...]:
    """Count each segment's customers by their fit, and find the segment that most of them would be in otherwise.

    Whom placing puts elsewhere than the method had her is borderline, and the place where she is put is her second
    choice.

    Parameters
    ----------
    placed : Placement
        Where the model puts the customers.
    labels : numpy.ndarray of int32, shape (n,)
        The segments that they have; -1 for none.
    letters : sequence of str
        Of the segments.

    Examples
    --------
    >>> first, second = np.array([0, 0, 1], dtype=np.int32), np.array([1, 1, 0], dtype=np.int32)
    >>> placed = Placement(first, second, np.array([0.9, 0.1, 0.3]), np.zeros(3))
    >>> borders(placed, first, ["A", "B"])[0]
    Border(typical=1, fair=0, borderline=1, nearest='B', towards=2)
    """
    k = len(letters)
    elsewhere = placed.labels != labels
    codes = np.where(elsewhere, FITS.index("Borderline"), fit_codes(placed.margin))
    second = np.where(elsewhere, placed.labels, placed.second)
    inside = labels >= 0
    fits = _crossed(labels[inside], codes[inside], k, len(FITS))
    paired = inside & (second >= 0) & (second != labels)  # with one segment it would be itself
    towards = _crossed(labels[paired], second[paired], k, k)
    found = []
    for counts, others in zip(fits, towards, strict=True):
        borderline, fair, typical = (int(count) for count in counts)
        nearest = int(np.argmax(others))  # of equally many the first in order
        most = int(others[nearest])
        found.append(Border(typical, fair, borderline, letters[nearest] if most else "", most))
    return tuple(found)


def _crossed(rows: Labels, columns: Labels, height: int, width: int) -> npt.NDArray[np.intp]:
    """Count how often each pair of numbers occurs."""
    cells = np.bincount(rows.astype(np.intp) * width + columns, minlength=height * width)
    return cells.reshape(height, width)
