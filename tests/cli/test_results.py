"""What to do with a finished run: show, rename, list, score, assign."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.cells import cell_len

Call = Callable[..., Any]

COMMANDS = [
    ["show", "spring"],
    ["show", "spring", "B"],
    ["show", "spring", "--customer", "00007"],
    ["runs"],
    ["check", "ORDERS"],
    ["check", "ORDERS", "--explore"],
    ["assign", "spring", "recency_days=12", "orders=12", "spend=1000"],
    ["run", "ORDERS", "--segments", "3", "--name", "other"],
    ["measures", "ORDERS", "--out", "m.csv"],
    ["score", "spring", "ORDERS", "--as-of", "2025-12-31", "--out", "s.csv"],
]


@pytest.fixture
def here(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the workspace, and stand in it."""
    shutil.copytree(workspace, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_output_fits_the_terminal(call: Call, here: Path, orders_file: Path, command: list[str]) -> None:
    """No command prints a line wider than 80 columns, paths apart, and each ends by naming the next one."""
    said = call(*[str(orders_file) if argument == "ORDERS" else argument for argument in command])
    assert said.code == 0, said.err
    wide = [line for line in (said.out + said.err).splitlines() if cell_len(line) > 80 and str(here.parent) not in line]
    assert wide == [] or all("/" in line for line in wide)
    assert "Next   segmentry" in said.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_json_is_alone(call: Call, here: Path, orders_file: Path, command: list[str]) -> None:
    """With --json every command prints one object to standard output and nothing else anywhere."""
    said = call(*[str(orders_file) if argument == "ORDERS" else argument for argument in command], "--json")
    assert said.code == 0
    assert isinstance(said.json, dict)
    assert said.err == ""
    assert here.exists()


def test_rename_is_seen_everywhere(call: Call, here: Path) -> None:
    """A segment's new name stands in the list, the files, the report and the model; the old one is kept beside it."""
    old = call("show", "spring", "B", "--json").json["name"]
    assert call("rename", "spring", old, "Regulars & <friends>").code == 0
    told = call("show", "spring", "b", "--json").json
    assert (told["letter"], told["name"], told["also_known_as"]) == ("B", "Regulars & <friends>", old)
    folder = here / "runs" / "spring"
    found = pd.read_csv(folder / "segments.csv")
    assert set(found.loc[found["segment"] == "B", "name"]) == {"Regulars & <friends>"}
    assert "Regulars &amp; &lt;friends&gt;" in (folder / "report.html").read_text()
    assert "Regulars" in call("assign", "spring", "recency_days=60", "orders=5", "spend=200").out
    assert call("rename", "spring", "A", "regulars & <friends>").code == 2


def test_assign_says_why_and_what_would_move(call: Call, here: Path) -> None:
    """Under the answer stand the reasons, the nearest changes and one order more; with --json all of it as "why"."""
    values = ("recency_days=60", "orders=5", "spend=200")
    said = call("assign", "spring", *values)
    assert "rather than" in said.out
    assert "typical here" in said.out
    assert "What would move this customer" in said.out
    assert "One order more" in said.out
    why = call("assign", "spring", *values, "--json").json["why"]
    assert sum(reason["contribution"] for reason in why["reasons"]) == pytest.approx(why["total"], abs=1e-9)
    nearest = why["changes"][0]
    changed = [f"{nearest['measure']}={nearest['to']}" if v.startswith(nearest["measure"]) else v for v in values]
    assert call("assign", "spring", *changed, "--json").json["segment"] == nearest["segment"]
    assert here.exists()


def test_a_customer_of_the_run_is_shown_as_if_assigned(call: Call, here: Path) -> None:
    """``show --customer`` reads her measures from the run; an unknown id is refused with near ones."""
    row = pd.read_csv(here / "runs/spring/segments.csv", dtype=str).set_index("customer_id").loc["00007"]
    shown = call("show", "--customer", "00007", "--json").json
    assert shown["segment"] == row["segment"]
    typed = [f"{name}={row[name]}" for name in ("recency_days", "orders", "spend")]
    assert call("assign", "spring", *typed, "--json").json["why"]["reasons"] == shown["why"]["reasons"]
    lost = call("show", "spring", "--customer", "00240")
    assert (lost.code, "near to it" in lost.err) == (6, True)
    assert call("show", "spring", "A", "--customer", "00007").code == 2


def test_list_carries_columns_and_defuses_formulas(call: Call, here: Path) -> None:
    """A list has the wanted segments' customers with their e-mail; what a spreadsheet would run is made text."""
    assert call("list", "spring", "C", "A", "--out", "d.csv", "--carry", "email,first_name").code == 0
    table = pd.read_csv(here / "d.csv", dtype=str)
    assert list(table) == ["customer_id", "segment", "name", "email", "first_name"]
    assert set(table["segment"]) == {"A", "C"}
    assert len(table) == 160
    row = table[table["customer_id"] == "00003"].iloc[0]
    assert (row["email"], row["first_name"]) == ("u3@shop.test", "'=N3")
    raw = call("list", "spring", "A", "--carry", "FIRST_NAME", "--raw").out
    assert ",=N3\n" in raw


def test_scoring_the_training_file_gives_the_training_segments(
    call: Call, here: Path, orders_file: Path, orders: pd.DataFrame
) -> None:
    """The model places the customers it was built from where the run put them."""
    run = pd.read_csv(here / "runs/spring/segments.csv", dtype=str).set_index("customer_id")["segment"].sort_index()
    as_of = orders["order_date"].max()
    assert call("score", "spring", orders_file, "--as-of", as_of, "--out", "t.parquet").code == 0
    again = pd.read_parquet(here / "t.parquet").set_index("customer_id")["segment"].sort_index()
    assert (again == run).all()


def test_one_customer_file_is_scored(call: Call, here: Path, orders_file: Path, orders: pd.DataFrame) -> None:
    """A batch of one customer gets the segment that she gets among all, although every column of it is constant."""
    as_of = orders["order_date"].max()
    orders[orders["customer_id"] == "00007"].to_csv(here / "one.csv", index=False)
    assert call("score", "spring", here / "one.csv", "--as-of", as_of, "--out", "one_scored.csv").code == 0
    found = pd.read_csv(here / "one_scored.csv", dtype={"customer_id": str})
    run = pd.read_csv(here / "runs/spring/segments.csv", dtype=str).set_index("customer_id")
    assert found["segment"].tolist() == [run.loc["00007", "segment"]]
    assert orders_file.exists()


def test_measures_of_one_customer(call: Call, here: Path, orders: pd.DataFrame) -> None:
    """The customer table is written however few customers there are."""
    orders.iloc[:1].to_csv(here / "row.csv", index=False)
    said = call("measures", here / "row.csv", "--as-of", "2026-01-01", "--out", "m.csv", "--json")
    assert said.code == 0, said.out
    assert {"rows", "warnings", "files"} <= set(said.json)
    table = pd.read_csv(here / "m.csv", dtype={"customer_id": str})
    assert table["customer_id"].tolist() == ["00000"]
    assert {"recency_days", "orders", "spend", "tenure_days", "typical_order"} <= set(table)
    assert call("run", here / "row.csv").code == 3
