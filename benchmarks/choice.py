"""Our whole choice: fits, measures, rebuilds on re-drawn customers, and the number it argues for."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from bench import LOWEST, MOST, SEED, STARTS, Row, measure

from segmentry import prepare
from segmentry.choose import ChooseOptions, choose


def choice(values: npt.NDArray[np.float64], rebuilds: int) -> tuple[list[Row], int]:
    """Prepare and choose as a run does."""
    table = pd.DataFrame(values, columns=[f"measure {column}" for column in range(values.shape[1])])
    options = prepare.PrepareOptions(skew="none", outliers="none", scale="z")
    preparer = prepare.fit(table, [(name, "number") for name in table.columns], options)
    asked = ChooseOptions(lowest=LOWEST, highest=MOST, starts=STARTS, rebuilds=rebuilds, seed=SEED)
    found = choose(table, preparer, None, asked)
    return [
        Row(split.k, split.inertia, split.silhouette, split.davies_bouldin, split.calinski_harabasz)
        for split in found.candidates
    ], found.k


if __name__ == "__main__":
    measure(choice)
