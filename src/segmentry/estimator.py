"""The scikit-learn face: the same preparation, choice and clusters behind ``fit`` and ``predict``."""

from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from segmentry import prepare
from segmentry.choose import ChooseOptions, choose
from segmentry.cluster import labels_of

__all__ = ["Segmenter"]


class Segmenter(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Segments of a numeric table, for pipelines and grid searches.

    Parameters
    ----------
    n_segments : int or "auto", default "auto"
        A number, or what the rules choose among ``lowest`` to ``highest``: see :mod:`segmentry.choose.rule`.
    method : str, default "kmeans"
        A name in :data:`segmentry.cluster.CLUSTERERS`, or "auto", which compares those that suit.
    lowest, highest : int, default 2 and 12
        The numbers that are tried where ``n_segments`` is "auto".
    min_share : float, default 0.05
        The least share of customers in a segment, for "auto".
    missing : {"median", "mean", "mode", "constant", "neighbours", "drop"}, default "median"
        What becomes of NaN: see :class:`segmentry.prepare.PrepareOptions`.
    missing_value : float, default 0
        For "constant".
    skew : {"auto", "log", "yeo-johnson", "none"}, default "auto"
        See :class:`segmentry.prepare.PrepareOptions`.
    outliers : {"clip", "none", "remove-iqr", "remove-mad", "remove-forest"}, default "clip"
        The same. Rows that are left out of the fit get a label too.
    bins : int or str, default "none"
        The same: ``4``, ``"5:uniform"``.
    scale : {"z", "robust", "min-max", "none"}, default "z"
        The same.
    pca : int, default 0
        How many principal components; 0 for none.
    starts : int, default 10
        Seeded starts of each fit.
    rebuilds : int, default 100
        Rebuilds behind the keep rate.
    random_state : int, default 0
        Seed of everything random. The result doesn't depend on the order of the rows.

    Attributes
    ----------
    labels_ : numpy.ndarray of int32, shape (customers,)
        Segments, the largest first; -1 for who belongs to none, where the method leaves customers out.
    n_segments_ : int
        How many.
    cluster_centers_ : numpy.ndarray of float64, shape (segments, features)
        In prepared units.
    keep_rate_ : float
        Share of customers that keep their segment over the rebuilds; 1 for a single segment.
    verdict_ : str
        ``"Clear groups"``, ``"Repeatable split"``, ``"Convenience split"`` or ``"Not dependable"``; "" for one segment.
    candidates_ : tuple of Candidate
        Every number that was tried, with its measures.
    reason_ : str
        Why this number, in words.
    preparer_ : Preparer
        The fitted preparation.
    n_features_in_ : int
        Columns seen in ``fit``.

    Examples
    --------
    >>> X = np.array([[0.0, 0.1], [0.2, 0.0], [9.0, 9.1], [9.2, 9.0]] * 5)
    >>> Segmenter(n_segments=2, rebuilds=5).fit(X).predict([[9.0, 9.0], [0.0, 0.0]]).tolist()
    [1, 0]
    """

    def __init__(
        self,
        n_segments: int | Literal["auto"] = "auto",
        *,
        method: str = "kmeans",
        lowest: int = 2,
        highest: int = 12,
        min_share: float = 0.05,
        missing: Literal["median", "mean", "mode", "constant", "neighbours", "drop"] = "median",
        missing_value: float = 0.0,
        skew: Literal["auto", "log", "yeo-johnson", "none"] = "auto",
        outliers: Literal["clip", "none", "remove-iqr", "remove-mad", "remove-forest"] = "clip",
        bins: int | str = "none",
        scale: Literal["z", "robust", "min-max", "none"] = "z",
        pca: int = 0,
        starts: int = 10,
        rebuilds: int = 100,
        random_state: int = 0,
    ) -> None:
        self.n_segments = n_segments
        self.method = method
        self.lowest = lowest
        self.highest = highest
        self.min_share = min_share
        self.missing = missing
        self.missing_value = missing_value
        self.skew = skew
        self.outliers = outliers
        self.bins = bins
        self.scale = scale
        self.pca = pca
        self.starts = starts
        self.rebuilds = rebuilds
        self.random_state = random_state

    def fit(self, X: Any, y: object = None) -> Self:
        """Find the segments of the rows of X, shape (customers, features); NaN is filled as ``missing`` says.

        Raises
        ------
        ValueError
            X is no finite numeric table of at least two rows.
        """
        del y
        table = self._table(X, reset=True)
        options = prepare.PrepareOptions(
            missing=self.missing,
            missing_value=self.missing_value,
            skew=self.skew,
            outliers=self.outliers,
            bins=self.bins,
            scale=self.scale,
            pca=self.pca,
            seed=self.random_state,
        )
        self.preparer_ = prepare.fit(table, [(name, "number") for name in table.columns], options)
        lowest, highest = (self.lowest, self.highest) if self.n_segments == "auto" else (self.n_segments,) * 2
        choice = choose(
            table,
            self.preparer_,
            None,
            ChooseOptions(
                method=self.method,
                lowest=lowest,
                highest=highest,
                min_share=self.min_share,
                seed=self.random_state,
                starts=self.starts,
                rebuilds=self.rebuilds,
            ),
        )
        self.clusters_ = choice.clusters
        self.labels_ = choice.labels
        self.n_segments_ = choice.k
        self.keep_rate_ = 1.0 if choice.keep is None else choice.keep.overall.rate
        self.verdict_ = choice.verdict
        self.candidates_ = choice.candidates
        self.reason_ = choice.reason
        if "centroids" in (arrays := choice.clusters.arrays()):
            self.cluster_centers_ = arrays["centroids"]
        return self

    def predict(self, X: Any) -> npt.NDArray[np.int32]:
        """Give the segment of each row of X, shape (customers, features)."""
        check_is_fitted(self)
        return labels_of(self.clusters_, self.preparer_.apply(self._table(X, reset=False)).values)

    def _table(self, X: Any, *, reset: bool) -> pd.DataFrame:
        values = validate_data(
            self, X, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2 if reset else 1
        )
        return pd.DataFrame(values, columns=[f"x{column}" for column in range(values.shape[1])])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
