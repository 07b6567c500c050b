"""A map by principal components: the flat shadow with the most variance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.maps.contract import Axis, Load
from segmentry.prepare import Components, Floats, Points, fit_components

__all__ = ["Pca", "PcaFlat"]

SHOWN, LEAST = 3, 0.1
"""Of an axis, at most so many columns are named, each with at least this part of the direction, squared."""


@dataclass(frozen=True, slots=True)
class PcaFlat:
    """Points by their first two principal components.

    Parameters
    ----------
    positions : numpy.ndarray of float64, shape (n, 2)
        In prepared units, the mean at 0.
    axes : tuple of Axis
        One where there is a single column, else two.
    components : Components
        Place others.
    """

    positions: Floats
    axes: tuple[Axis, ...]
    components: Components

    def place(self, values: npt.NDArray[np.floating]) -> Floats:
        """Say where other points lie, shape (m, 2): exactly where they would lie had they been fitted unnoticed."""
        return _flat(self.components, values)


class Pca:
    """Flatten by the two directions of greatest variance.

    The largest part of each direction is positive, so that no picture comes out mirrored.

    Notes
    -----
    Hotelling, "Analysis of a complex of statistical variables into principal components", Journal of Educational
    Psychology 24 (1933).

    Examples
    --------
    >>> from segmentry.prepare import Layout
    >>> line = Points(np.array([[0, 0], [1, 1], [2, 2]], dtype=np.float32), Layout.numbers(2))
    >>> flat = Pca().fit(line, seed=0)
    >>> flat.positions.round(3).tolist()
    [[-1.414, 0.0], [0.0, 0.0], [1.414, 0.0]]
    >>> round(flat.axes[0].share, 6), flat.axes[0].loads[0].column
    (1.0, 'column 1')
    """

    name: str = "pca"
    title: str = "principal components"
    module: str = ""
    places: bool = True
    least: int = 1

    def fit(self, points: Points, seed: int) -> PcaFlat:
        """Find the directions; nothing is drawn, so the seed has no influence."""
        del seed
        components = fit_components(points.values, 2)
        axes = tuple(
            Axis(share, _loads(direction, points.names))
            for share, direction in zip(components.shares, components.directions, strict=True)
        )
        return PcaFlat(_flat(components, points.values), axes, components)


def _flat(components: Components, values: npt.NDArray[np.floating]) -> Floats:
    """Give the first two components, shape (n, 2); 0 where there is no second one."""
    turned = components.apply(np.asarray(values, dtype=np.float64))
    return turned if turned.shape[1] == 2 else np.column_stack([turned, np.zeros(len(turned))])


def _loads(direction: tuple[float, ...], names: tuple[str, ...]) -> tuple[Load, ...]:
    # Rounded before sorting, so that the last digits don't decide which of two equal parts comes first.
    parts = [round(part, 4) for part in direction]
    strongest = sorted(range(len(parts)), key=lambda column: -abs(parts[column]))[:SHOWN]
    return tuple(Load(names[column], parts[column]) for column in strongest if parts[column] ** 2 >= LEAST)
