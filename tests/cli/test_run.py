"""``run``: the contract of its JSON, its folder and its exit codes."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry.model import SegmentModel

Call = Callable[..., Any]


def folder_of(workspace: Path) -> Path:
    """Give the finished run's folder."""
    return workspace / "runs" / "spring"


def test_run_folder_holds_every_file(workspace: Path) -> None:
    """A run leaves all that its JSON names, and nothing half-written beside it."""
    told = json.loads((folder_of(workspace) / "run.json").read_text())
    for what, path in told["files"].items():
        assert Path(path).is_absolute(), what
        assert Path(path).exists(), what
    assert [path.name for path in (workspace / "runs").iterdir()] == ["spring"]


def test_json_keeps_its_contract(call: Call, orders_file: Path, tmp_path: Path, orders: pd.DataFrame) -> None:
    """``run --json`` prints one object with the agreed keys, rates from 0 to 1, and counts that add up."""
    said = call("run", orders_file, "--segments", "2-4", "--out", tmp_path / "out", "--json")
    assert said.code == 0
    assert said.err == ""
    told = said.json
    assert set(told["rows"]) == {"read", "loaded", "rejected"}
    assert told["rows"]["read"] == told["rows"]["loaded"] + told["rows"]["rejected"] == len(orders)
    assert told["as_of"] == orders["order_date"].max()
    assert [candidate["k"] for candidate in told["candidates"]] == [2, 3, 4]
    for candidate in told["candidates"]:
        keys = {"k", "inertia", "silhouette", "davies_bouldin", "calinski_harabasz", "smallest", "keep_rate"}
        assert keys <= set(candidate)
        assert 0 <= candidate["keep_rate"] <= 1
        assert 0 < candidate["smallest"] <= 0.5
    assert 0 <= told["keep_rate"] <= 1
    assert set(told["quality"]) == {"inertia", "silhouette", "davies_bouldin", "calinski_harabasz"}
    assert len(told["segments"]) == told["k"]
    assert sum(segment["customers"] for segment in told["segments"]) == told["customers"] == 240
    assert sum(segment["share"] for segment in told["segments"]) == pytest.approx(1)
    assert sum(segment["revenue_share"] for segment in told["segments"]) == pytest.approx(1)
    assert [segment["letter"] for segment in told["segments"]] == list("ABCD"[: told["k"]])
    for segment in told["segments"]:
        assert set(segment["keeps"]) == {"rate", "low", "high"}
        assert 0 <= segment["keeps"]["low"] <= segment["keeps"]["high"] <= 1
    assert {"report", "segments", "model", "rejects"} <= set(told["files"])
    assert all(set(stage) == {"name", "seconds"} for stage in told["stages"])
    assert all(set(warning) == {"code", "count", "policy"} for warning in told["warnings"])


def test_segments_csv_keeps_its_contract(workspace: Path, orders: pd.DataFrame) -> None:
    """segments.csv has no byte-order mark, ids as in the source, letter, name, then the measures."""
    content = (folder_of(workspace) / "segments.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert list(rows[0])[:3] == ["customer_id", "segment", "name"]
    assert {"recency_days", "orders", "spend"} <= set(rows[0])
    assert {row["customer_id"] for row in rows} == set(orders["customer_id"])
    assert {row["segment"] for row in rows} == {"A", "B", "C"}


def test_spend_is_exact_to_the_cent(workspace: Path, orders: pd.DataFrame) -> None:
    """Each customer's spend is the sum of her amounts in cents."""
    found = pd.read_csv(folder_of(workspace) / "segments.csv", dtype={"customer_id": str}).set_index("customer_id")
    cents = (orders["amount"] * 100).round().astype(int).groupby(orders["customer_id"]).sum()
    assert ((found["spend"] * 100).round().astype(int) == cents).all()


def test_three_kinds_are_found(workspace: Path) -> None:
    """The log was made of three kinds of 80 customers; each is a segment, best buyers first."""
    found = pd.read_csv(folder_of(workspace) / "segments.csv", dtype={"customer_id": str})
    kinds = pd.crosstab(found["customer_id"].astype(int) % 3, found["segment"])
    assert kinds.to_numpy().tolist() == [[80, 0, 0], [0, 80, 0], [0, 0, 80]]


def test_recipe_repeats_the_run_exactly(call: Call, workspace: Path, tmp_path: Path) -> None:
    """``run --recipe recipe.toml`` gives the same customers the same segments by the same parameters."""
    said = call("run", "--recipe", folder_of(workspace) / "recipe.toml", "--out", tmp_path / "again", "--json")
    assert said.code == 0, said.err
    first, again = folder_of(workspace), tmp_path / "again"
    assert (again / "segments.csv").read_bytes() == (first / "segments.csv").read_bytes()
    assert (again / "recipe.toml").read_bytes() == (first / "recipe.toml").read_bytes()
    one, two = (SegmentModel.load(folder / "model.segmentry") for folder in (first, again))
    assert one.preparer == two.preparer
    assert (one.clusters.arrays()["centroids"] == two.clusters.arrays()["centroids"]).all()


def test_shuffled_rows_and_other_unit_change_no_segment(
    call: Call, tmp_path: Path, workspace: Path, orders: pd.DataFrame
) -> None:
    """Rows in another order, money in pence, ids with another name: the same people stay together."""
    orders = orders.sample(frac=1, random_state=1)
    orders["amount"] = (orders["amount"] * 100).round(2)
    orders["customer_id"] = "X" + orders["customer_id"].str[::-1]
    path = tmp_path / "shuffled.csv"
    orders.to_csv(path, index=False)
    assert call("run", path, "--segments", "3", "--out", tmp_path / "out", "-q").code == 0
    found = pd.read_csv(tmp_path / "out" / "segments.csv", dtype=str).set_index("customer_id")["segment"]
    before = pd.read_csv(folder_of(workspace) / "segments.csv", dtype=str).set_index("customer_id")["segment"]
    renamed = before.rename(lambda name: "X" + name[::-1])
    assert (found.sort_index() == renamed.sort_index()).all()


def test_folder_with_other_files_is_not_replaced(call: Call, orders_file: Path, tmp_path: Path) -> None:
    """A folder that holds somebody's files is refused and left as it was."""
    (tmp_path / "thesis.txt").write_text("years of work")
    said = call("run", orders_file, "--segments", "2", "--out", tmp_path)
    assert said.code == 2
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_earlier_run_is_replaced(call: Call, orders_file: Path, tmp_path: Path) -> None:
    """The same --out twice gives the second run, whole."""
    for segments in (2, 3):
        assert call("run", orders_file, "--segments", segments, "--out", tmp_path / "out", "-q").code == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["k"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "nowhere.csv"], 3, "nowhere.csv"),
        (["run"], 2, "no file"),
        (["run", "ORDERS", "--segments", "many"], 2, "many"),
        (["run", "ORDERS", "--customer", "custmer_id"], 3, "custmer_id"),
        (["run", "ORDERS", "--measures", "spendd"], None, "spend"),
        (["run", "ORDERS", "--as-of", "yesterday"], 2, "yesterday"),
        (["run", "ORDERS", "--as-of", "1999-01-01"], 3, "1999"),
        (["run", "ORDERS", "--name", "../up"], 2, "../up"),
        (["run", "ORDERS", "--colour", "red"], 2, "--colour"),
        (["show", "nothing"], 6, "nothing"),
        (["score", "nothing", "ORDERS", "--out", "x.csv"], 6, "nothing"),
        (["assign", "spring", "spend"], 2, "COLUMN=VALUE"),
        (["assign", "spring", "spendd=3"], 2, "spendd"),
        (["assign", "spring", "spend=many", "orders=1", "recency_days=2"], 3, "many"),
        (["score", "spring", "ORDERS", "--out", "x.csv"], 2, "--as-of"),
        (["rename", "spring", "Z", "New"], 6, "Z"),
        (["list", "spring", "A", "--carry", "emial"], 2, "email"),
        (["list", "spring", "Q"], 6, "Q"),
        (["frobnicate"], 2, "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_have_a_code_and_a_way_out(
    call: Call,
    orders_file: Path,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int | None,
    words: str,
) -> None:
    """What can't be done says so in one message with the offending word, never a traceback, with its own exit code."""
    monkeypatch.chdir(workspace)
    said = call(*[str(orders_file) if argument == "ORDERS" else argument for argument in arguments])
    assert said.code == code if code is not None else said.code in (2, 3)
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_errors_as_json(call: Call) -> None:
    """With --json an error is one JSON object too."""
    said = call("check", "nowhere.csv", "--json")
    assert said.code == 3
    assert set(said.json["error"]) == {"what", "evidence", "try"}


def test_fault_of_ours_shows_no_traceback(call: Call, orders_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug exits 1 with a sentence; -v shows where."""

    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("segmentry.check.look", fault)
    said = call("check", orders_file)
    assert (said.code, "Traceback" in said.err) == (1, False)
    assert "planted" in said.err
    assert "Traceback" in call("check", orders_file, "-v").err


def test_an_interrupted_query_is_no_fault(call: Call, orders_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while DuckDB reads comes as an error of its own: it was stopped all the same."""

    def interrupted(*_: object, **__: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("segmentry.check.look", interrupted)
    said = call("check", orders_file)
    assert said.code == 130
    assert said.err.endswith("stopped: nothing was saved\n")
    assert "fault" not in said.err


@pytest.mark.parametrize("extra", [False, True])
def test_without_the_extra_the_next_step_is_to_get_it(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch, extra: bool
) -> None:
    """Nobody is sent to pages that can't be opened."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object() if extra else None)
    said = call("show", "spring", "--workspace", workspace).err
    assert ("segmentry open" in said) == extra
    assert ("pip install 'segmentry[look]'" in said) == (not extra)


def test_real_process_says_nothing_more(orders_file: Path, tmp_path: Path) -> None:
    """As a process of its own: exit 0, JSON alone on standard output, silence on standard error, also at exit."""
    arguments = [sys.executable, "-m", "segmentry", "run", orders_file, "--segments", "2", "--json"]
    done = subprocess.run(
        arguments, cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ | {"NO_COLOR": "1"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["k"] == 2


def test_every_preparing_option_reaches_the_run(call: Call, tmp_path: Path) -> None:
    """Each is kept in the recipe, told in the report, and repeated by the recipe."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "customer_id": [f"c{row}" for row in range(120)],
            "visits": np.where(rng.random(120) < 0.1, np.nan, rng.integers(1, 30, 120)),
            "basket": np.where(np.arange(120) == 5, 5e5, rng.lognormal(3, 1, 120).round(2)),
            "size": rng.choice(["S", "M", "L"], 120),
            "plan": rng.choice(["basic", "plus", "gold", "trial"], 120, p=[0.5, 0.3, 0.17, 0.03]),
        }
    )
    path = tmp_path / "customers.csv"
    table.to_csv(path, index=False)
    chosen = ["--missing", "constant", "--missing-value", "-1", "--outliers", "remove-mad", "--skew", "yeo-johnson"]
    chosen += ["--bins", "5:kmeans", "--scale", "min-max", "--encode", "frequency", "--rare", "0.05", "--pca", "3"]
    chosen += ["--levels", "size=S,M,L", "--measures", "visits,basket,size,plan", "--segments", "3"]
    said = call("run", path, *chosen, "--out", tmp_path / "one", "--json")
    assert said.code == 0, said.err
    lines = " ".join(said.json["preparation"])
    for words in (
        "given value, -1",
        "cut into",
        "S < M < L",
        "share of customers",
        "3 principal components",
        "left out",
    ):
        assert words in lines
        assert words.replace("<", "&lt;") in (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    again = call("run", "--recipe", tmp_path / "one" / "recipe.toml", "--out", tmp_path / "two", "--json")
    assert again.code == 0, again.err
    assert (tmp_path / "one" / "segments.csv").read_bytes() == (tmp_path / "two" / "segments.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bins", "4:width"], "4:width"),
        (["--missing-value", "3"], "--missing constant"),
        (["--levels", "size=S,M"], "size"),
        (["--rare", "0.1", "--encode", "ordinal"], "--rare"),
    ],
)
def test_preparing_options_that_make_no_sense(
    call: Call, orders_file: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    """They end with exit code 2 and a way out, and leave no run."""
    said = call("run", orders_file, *arguments, "--out", tmp_path / "none")
    assert said.code == 2
    assert words in said.err
    assert not (tmp_path / "none").exists()


def test_a_grid_and_the_unit_of_orders_are_options(call: Call, orders_file: Path, tmp_path: Path) -> None:
    """``--method rfm-grid --grid NAME --order-unit day`` reach the run, its JSON and its recipe."""
    options = ("--method", "rfm-grid", "--grid", "r-rfm-0.3", "--order-unit", "day")
    said = call("run", orders_file, *options, "--out", tmp_path / "out", "--json")
    assert said.code == 0
    names = {segment["name"] for segment in said.json["segments"]}
    assert "Champions" in names
    assert said.json["candidates"] == []
    recipe = (tmp_path / "out" / "recipe.toml").read_text(encoding="utf-8")
    assert 'order_unit = "day"' in recipe
    assert 'grid = "r-rfm-0.3"' in recipe
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "All lines of a customer on one day are one order" in page
    refused = call("run", orders_file, "--method", "rfm-grid", "--segments", "4", "--out", tmp_path / "other")
    assert (refused.code, "leave --segments out" in refused.err) == (2, True)


@pytest.mark.parametrize(("core", "lines"), [("plain", 1), ("native", 0)])
def test_one_line_says_that_the_compiled_core_is_missing(
    call: Call, orders_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, core: str, lines: int
) -> None:
    """Who waits for the plain core is told so once, in a line that fits the screen; nobody else is."""
    monkeypatch.setattr("segmentry.kernels.CORE", core)
    said = call("run", orders_file, "--segments", "2", "--out", tmp_path / "out")
    told = [line for line in (said.out + said.err).splitlines() if "compiled core" in line]
    assert len(told) == lines
    assert all(len(line) <= 80 for line in told)
