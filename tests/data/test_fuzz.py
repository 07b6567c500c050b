"""Files with random damage: a result or a sentence, never another exception, a crash or a hang."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from segmentry.data import load, sheet_process
from segmentry.data.limits import SHEET_CELLS
from segmentry.data.sources import Given
from segmentry.errors import SegmentryError

pytestmark = pytest.mark.slow

ALL = {"csv": 250, "jsonl": 50, "parquet": 700, "excel": 1000}  # 2,000 in all, most where one costs least
# .ci/run asks for all of them, `make test` for a taste.
COUNTS = ALL if os.environ.get("SEGMENTRY_FUZZ") == "all" else {form: max(50, n // 10) for form, n in ALL.items()}
ROWS = [
    (
        f"C{place % 5}",
        date(2024, 1, 1) + timedelta(days=place),
        f"{place * 1.25:.2f}",
        'say "hi", é' if place % 3 else "",
    )
    for place in range(12)
]
NAMES = ("customer_id", "order_date", "amount", "note")


def _csv() -> bytes:
    frame = pd.DataFrame(ROWS, columns=list(NAMES))
    return frame.to_csv(index=False).encode()


def _jsonl() -> bytes:
    return "".join(json.dumps(dict(zip(NAMES, map(str, row), strict=True))) + "\n" for row in ROWS).encode()


def _parquet() -> bytes:
    target = io.BytesIO()
    frame = pd.DataFrame(ROWS, columns=list(NAMES)).assign(amount=lambda table: table["amount"].astype(float))
    frame.to_parquet(target)
    return target.getvalue()


def _excel() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd", "in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([NAMES, *ROWS]):
            sheet.write_row(place, 0, row)
    return target.getvalue()


def _bytes(content: bytes, random: np.random.Generator) -> bytes:
    """Change, drop, double or cut a few bytes."""
    data = bytearray(content)
    for _ in range(int(random.integers(1, 6))):
        place = int(random.integers(0, len(data)))
        length = int(random.integers(1, 20))
        match int(random.integers(0, 6)):
            case 0 | 1:
                data[place] = int(random.integers(0, 256))
            case 2:
                data[place] = int(random.choice(np.frombuffer(b'",;\t\r\n\0\xff-.0{}[]:', dtype=np.uint8)))
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = data[place : place + length]
            case _:
                if random.random() < 0.2:
                    del data[place:]
        if not data:
            break
    return bytes(data)


def _within_zip(content: bytes, random: np.random.Generator) -> bytes:
    """Damage the XML of a workbook's parts; damage of the archive itself is mostly seen by its checksums."""
    if random.random() < 0.7:
        return _bytes(content, random)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as changed:
        members = source.namelist()
        chosen = {"xl/worksheets/sheet1.xml", members[int(random.integers(0, len(members)))]}
        for name in members:
            inner = source.read(name)
            changed.writestr(name, _bytes(inner, random) if name in chosen else inner)
    return target.getvalue()


FORMS: dict[str, tuple[Callable[[], bytes], Callable[[bytes, np.random.Generator], bytes]]] = {
    "csv": (_csv, _bytes),
    "jsonl": (_jsonl, _bytes),
    "parquet": (_parquet, _bytes),
    "excel": (_excel, _within_zip),
}


def _here(source: Given, sheet: str | None, answer: Path) -> None:
    """Parse a sheet in this process: the same program without the cost of starting it a thousand times."""
    sheet_process.report(str(source.path), answer, SHEET_CELLS, sheet)


@pytest.mark.parametrize("form", FORMS)
def test_damage_gives_a_result_or_a_sentence(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2,000 damaged files, every one is read, or refused with an error of ours; each seed gives the same file."""
    monkeypatch.setattr("segmentry.data.read_excel._in_a_process", _here)
    make, damage = FORMS[form]
    content = make()
    path = tmp_path / "orders.csv"
    read = 0
    for seed in range(COUNTS[form]):
        path.write_bytes(damage(content, np.random.default_rng(seed)))
        try:
            loaded = load(path)
        except SegmentryError:
            continue
        read += 1
        if loaded.orders is not None:
            loaded.orders.connection.close()
    assert 0 < read < COUNTS[form]
