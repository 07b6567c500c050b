"""Text that breaks other programs, as ids, as names and as columns: it comes back as it was."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from segmentry import segment
from segmentry.data.raw import SPACES
from segmentry.files import write_table
from segmentry.workspace import open_run, save_run

BUILT_IN = [
    "undefined",
    "NULL",
    "1E2",
    "=1+1",
    "';--",
    '"',
    "<b>",
    "$(x)",
    "Ω",
    "\u202etest",
    "👩‍👩‍👧",
    "\u2028",
    "\\N",
    "%s",
]


TAKEN = {"customer_id", "segment", "name", "visits", "spent", "text"}


@pytest.fixture(params=["a few", "all"])
def naughty(request: Any) -> list[str]:
    """Give different strings that survive trimming; the long list lies beside the checkout."""
    strings = BUILT_IN
    if request.param == "all":
        path = request.getfixturevalue("shared_data") / "naughty_strings.json"
        strings = json.loads(path.read_text("utf-8"))
    kept = (text.replace("\0", "").replace("\r\n", "\n").replace("\r", " ").strip(SPACES) for text in strings)
    return [text for text in dict.fromkeys(kept) if text]


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([header, *rows])


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_naughty_ids_and_names_come_back_from_a_run(tmp_path: Path, naughty: list[str]) -> None:
    """From a CSV file through a run to its tables, no id, no text and no column name changes by a byte."""
    header = [
        "customer_id",
        "visits",
        "spent",
        "text",
        *[text for text in naughty if text.casefold() not in TAKEN][:30],
    ]
    rows = [
        [text, place % 7, (place % 2) * 50, text, *[f"v{place % 2}"] * (len(header) - 4)]
        for place, text in enumerate(naughty)
    ]
    _write(tmp_path / "customers.csv", header, rows)
    found = segment(tmp_path / "customers.csv", segments=2, rebuilds=2, id="customer_id")
    save_run(tmp_path / "run", found, lambda *_: "")
    table = _rows(tmp_path / "run" / "segments.csv")
    assert [row[0] for row in table[1:]] == naughty
    assert set(table[0]) <= {"segment", "name", *header}
    assert len(table[0]) > 10
    assert open_run(str(tmp_path / "run"), tmp_path).carried()["text"].tolist() == naughty
    assert found.carried.columns.tolist() == header


def test_naughty_column_names_come_back(tmp_path: Path, read: Any, naughty: list[str]) -> None:
    """Every string is a column name that reading and writing leave as it is, with its own values."""
    header = ["customer_id", *[text for text in naughty if text != "customer_id"]]
    words = [str(place).translate(str.maketrans("0123456789", "abcdefghij")) for place in range(len(header) - 1)]
    rows = [[f"c{row}", *[f"{'xyz'[row]}-{word}" for word in words]] for row in range(3)]
    _write(tmp_path / "customers.csv", header, [list(row) for row in rows])
    found = read(tmp_path / "customers.csv")
    assert found.table.columns.tolist() == header
    write_table(found.table, tmp_path / "out.csv")
    assert _rows(tmp_path / "out.csv") == [header, *rows]
