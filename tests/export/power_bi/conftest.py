"""One small run that follows another, and one of a customer table with awkward names, each written as a project."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.export.power_bi import write_project
from segmentry.model import Segmentation
from segmentry.report import Brand
from segmentry.segment import segment
from segmentry.workspace import Run, open_run, save_run


def order_log(months: int) -> pd.DataFrame:
    """Give the orders and returns of sixty customers; ids differ by case only, or look like formulas and numbers."""
    draw = np.random.default_rng(1)
    ids = {0: "=1+1", 1: "00123", 2: "abc", 3: "ABC", 4: "-5"}
    rows = []
    for who in range(60):
        for order in range((1, 3, 9)[who % 3]):
            day = pd.Timestamp("2025-11-05") + pd.Timedelta(days=int(draw.integers(0, 30 * months)))
            amount = round(float(draw.gamma(2.0, 20.0 * (1 + who % 3))), 2)
            rows.append((ids.get(who, f"C{who}"), day, f"{who}-{order}", amount))
            if draw.random() < 0.2:
                rows.append((rows[-1][0], day + pd.Timedelta(days=20), f"R{who}-{order}", -round(amount / 3, 2)))
    return pd.DataFrame(rows, columns=["customer", "date", "order_id", "amount"])


def _awkward() -> Segmentation:
    """Find segments in a table whose columns are called as ours are, or as formulas."""
    draw = np.random.default_rng(0)
    visits = np.repeat([1.0, 50.0], 12) + draw.random(24)
    names = ["Segment", "fit", 'a "b" [c]', "=cmd", "Typical visit", "visit", "it's", "?"]
    table = pd.DataFrame({name: visits + draw.random(24) for name in names})
    return segment(table.assign(town=["Ulm", "=Ulm"] * 12), segments=2, rebuilds=2, name="awkward")


@pytest.fixture(scope="package")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """Give the saved runs by name."""
    workspace = tmp_path_factory.mktemp("power-bi-model")
    before = segment(order_log(6), segments=3, rebuilds=2, name="before", currency="£")
    after = segment(order_log(7), segments=3, rebuilds=2, name="after", currency="£", previous=before)
    for found in (after, _awkward()):
        save_run(workspace / "runs" / found.summary.run, found, lambda _: "")
    return {name: open_run(name, workspace) for name in ("after", "awkward")}


@pytest.fixture(scope="package")
def projects(runs: Mapping[str, Run], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Give the written projects by the name of their run; nobody may change them."""
    folder = tmp_path_factory.mktemp("power-bi-projects")
    for name, run in runs.items():
        write_project(run, folder / name, Brand())
    return {name: folder / name for name in runs}
