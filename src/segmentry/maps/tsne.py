"""Maps by t-SNE: who is near stays near; how far apart groups lie means little."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentry.errors import UsageError
from segmentry.maps.contract import Axis
from segmentry.maps.start import start
from segmentry.prepare import Floats, Points

__all__ = ["OpenTsne", "OpenTsneFlat", "Tsne", "TsneFlat"]

PERPLEXITY = 30.0
"""About how many neighbours each point has a say on; at most a third of the other points."""


@dataclass(frozen=True, slots=True)
class TsneFlat:
    """Points flattened by t-SNE."""

    positions: Floats
    axes: tuple[Axis, ...] = ()

    def place(self, values: npt.NDArray[np.floating]) -> Floats:
        """Refuse: this t-SNE has no way of placing others."""
        raise UsageError(
            "a t-SNE map can't place new customers",
            [f"asked for: {len(values):,}"],
            "a map by pca, opentsne or umap",
        )


class Tsne:
    """Flatten by t-SNE as in scikit-learn (van der Maaten & Hinton, *Visualizing data using t-SNE*, 2008).

    It starts from the principal components, which keeps the large picture (Kobak & Berens, *The art of using t-SNE for
    single-cell transcriptomics*, 2019).

    Examples
    --------
    >>> from segmentry.prepare import Layout
    >>> two = np.repeat([[0, 0], [9, 9]], 15, axis=0) + np.arange(30)[:, None] % 15 / 15
    >>> flat = Tsne().fit(Points(two.astype(np.float32), Layout.numbers(2)), seed=0)
    >>> flat.positions.shape
    (30, 2)
    """

    name: str = "tsne"
    title: str = "t-SNE"
    module: str = ""
    places: bool = False
    least: int = 30

    def fit(self, points: Points, seed: int) -> TsneFlat:
        """Fit on all points."""
        from sklearn.manifold import TSNE  # noqa: PLC0415 - over a second at import, for a map that few ask for

        fitted = TSNE(
            perplexity=_perplexity(points), init=start(points, seed).astype(np.float32), random_state=seed, n_jobs=1
        )
        return TsneFlat(np.asarray(fitted.fit_transform(points.values), dtype=np.float64))


@dataclass(frozen=True, slots=True)
class OpenTsneFlat:
    """Points flattened by openTSNE, which can place others among them.

    Parameters
    ----------
    positions : numpy.ndarray of float64, shape (n, 2)
        Where the fitted points lie.
    embedding : openTSNE.TSNEEmbedding
        Places others.
    """

    positions: Floats
    embedding: Any
    axes: tuple[Axis, ...] = ()

    def place(self, values: npt.NDArray[np.floating]) -> Floats:
        """Say where other points lie, shape (m, 2): each is drawn to its neighbours among the fitted points."""
        if not len(values):
            return np.empty((0, 2))
        return np.asarray(self.embedding.transform(np.asarray(values, dtype=np.float64)), dtype=np.float64)


class OpenTsne:
    """Flatten by t-SNE as in openTSNE (Poličar, Stražar & Zupan, *openTSNE*, 2024), which can place new customers."""

    name: str = "opentsne"
    title: str = "t-SNE"
    module: str = "openTSNE"
    places: bool = True
    least: int = 30

    def fit(self, points: Points, seed: int) -> OpenTsneFlat:
        """Fit on all points."""
        import openTSNE  # noqa: PLC0415 - an extra

        # Exact neighbours and Barnes-Hut: without threads and without trees of random splits, the same on every run.
        fitted = openTSNE.TSNE(
            perplexity=_perplexity(points),
            initialization=start(points, seed),
            neighbors="exact",
            negative_gradient_method="bh",
            random_state=seed,
            n_jobs=1,
        ).fit(points.values.astype(np.float64))
        return OpenTsneFlat(np.array(fitted, dtype=np.float64), fitted)


def _perplexity(points: Points) -> float:
    return min(PERPLEXITY, (len(points.values) - 1) / 3)
