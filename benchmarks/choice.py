"""Our whole choice: fits, measures, rebuilds on re-drawn customers, and the number it argues for."""

import numpy as np
import pandas as pd
from bench import KS, STARTS, Task, Way, measure


def choice(task: Task) -> Way:
    """Prepare and choose as a run does."""
    from segmentry import prepare  # noqa: PLC0415 - imports are timed apart
    from segmentry.choose import Choice, ChooseOptions, choose  # noqa: PLC0415

    points = task.points()
    table = pd.DataFrame(points, columns=[f"measure {column}" for column in range(task.measures)])

    def work() -> Choice:
        plain = prepare.PrepareOptions(skew="none", outliers="none", scale="z")
        preparer = prepare.fit(table, [(name, "number") for name in table.columns], plain)
        asked = ChooseOptions(lowest=KS[0], highest=KS[-1], starts=STARTS, seed=task.seed)
        return choose(table, preparer, None, asked)

    def quality(found: Choice) -> dict[str, float]:
        indices = {f"inertia {split.k}": float(np.float64(split.inertia)) for split in found.candidates}
        return indices | {"picks": found.k}

    return Way(work, quality, "also rebuilds every split on re-drawn customers and holds it against structureless data")


if __name__ == "__main__":
    measure({"segmentry, whole choice": choice})
