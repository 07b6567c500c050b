"""A small saved run that tests of exports share; nobody changes it."""

import pandas as pd
import pytest

from segmentry.segment import segment
from segmentry.workspace import Run, open_run, save_run

NAUGHTY = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
    "https://example.com",
    "00123",
    "1e5",
    "TRUE",
    "NA",
    " padded ",
    "_x0041_",
    "a\x00b\x1f",
    "\U0001d49c \U0001f469\u200d\U0001f467 \u202eRTL",
    "</t><script>",
    "x" * 40_000,
    "lone \ud800 half",
    "￾￿",
)


IDS = tuple(text for text in NAUGHTY if text == text.strip() and text.isprintable() and len(text) < 100)


@pytest.fixture(scope="session")
def naughty_texts() -> tuple[str, ...]:
    """Give texts that spreadsheets run, turn into something else or can't hold."""
    return NAUGHTY


@pytest.fixture(scope="session")
def naughty_ids() -> tuple[str, ...]:
    """Give the ids of the run's first customers."""
    return IDS


@pytest.fixture(scope="session")
def amber(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give a run of customers whose ids are what spreadsheets misread."""
    folder = tmp_path_factory.mktemp("exports") / "runs" / "amber"
    table = pd.DataFrame({"visits": [1.0, 2.0, 30.0, 31.0] * 10, "stay": [5.0, 6.0, 90.0, 91.0] * 10})
    table.insert(0, "customer_id", [*IDS, *map(str, range(100, 140 - len(IDS)))])
    save_run(folder, segment(table, segments=2, rebuilds=2, name="amber", id="customer_id"), lambda _: "")
    return open_run(str(folder), folder.parent.parent)
