"""Text that breaks other programs, as ids, as names and as columns: it comes back as it was."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from segmentry import segment
from segmentry.data.raw import SPACES
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


def test_naughty_ids_names_and_columns_come_back(tmp_path: Path, naughty: list[str]) -> None:
    """From a CSV file through a run to its tables, no id, no text and no column name changes by a byte."""
    source = tmp_path / "customers.csv"
    names = [f"{text} {place}" if text.casefold() in TAKEN else text for place, text in enumerate(naughty)]
    header = ["customer_id", "visits", "spent", "text", *names]
    with source.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(header)
        for place, text in enumerate(naughty):
            writer.writerow([text, place % 7, (place % 2) * 50, text, *[f"v{place % 2}"] * len(names)])
    found = segment(source, segments=2, rebuilds=2, id="customer_id")
    save_run(tmp_path / "run", found, lambda *_: "")
    with (tmp_path / "run" / "segments.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == naughty
    assert set(rows[0]) <= {"segment", "name", *header}
    carried = open_run(str(tmp_path / "run"), tmp_path).carried
    assert carried.columns.tolist() == header
    assert carried["text"].tolist() == naughty
