"""One small run that several tests look at."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.cli import main


@pytest.fixture(scope="session")
def orders() -> pd.DataFrame:
    """Make 240 customers of three plain kinds: often and much, sometimes, once long ago."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(240):
        kind = number % 3
        orders, latest, amount = ((12, 10, 90.0), (5, 60, 40.0), (1, 300, 15.0))[kind]
        first = pd.Timestamp("2025-12-31") - pd.Timedelta(days=int(latest + rng.integers(0, 9)))
        for order in range(orders + int(rng.integers(0, 2)) * (kind < 2)):
            day = first - pd.Timedelta(days=int(order * rng.integers(18, 26)))
            price = round(float(amount * rng.lognormal(0, 0.2)), 2)
            rows.append(
                (f"{number:05d}", f"O{len(rows)}", day.date().isoformat(), price, f"u{number}@shop.test", f"=N{number}")
            )
    return pd.DataFrame(rows, columns=["customer_id", "order_id", "order_date", "amount", "email", "first_name"])


@pytest.fixture(scope="session")
def orders_file(tmp_path_factory: pytest.TempPathFactory, orders: pd.DataFrame) -> Path:
    """Give a clean order log."""
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    orders.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory, orders_file: Path) -> Path:
    """Give a workspace with one finished run, ``spring``, of three segments."""
    folder = tmp_path_factory.mktemp("workspace")
    with pytest.raises(SystemExit) as stop:
        main(["run", str(orders_file), "--segments", "3", "--name", "spring", "--workspace", str(folder), "-q"])
    assert stop.value.code == 0
    return folder
