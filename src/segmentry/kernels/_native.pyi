# Written in C, in native/module.c. Arrays must be contiguous; what is returned is written into the last ones.

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Points: TypeAlias = npt.NDArray[np.floating]
Floats: TypeAlias = npt.NDArray[np.float64]
Labels: TypeAlias = npt.NDArray[np.int32]
Whole: TypeAlias = npt.NDArray[np.int64]

def assign(values: Points, centroids: Floats, labels: Labels, squared: Floats | None, threads: int, /) -> None: ...
def nearest_two(values: Points, centroids: Floats, labels: Labels, squared: Floats, threads: int, /) -> None: ...
def lloyd(
    values: Points,
    centroids: Floats,
    sizes: Whole,
    groups: Whole,
    inertia: Floats,
    passes: Whole,
    counts: Floats,
    weights: Floats | None,
    max_passes: int,
    trial: int,
    kept: int,
    shift: float,
    gain: float,
    threads: int,
    /,
) -> None: ...
def seed(values: Points, quantiles: Floats, rows: Whole, weights: Floats | None, threads: int, /) -> None: ...
def silhouettes(values: Points, labelings: Labels, widths: Floats, threads: int, /) -> None: ...
def spreads(
    values: Points, labelings: Labels, sizes: Labels, counts: Whole, means: Floats, away: Floats, threads: int, /
) -> None: ...
def micro_clusters(values: Points, weights: Floats, most: int, cell: npt.NDArray[np.int64], /) -> int: ...
def balance(
    costs: Floats, least: int, most: int, prices: Floats, labels: Labels, held: npt.NDArray[np.int64], saved: Floats, /
) -> bool: ...
def ward(points: Floats, weights: Floats, merges: Floats, /) -> None: ...
def kprototypes(
    numbers: Floats,
    codes: Labels,
    gamma: float,
    max_passes: int,
    gain: float,
    means: Floats,
    modes: Labels,
    cost: Floats,
    /,
) -> int: ...
def settle(
    numbers: Floats,
    codes: Labels,
    gamma: float,
    max_rounds: int,
    least: float,
    labels: Labels,
    means: Floats,
    modes: Labels,
    /,
) -> float: ...
def prototype_costs(
    numbers: Floats, codes: Labels, means: Floats, modes: Labels, gamma: float, costs: Floats, /
) -> None: ...
def nearest_prototypes(
    numbers: Floats, codes: Labels, means: Floats, modes: Labels, gamma: float, labels: Labels, costs: Floats, /
) -> None: ...
def seed_prototypes(numbers: Floats, codes: Labels, gamma: float, quantiles: Floats, rows: Whole, /) -> None: ...
def code_points(
    values: Points,
    number_columns: Whole,
    columns: Whole,
    widths: Whole,
    cut_counts: Whole,
    cuts: Floats,
    numbers: Floats,
    codes: Labels,
    /,
) -> None: ...
def latent_classes(
    codes: Labels, counts: Floats, levels: Whole, max_passes: int, gain: float, state: Floats, reached: Floats, /
) -> int: ...
def gower_silhouettes(
    numbers: Floats, codes: Labels, labelings: Labels, sizes: Whole, rows: Whole, cells: Whole, widths: Floats, /
) -> None: ...
