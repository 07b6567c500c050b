"""A map by UMAP: neighbours stay neighbours, groups are drawn together."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentry.maps.contract import Axis
from segmentry.maps.start import SIZE, start
from segmentry.prepare import Floats, Points

__all__ = ["Umap", "UmapFlat"]

NEIGHBOURS = 15
REACH = 10.0
"""UMAP starts in a square of this width, as its own starts do."""


@dataclass(frozen=True, slots=True)
class UmapFlat:
    """Points flattened by UMAP, which can place others among them.

    Parameters
    ----------
    positions : numpy.ndarray of float64, shape (n, 2)
        Where the fitted points lie.
    model : umap.UMAP
        Places others.
    """

    positions: Floats
    model: Any
    axes: tuple[Axis, ...] = ()

    def place(self, values: npt.NDArray[np.floating]) -> Floats:
        """Say where other points lie, shape (m, 2).

        One by one: UMAP's random draws for a point depend on the points that are placed along with it.
        """
        rows = [self.model.transform(np.asarray(row, dtype=np.float32)[None]) for row in values]
        return np.vstack(rows).astype(np.float64) if rows else np.empty((0, 2))


class Umap:
    """Flatten by UMAP as in umap-learn (McInnes, Healy & Melville, *UMAP*, 2018), which can place new customers."""

    name: str = "umap"
    title: str = "UMAP"
    module: str = "umap"
    places: bool = True
    least: int = 30

    def fit(self, points: Points, seed: int) -> UmapFlat:
        """Fit on all points."""
        first = start(points, seed) / SIZE
        first *= REACH / max(float(np.ptp(first, axis=0).max()), 1.0)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of a library that it could use besides, and of threads that a seed forbids
            import umap  # noqa: PLC0415 - an extra

            model = umap.UMAP(
                n_neighbors=min(NEIGHBOURS, len(points.values) - 1),
                init=first.astype(np.float32),
                random_state=seed,
                n_jobs=1,
            ).fit(points.values)
        return UmapFlat(np.asarray(model.embedding_, dtype=np.float64), model)
