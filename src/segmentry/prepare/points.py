"""What preparation hands to clustering: customers as points."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Labels", "Points"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Points:
    """Prepared customers.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (customers, columns)
        Every value is finite.
    names : tuple of str
        A name per column, e.g. ``"spend"`` or ``"Gender is Male"``.
    kinds : tuple of {"number", "category", "yes-no"}
        What each column came from.
    """

    values: npt.NDArray[np.float32]
    names: tuple[str, ...]
    kinds: tuple[Literal["number", "category", "yes-no"], ...]
