"""``check``: graded findings and what measures look like, in text and as JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.cells import cell_len

Call = Callable[..., Any]


def _write(folder: Path, *rows: str) -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join(["customer_id,order_date,amount", *rows, ""]))
    return path


def test_json_keeps_its_contract(call: Call, orders_file: Path, orders: pd.DataFrame) -> None:
    """The agreed keys are there, each finding has its six, and counts add up."""
    told = call("check", orders_file, "--json").json
    assert {"findings", "table", "columns", "rows", "rejects", "warnings", "fingerprint", "files"} <= set(told)
    assert told["rows"]["read"] == told["rows"]["loaded"] + told["rows"]["rejected"] == len(orders)
    assert told["customers"] == 240
    assert "explore" not in told
    for finding in told["findings"]:
        assert set(finding) == {"grade", "code", "count", "what", "evidence", "way_out"}
        assert finding["grade"] in {"must fix", "worth knowing", "fine"}
        assert isinstance(finding["count"], int)
    assert all(set(warning) == {"code", "count", "policy"} for warning in told["warnings"])


def test_what_must_be_fixed_is_shown_and_exits_3(call: Call, tmp_path: Path) -> None:
    """A question is a finding with evidence and way out, in text and as JSON, and no traceback."""
    path = _write(tmp_path, "a,03/04/2024,1", "b,05/06/2024,2")
    said = call("check", path)
    assert said.code == 3
    assert "Must fix" in said.out
    assert "try: --dayfirst or --monthfirst" in said.out
    assert "'03/04/2024'" in said.out
    assert "Traceback" not in said.out + said.err
    told = call("check", path, "--json")
    assert (told.code, told.err) == (3, "")
    assert [finding["grade"] for finding in told.json["findings"]] == ["must fix"]
    assert (told.json["rows"], told.json["table"], told.json["columns"]) == (None, None, [])
    assert set(told.json["error"]) == {"what", "evidence", "try"}
    assert call("check", path, "--dayfirst", "-q").code == 0


def test_text_names_every_grade_with_its_counts(call: Call, tmp_path: Path) -> None:
    """Findings stand under their grades, the gravest first, with counts at the right edge."""
    days = [f"c{at},2024-01-{at % 28 + 1:02d},{at * 3 % 50}" for at in range(60)]
    said = call("check", _write(tmp_path, *days, "c1,2024-02-01,much", ",2024-02-01,5"))
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines.index(" Worth knowing") < lines.index(" Fine")
    assert " Must fix" not in lines
    rejected = [line for line in lines if "rows rejected:" in line]
    assert [line.split()[-1] for line in rejected] == ["1", "1"]
    assert any("62 rows read = 60 loaded + 2" in line for line in lines)


@pytest.mark.parametrize("name", ["automobile_segmentation.csv", "telco_churn.csv", "cc_general.csv"])
def test_exploring_real_tables_fits_the_terminal(call: Call, shared_data: Path, name: str) -> None:
    """Every table of --explore is at most 80 columns wide, and JSON has all columns."""
    said = call("check", "--explore", shared_data / name)
    assert said.code == 0
    assert [line for line in said.out.splitlines() if cell_len(line) > 80] == []
    for title in (" Numbers", " What separates customers", " Go together", " Blank"):
        assert any(line.startswith(title) for line in said.out.splitlines()), title
    told = call("check", "--explore", shared_data / name, "--json").json["explore"]
    assert set(told) == {
        "customers", "as_of", "numbers", "categories", "correlations", "blanks", "separates", "left_out",
    }  # fmt: skip
    width = len(told["correlations"]["names"])
    assert [len(row) for row in told["correlations"]["spearman"]] == [width] * width
    assert {bar for shape in told["numbers"] for bar in shape} >= {"skewness", "zeros", "bins", "missing"}


def test_measuring_options_count_for_a_check(call: Call, orders_file: Path) -> None:
    """What a run would be told, a check is told alike: the day, the window, the columns."""
    said = call("check", orders_file, "--explore", "--as-of", "2025-06-30", "--measures", "orders,spend", "--json")
    assert said.json["explore"]["as_of"] == "2025-06-30"
    assert {shape["name"] for shape in said.json["explore"]["numbers"] if shape["part"] == "forms"} == {
        "orders",
        "spend",
    }
    assert call("check", orders_file, "--as-of", "1999-01-01").code == 3
    assert call("check", orders_file, "--measures", "spendd").code == 2


def test_names_that_a_terminal_would_obey_are_shown(call: Call, tmp_path: Path) -> None:
    """Control signs and wide letters in names and levels neither act nor push a line beyond the edge."""
    names = ["\x1b[31mred", "漢字" * 20, "plain"]
    table = pd.DataFrame({name: [(at * step) % 9 for at in range(40)] for step, name in enumerate(names, 2)})
    table["kind"] = ["\x1b[2Jgone", "字" * 40] * 20
    table.to_csv(tmp_path / "odd.csv", index=False)
    said = call("check", "--explore", tmp_path / "odd.csv")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert [line for line in said.out.splitlines() if cell_len(line) > 80] == []
