"""People without orders: run --lookalike, score --lookalike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.cells import cell_len

Call = Callable[..., Any]


@pytest.fixture
def files(tmp_path: Path, orders: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give orders, a customer table whose channel tells the kind of customer, and people who never ordered."""
    monkeypatch.chdir(tmp_path)
    orders.drop(columns=["email", "first_name"]).to_csv("orders.csv", index=False)
    channels = ("friend", "search", "fair")
    ids = orders["customer_id"].drop_duplicates()
    told = pd.DataFrame({"customer_id": ids, "channel": [channels[int(number) % 3] for number in ids]})
    told.to_csv("customers.csv", index=False)
    pd.DataFrame({"customer_id": ["N1", "N2", "N3"], "channel": channels}).to_csv("people.csv", index=False)
    return tmp_path


def test_people_without_orders_are_guessed_and_said_to_be(call: Call, files: Path) -> None:
    """The run says how often it guesses right, and the scores say what they rest on, within 80 columns."""
    made = call("run", "orders.csv", "--customers", "customers.csv", "--segments", "3", "--name", "m", "--lookalike")
    assert made.code == 0, made.err
    assert "People without orders: guessed right for 100 of 100" in made.out
    assert "The segment of people without orders can be guessed" in (files / "runs/m/report.html").read_text()
    shown = call("show", "m", "--json").json["lookalike"]
    assert (shown["columns"], shown["works"]) == (["channel"], True)
    said = call("score", "m", "people.csv", "--lookalike", "--out", "g.csv")
    assert said.code == 0, said.err
    assert "guessed from attributes: 100 of 100 such guesses were right" in said.out
    assert max(cell_len(line) for line in (made.out + said.out).splitlines() if "/" not in line) <= 80
    guessed = pd.read_csv("g.csv")
    assert guessed["basis"].tolist() == ["attributes"] * 3
    assert sorted(guessed["segment"]) == ["A", "B", "C"]
    assert call("score", "m", "people.csv", "--lookalike", "--out", "g.csv", "--json").json["lookalike"]["works"]
    pointed = call("score", "m", "people.csv", "--out", "g.csv", "--as-of", "2025-12-31")
    assert pointed.code == 3
    assert "--lookalike" in pointed.err
    again = call("run", "--recipe", "runs/m/recipe.toml", "--name", "again", "--json").json
    assert again["lookalike"] == shown


def test_a_run_goes_on_where_nothing_can_be_guessed(call: Call, files: Path) -> None:
    """Without a customer table the run is there, with a word why; scoring by attributes is refused with that word."""
    made = call("run", "orders.csv", "--segments", "3", "--name", "m", "--lookalike")
    assert made.code == 0
    assert "No guesses for people without orders: there are no attributes" in " ".join(made.out.split())
    refused = call("score", "m", "people.csv", "--lookalike", "--out", "g.csv")
    assert refused.code == 3
    assert "no attributes to guess from" in " ".join(refused.err.split())
    assert not (files / "g.csv").exists()
