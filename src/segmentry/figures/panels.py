"""Small multiples: panels with scales of their own on one sheet, and round figures for their ticks.

A sheet knows pixels alone; a panel says which pixel a value is.
"""

import math
from dataclasses import dataclass

__all__ = ["Panel", "nice"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the sheet with its own scales.

    Parameters
    ----------
    left, top, width, height : float
        In pixels from the upper left.
    low, high : float
        What its left and right edges stand for.
    bottom, peak : float, default 0 and 1
        What its lower and upper edges stand for.
    """

    left: float
    top: float
    width: float
    height: float
    low: float
    high: float
    bottom: float = 0.0
    peak: float = 1.0

    def x(self, value: float) -> float:
        """Give the place of a value, held inside the panel."""
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.left + self.width * min(max(part, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Give the height of a value, held inside the panel."""
        part = (value - self.bottom) / ((self.peak - self.bottom) or 1.0)
        return self.top + self.height * (1.0 - min(max(part, 0.0), 1.0))

    @property
    def right(self) -> float:
        """Its right edge in pixels."""
        return self.left + self.width

    @property
    def foot(self) -> float:
        """Its lower edge in pixels."""
        return self.top + self.height


def nice(low: float, high: float, most: int = 4) -> list[float]:
    """Give round figures inside a range, at most so many.

    Examples
    --------
    >>> nice(3, 97), nice(0, 1, 3)
    ([20.0, 40.0, 60.0, 80.0], [0.0, 0.5, 1.0])
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    size = 10.0 ** math.floor(math.log10((high - low) / max(most, 1)))
    for step in (1, 2, 2.5, 5, 10, 20, 25, 50, 100):
        first, last = math.ceil(low / (step * size) - 1e-9), math.floor(high / (step * size) + 1e-9)
        if last - first < most:
            return [float(f"{number * step * size:.12g}") for number in range(first, last + 1)]
    return []
