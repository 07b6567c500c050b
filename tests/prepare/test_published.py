"""Components of published analyses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.prepare import PrepareOptions, fit

NOT_LEARNED = [65, 66, 75, 128, 154]


def test_components_of_wholesale_customers(shared_data: Path) -> None:
    """Logarithms of six kinds of spend, five rows left out: the first two components hold .4430 and .2638."""
    table = pd.read_csv(shared_data / "wholesale_customers.csv").drop(index=NOT_LEARNED).iloc[:, 2:]
    options = PrepareOptions(skew="none", outliers="none", scale="none", pca=2)
    found = fit(np.log(table), [(name, "number") for name in table.columns], options).components
    assert found is not None
    assert found.shares == pytest.approx((0.4430, 0.2638), abs=5e-5)


def test_components_of_fast_food_answers(shared_data: Path) -> None:
    """Eleven yes/no answers of 1,453 people: standard deviations .7570, .6075, .5046, .3988."""
    table = pd.read_csv(shared_data / "mcdonalds.csv").iloc[:, :11]
    options = PrepareOptions(skew="none", outliers="none", scale="none", pca=4)
    points = fit(table, [(name, "yes-no") for name in table.columns], options).apply(table).values
    assert points.std(axis=0, ddof=1, dtype=np.float64) == pytest.approx([0.7570, 0.6075, 0.5046, 0.3988], abs=5e-5)
