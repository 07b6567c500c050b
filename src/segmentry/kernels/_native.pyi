# Written in C, in native/module.c. Arrays must be contiguous; what is returned is written into the last ones.

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Points: TypeAlias = npt.NDArray[np.floating]
Floats: TypeAlias = npt.NDArray[np.float64]
Labels: TypeAlias = npt.NDArray[np.int32]

def assign(values: Points, centroids: Floats, labels: Labels, squared: Floats, /) -> None: ...
def nearest_two(values: Points, centroids: Floats, labels: Labels, squared: Floats, /) -> None: ...
def lloyd(values: Points, centroids: Floats, inertia: Floats, max_passes: int, shift: float, gain: float, /) -> int: ...
def seed(values: Points, quantiles: Floats, rows: npt.NDArray[np.int64], /) -> None: ...
def silhouettes(values: Points, labelings: Labels, widths: Floats, /) -> None: ...
def kprototypes(
    numbers: Floats,
    codes: Labels,
    levels: npt.NDArray[np.int64],
    gamma: float,
    max_passes: int,
    means: Floats,
    modes: Labels,
    cost: Floats,
    /,
) -> int: ...
def settle(
    numbers: Floats,
    codes: Labels,
    levels: npt.NDArray[np.int64],
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
def gower_silhouettes(
    numbers: Floats,
    codes: Labels,
    labelings: Labels,
    sizes: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    cells: npt.NDArray[np.int64],
    widths: Floats,
    /,
) -> None: ...
