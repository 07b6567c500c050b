"""What a verdict does to a command: exit codes, names, lists."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

Call = Callable[..., Any]


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """Write a table of 120 customers without any groups."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.normal(size=(120, 5)).round(3), columns=[f"measure {sign}" for sign in "abcde"])
    table.insert(0, "customer_id", [f"C{row:03}" for row in range(120)])
    table.to_csv(tmp_path / "noise.csv", index=False)
    return tmp_path / "noise.csv"


def test_a_verdict_below_the_required_one_exits_with_4_and_is_saved(call: Call, noise: Path, tmp_path: Path) -> None:
    """A scheduled job can stop there; what was found is there to look at."""
    said = call("run", noise, "--segments", "6", "--name", "six", "--workspace", tmp_path, "--require", "clear")
    assert said.code == 4
    assert "the verdict is below Clear groups" in said.err
    assert "NOT DEPENDABLE" in said.out
    assert (tmp_path / "runs" / "six" / "report.html").is_file()


def test_a_verdict_as_good_as_required_exits_with_0(call: Call, noise: Path, tmp_path: Path) -> None:
    """The lowest verdict is enough where nothing better is asked for."""
    asked = ("run", noise, "--segments", "6", "--workspace", tmp_path, "--json", "--require", "not dependable")
    said = call(*asked)
    assert said.code == 0
    assert said.json["verdict"] == "Not dependable"
    assert said.json["candidates"][0]["margin"] < 0.1


def test_an_unknown_verdict_is_refused_before_any_work(call: Call, noise: Path, tmp_path: Path) -> None:
    """The refusal lists the four."""
    said = call("run", noise, "--workspace", tmp_path, "--require", "perfect")
    assert said.code == 2
    assert "Repeatable split" in said.err
    assert not (tmp_path / "runs").exists()


def test_what_is_not_dependable_has_no_names_and_no_lists(call: Call, noise: Path, tmp_path: Path) -> None:
    """Segments are called by their letters, nothing is suggested, and a list is made only when told."""
    call("run", noise, "--segments", "6", "--name", "six", "--workspace", tmp_path)
    shown = call("show", "six", "--json", "--workspace", tmp_path).json
    assert [one["name"] for one in shown["segments"]] == [f"Segment {letter}" for letter in "ABCDEF"]
    assert shown["start_with"] is None
    assert not any(one["actions"] for one in shown["segments"])
    refused = call("list", "six", "A", "--workspace", tmp_path)
    assert refused.code == 4
    assert "--anyway" in refused.err
    assert call("list", "six", "A", "--anyway", "--workspace", tmp_path).out.startswith("customer_id,")


def test_customers_of_no_segment_are_counted_where_segments_are(call: Call, tmp_path: Path) -> None:
    """Under the table of a run, and under that of a scored file; the counts add up."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=(150, 2)) + 9 * (np.arange(150) % 3)[:, None]
    values[:4] = [[90, -90], [-80, 60], [70, 200], [-150, -10]]
    pd.DataFrame(values, columns=["a", "b"]).to_csv(tmp_path / "t.csv", index=False)
    plain = ("--outliers", "none", "--skew", "none", "--workspace", tmp_path)
    said = call("run", tmp_path / "t.csv", "--method", "hdbscan", "--name", "dense", *plain)
    assert said.code == 0
    assert "in no segment" in said.out
    scored = call("score", "dense", tmp_path / "t.csv", "--out", tmp_path / "s.csv", "--workspace", tmp_path, "--json")
    told = scored.json
    assert told["in_no_segment"] >= 4
    assert told["in_no_segment"] + sum(one["customers"] for one in told["segments"]) == told["customers"] == 150


def test_what_other_criteria_say_is_shown_under_technical(call: Call, noise: Path, tmp_path: Path) -> None:
    """A run shown again says where criteria disagree, and the margin; the run itself keeps to plain words."""
    said = call("run", noise, "--segments", "2-4", "--name", "few", "--workspace", tmp_path)
    assert "silhouette" not in said.out
    shown = call("show", "few", "--workspace", tmp_path).out
    assert "Technical: Taken alone, " in shown
    assert "silhouette" in shown
    assert "Margin over structureless data: " in " ".join(shown.split())
