"""RFM grid: segments by scores, as a data file says; the baseline that other methods have to beat."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.errors import Caveat
from segmentry.features import Cuts, Grid, ScoreRule, fit_cuts, lint_grid, load_grid
from segmentry.prepare import Layout

__all__ = ["GridClusters", "RfmGrid"]


@dataclass(frozen=True, slots=True)
class GridClusters:
    """Segments by scores: a customer belongs where her scores are, by cut points that are kept.

    A grid knows no nearness within a segment, so every margin is 1: nobody is said to be on a border. Scores whose
    segment had no customer when the grid was fitted go to the segment that is the fewest score steps away, the earlier
    one of the grid where two are; those steps are the distance, 0 for everybody else. So whoever lands there is further
    away than any customer the grid was fitted on.

    Parameters
    ----------
    cuts : tuple of Cuts
        One a column of the points, in order.
    labels, second : numpy.ndarray of int32, shape (levels of each measure)
        The cluster of each combination of scores, and the next one: the fewest score steps away.
    steps : numpy.ndarray of float64, shape (levels of each measure)
        Score steps to the cluster; 0 where it is the grid's own.
    names : tuple of str, default ()
        What the grid calls each cluster. They aren't among :meth:`arrays`: a model has them as the segments' names.
    """

    cuts: tuple[Cuts, ...]
    labels: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    steps: npt.NDArray[np.float64]
    names: tuple[str, ...] = ()
    method = "rfm-grid"
    fidelity = None
    bic = None
    remarks = ()
    tree = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return int(self.labels.max()) + 1

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points by their scores.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, measures)
            The measures as they are, without blanks.
        """
        cells = tuple(cuts.score(column) - 1 for cuts, column in zip(self.cuts, np.asarray(values).T, strict=True))
        return Placement(self.labels[cells], self.second[cells], np.ones(len(values)), self.steps[cells])

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        place = np.argsort(order).astype(np.int32)
        names = tuple(self.names[old] for old in order) if self.names else ()
        return type(self)(self.cuts, place[self.labels], place[self.second], self.steps, names)

    def arrays(self) -> Arrays:
        """Give cut points (a row a measure, filled up with zeros), how they score, and where each combination goes."""
        most = max(len(cuts.at) for cuts in self.cuts)
        return {
            "cuts": np.array([[*cuts.at, *[0.0] * (most - len(cuts.at))] for cuts in self.cuts]),
            "levels": np.array([cuts.rule.levels for cuts in self.cuts], dtype=np.float64),
            "low_is_better": np.array([cuts.rule.better == "low" for cuts in self.cuts], dtype=np.float64),
            "plus_one": np.array([cuts.rule.cut == "quantile-plus-one" for cuts in self.cuts], dtype=np.float64),
            "labels": self.labels.ravel().astype(np.float64),
            "second": self.second.ravel().astype(np.float64),
            "steps": self.steps.ravel(),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        levels = arrays["levels"].astype(int).tolist()
        cuts = tuple(
            Cuts(
                ScoreRule(
                    f"column {number}",
                    "low" if arrays["low_is_better"][number] else "high",
                    level,
                    "quantile-plus-one" if arrays["plus_one"][number] else "quantile",
                ),
                tuple(arrays["cuts"][number, : level - 1].tolist()),
            )
            for number, level in enumerate(levels)
        )
        labels, second = (arrays[name].reshape(levels).astype(np.int32) for name in ("labels", "second"))
        return cls(cuts, labels, second, arrays["steps"].reshape(levels))


class RfmGrid:
    """Find the segments of a grid that hold customers; fitting is computing cut points.

    Parameters
    ----------
    grid : Grid or None, default None
        None takes the ten-segment grid that comes with segmentry.

    Examples
    --------
    >>> days, orders = np.array([1, 2, 50, 60, 300]), np.array([9, 1, 4, 1, 1])
    >>> found = RfmGrid().fit(np.column_stack([days, orders]), 0, seed=0, starts=1)
    >>> [found.names[label] for label in found.place(np.array([[1, 9], [400, 1]])).labels]
    ['Champions', 'Lost']
    """

    name: str = "rfm-grid"
    clusters: type[Clusters] = GridClusters
    takes_number: bool = False
    settings: tuple[int, ...] = (0,)

    def __init__(self, grid: Grid | None = None) -> None:
        self._grid = grid

    @property
    def grid(self) -> Grid:
        """What it places customers by."""
        return self._grid or load_grid()

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the grid scores, in the order of the points' columns."""
        return self.grid.measures

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """Say which names of the grid no customer can get."""
        idle = lint_grid(self.grid).unreachable
        policy = (
            f"segments of the grid can't be reached, as earlier ones take all their scores: {', '.join(idle)} (--grid)"
        )
        return (Caveat("unreachable", len(idle), policy),) if idle else ()

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> GridClusters:
        """Compute the cut points, and find which segments hold customers.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, measures)
            The measures as they are, without blanks; at least one customer.
        k, seed, starts, layout
            Not used: a grid's segments are given, and nothing is random.
        """
        from scipy.ndimage import distance_transform_cdt  # noqa: PLC0415 - placing a customer needs none of it

        del k, seed, starts, layout
        grid = self.grid
        cuts = tuple(fit_cuts(column, rule) for column, rule in zip(np.asarray(values).T, grid.rules, strict=True))
        scores = np.column_stack([own.score(column) for own, column in zip(cuts, np.asarray(values).T, strict=True)])
        cells = grid.cells
        held = np.unique(grid.place(scores))
        away = np.stack([distance_transform_cdt(cells != number, metric="taxicab") for number in held])
        labels = away.argmin(axis=0)
        steps = away.min(axis=0).astype(np.float64)
        second = labels
        if len(held) > 1:
            np.put_along_axis(away, labels[None], np.iinfo(away.dtype).max, axis=0)
            second = away.argmin(axis=0)
        names = tuple(grid.names[number] for number in held)
        return GridClusters(cuts, labels.astype(np.int32), second.astype(np.int32), steps, names)
