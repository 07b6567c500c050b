"""Maps as data: at most 2,000 customers in two dimensions, what the axes mean, how far closeness can be believed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from segmentry.errors import TooFewError
from segmentry.kernels import lexicographic
from segmentry.maps.contract import Axis, Flat, Mapper, need
from segmentry.maps.options import MapOptions
from segmentry.maps.pca import Pca
from segmentry.maps.tsne import OpenTsne, Tsne
from segmentry.maps.umap import Umap
from segmentry.prepare import Floats, Labels, Points

__all__ = ["MAPPERS", "NOWHERE", "Flattened", "Map", "check_maps", "draw", "flatten"]

MAPPERS: Mapping[str, Mapper] = MappingProxyType({"pca": Pca(), "tsne": Tsne(), "opentsne": OpenTsne(), "umap": Umap()})
"""Every way of flattening, by the name that ``--map`` calls it."""

NOWHERE = -1
"""The segment of a customer who has none."""

MOST = 2_000
"""A map shows at most so many customers: more can't be told apart, and the file would grow."""
DIGITS = 4
"""Positions are rounded to about so many digits of the map's width, finer than any screen."""
NEIGHBOURS = 10
"""Trustworthiness looks at so many nearest points of each."""


@dataclass(frozen=True, slots=True)
class Map:
    """A flattened picture of customers. It is never used to form segments.

    Parameters
    ----------
    method : str
        A name in :data:`MAPPERS`.
    x, y : tuple of float
        Where each drawn customer lies, rounded; in prepared units for principal components, else in no unit. They come
        in an order by chance, so that nothing follows from it, and no segment hides another.
    segments : tuple of int
        The position of each one's segment, from 0; -1 for none.
    of : int
        How many customers there are; ``len(x)`` of them were drawn.
    axes : tuple of Axis
        What the axes mean; empty where they mean nothing.
    trustworthiness : float or None
        0 to 1 on the drawn customers: 1 where whoever is close on the map is close in truth, about 0.5 where the map is
        no better than chance; None below three customers.
    neighbours : int
        How many nearest customers of each that looked at.
    """

    method: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    segments: tuple[int, ...]
    of: int
    axes: tuple[Axis, ...]
    trustworthiness: float | None
    neighbours: int

    @property
    def drawn(self) -> int:
        """How many customers it shows."""
        return len(self.x)


@dataclass(frozen=True, slots=True)
class Flattened:
    """Customers flattened by one method.

    Parameters
    ----------
    rows : numpy.ndarray of intp, shape (m,)
        Which of the points are shown.
    positions : numpy.ndarray of float64, shape (m, 2)
        Where they lie.
    flat : Flat
        Places others, where the method can.
    """

    rows: npt.NDArray[np.intp]
    positions: Floats
    flat: Flat


def check_maps(options: MapOptions) -> None:
    """Refuse maps that can't be drawn here, before any work.

    Raises
    ------
    UsageError
        A library isn't installed.

    Examples
    --------
    >>> check_maps(MapOptions(maps=("tsne",)))
    """
    for method in options.maps:
        need(MAPPERS[method])


def flatten(method: str, points: Points, *, seed: int = 0, most: int = MOST) -> Flattened:
    """Flatten customers; neither the order of the rows nor anything but the points has an influence.

    Principal components are found on all points, the other methods are fitted on those that are shown.

    Parameters
    ----------
    method : str
        A name in :data:`MAPPERS`.
    points : Points
        Prepared customers, at least one, with at least one column.
    seed : int, default 0
        Of who is drawn, and of the method.
    most : int, default 2,000
        How many are shown; all, where there are no more.

    Raises
    ------
    UsageError
        The method's library isn't installed.
    TooFewError
        There are fewer points than it needs.

    Examples
    --------
    >>> from segmentry.prepare import Layout
    >>> line = Points(np.array([[2, 2], [0, 0], [1, 1]], dtype=np.float32), Layout.numbers(2))
    >>> found = flatten("pca", line)
    >>> found.positions[np.argsort(found.rows), 0].round(3).tolist()
    [1.414, -1.414, 0.0]
    >>> found.flat.place(np.array([[3.0, 3.0]])).round(3).tolist()
    [[2.828, 0.0]]
    """
    mapper = MAPPERS[method]
    need(mapper)
    if len(points.values) < mapper.least:
        raise TooFewError(
            f"a {mapper.title} map needs at least {mapper.least} customers",
            [f"there are {len(points.values)}"],
            f"leave --map {method} out",
        )
    order = lexicographic(tuple(points.values.T))
    drawn = np.random.default_rng([seed, 1]).permutation(len(order))[:most]
    if isinstance(mapper, Pca):
        flat: Flat = mapper.fit(Points(points.values[order], points.layout), seed)
        return Flattened(order[drawn], flat.positions[drawn], flat)
    flat = mapper.fit(Points(points.values[order[drawn]], points.layout), seed)
    return Flattened(order[drawn], flat.positions, flat)


def draw(points: Points, labels: Labels, options: MapOptions | None = None) -> tuple[Map, ...]:
    """Draw the maps of customers whose segments are known: by principal components, then as asked.

    Parameters
    ----------
    points : Points
        Prepared customers.
    labels : numpy.ndarray of int32, shape (customers,)
        Their segments, -1 for none. They only colour the map.
    options : MapOptions, default MapOptions()
        Further maps, and the seed.

    Returns
    -------
    tuple of Map
        None where there is no customer, or nothing that customers could differ in.

    Raises
    ------
    UsageError
        A method's library isn't installed.
    TooFewError
        There are fewer customers than a method needs.
    """
    options = options or MapOptions()
    if not points.values.size:
        return ()
    methods = dict.fromkeys(("pca", *options.maps))
    return tuple(_map(method, flatten(method, points, seed=options.seed), points, labels) for method in methods)


def _map(method: str, flattened: Flattened, points: Points, labels: Labels) -> Map:
    values, positions = points.values[flattened.rows], flattened.positions
    neighbours = min(NEIGHBOURS, (len(values) - 1) // 2)
    x, y = _rounded(positions).T.tolist()
    return Map(
        method=method,
        x=tuple(x),
        y=tuple(y),
        segments=tuple(labels[flattened.rows].tolist()),
        of=len(points.values),
        axes=flattened.flat.axes,
        trustworthiness=trust(values, positions, neighbours) if neighbours else None,
        neighbours=neighbours,
    )


def trust(values: npt.NDArray[np.floating], positions: Floats, neighbours: int) -> float:
    """Measure how far closeness on a map can be believed.

    1 less a penalty for each of a point's nearest on the map that isn't among its nearest in truth, by how many come
    before it.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Where points lie in truth, n at least 3.
    positions : numpy.ndarray of float64, shape (n, 2)
        Where the map has them.
    neighbours : int
        How many nearest points count, less than n / 2.

    Notes
    -----
    Venna & Kaski, "Neighborhood preservation in nonlinear projection methods: an experimental study", ICANN 2001.

    Examples
    --------
    >>> line = np.arange(6.0)[:, None]
    >>> trust(line, np.hstack([line, line]), 1)
    1.0
    """
    from sklearn.manifold import trustworthiness  # noqa: PLC0415 - over a second at import

    found = float(trustworthiness(np.asarray(values, dtype=np.float64), positions, n_neighbors=neighbours))
    return round(found, 4)


def _rounded(positions: Floats) -> Floats:
    """Round to DIGITS digits of the larger width."""
    width = float(np.ptp(positions, axis=0).max())
    digits = DIGITS - 1 - math.floor(math.log10(width)) if width > 0 else DIGITS
    return np.asarray(np.round(positions, digits) + 0.0)  # no -0.0
