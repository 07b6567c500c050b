"""The calibration in the repository: what it promises, and that the code still gives it."""

import csv
import importlib
from pathlib import Path

import pytest

from segmentry.evaluate import CLEAR_MARGIN

FOLDER = Path(__file__).parents[1] / "calibration"
GROUPED = ("4 blobs, 6 sigma", "4 uneven blobs, 6 sigma")


@pytest.fixture(scope="module")
def results() -> list[dict[str, str]]:
    """Read the line of every table."""
    with (FOLDER / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_at_most_5_percent_of_the_structureless_are_called_clear(results: list[dict[str, str]]) -> None:
    """In the worst family; and at least 95% of the groups six standard deviations apart."""
    clear: dict[str, list[bool]] = {}
    for row in results:
        clear.setdefault(row["family"], []).append(row["verdict"] == "Clear groups")
    assert all(len(own) == 100 for own in clear.values())
    structureless = {name: own for name, own in clear.items() if "blobs" not in name}
    assert len(structureless) == 10
    assert max(sum(own) for own in structureless.values()) <= 5
    assert min(sum(clear[name]) for name in GROUPED) >= 95


def test_the_table_is_of_the_threshold_in_use(results: list[dict[str, str]]) -> None:
    """Whoever changes the threshold has to run the calibration again."""
    assert f"a margin of {CLEAR_MARGIN:g} over" in (FOLDER / "table.md").read_text(encoding="utf-8")
    firm = [row for row in results if row["verdict"] in {"Clear groups", "Repeatable split"}]
    assert all((float(row["margin"]) >= CLEAR_MARGIN) == (row["verdict"] == "Clear groups") for row in firm)


@pytest.mark.parametrize("family", ["behaviour", "4 blobs, 6 sigma"])
def test_the_code_still_gives_what_the_file_says(
    family: str, results: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One table of a family, judged again."""
    monkeypatch.syspath_prepend(str(FOLDER))
    calibrate = importlib.import_module("calibrate")
    (told,) = (row for row in results if (row["family"], row["n"], row["d"], row["seed"]) == (family, "200", "2", "0"))
    found = calibrate.run(calibrate.Case(family, 200, 2, 0))
    assert (found.k, found.verdict) == (int(told["k"]), told["verdict"])
    assert found.margin == pytest.approx(float(told["margin"]), rel=1e-3)
