"""Compressed files and standard input: read as what they hold, bombs refused while they grow."""

import gzip
import io
import os
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from segmentry.data import limits
from segmentry.errors import AmbiguousError, ReadError, UsageError

TEXT = "customer_id,order_date,amount\nC1,2024-01-31,10.50\nC2,2024-02-29,20\nC1,2024-03-01,5\n,2024-03-01,5\n"
EXPECTED = [("C1", 10.5), ("C2", 20.0), ("C1", 5.0)]
JSON = "".join(
    f'{{"customer_id": "{customer}", "order_date": "{day}", "amount": {amount}}}\n'
    for customer, day, amount in (line.split(",") for line in TEXT.splitlines()[1:])
)


def _excel(path: Path) -> bytes:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(TEXT.splitlines()):
            sheet.write_row(place, 0, line.split(","))
    return path.read_bytes()


def _parquet(path: Path) -> bytes:
    pd.read_csv(io.StringIO(TEXT), dtype={"customer_id": "str"}).to_parquet(path)
    return path.read_bytes()


INNER: dict[str, Callable[[Path], bytes]] = {
    "csv": lambda _: TEXT.encode(),
    "tsv": lambda _: TEXT.replace(",", "\t").encode("utf-16"),
    "jsonl": lambda _: JSON.encode(),
    "xlsx": _excel,
    "parquet": _parquet,
}


def _zip(*members: tuple[str, bytes], deflated: bool = True) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("kind", INNER)
@pytest.mark.parametrize("packed", ["gzip", "zip", "plain"])
def test_one_packed_file_is_read_as_what_it_holds(
    write: Any, read: Any, tmp_path: Path, kind: str, packed: str
) -> None:
    """Packed with gzip or zip, one file gives what it gives alone, whatever its name says."""
    content = INNER[kind](tmp_path / "inner")
    wrapped = {"gzip": gzip.compress(content), "zip": _zip((f"a.{kind}", content)), "plain": content}[packed]
    path = write(wrapped, "orders.bin")
    found = read(path)
    assert found.lines() == EXPECTED
    assert [reason for _, reason in found.refused] == ["no customer"]
    assert found.loaded.sources == (str(path),)


def test_what_file_managers_add_is_no_second_file(write: Any, read: Any) -> None:
    """A zip file of a folder with one table, with what a Mac puts beside it, is read."""
    content = _zip(("x/", b""), ("x/a.csv", TEXT.encode()), ("__MACOSX/x/._a.csv", b"\0\5"), ("x/.DS_Store", b"\0"))
    assert read(write(content, "a.zip")).lines() == EXPECTED


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_zip(("a.csv", TEXT.encode()), ("b.csv", TEXT.encode())), "2 files"),
        (_zip(("a/", b"")), "no files"),
        (_zip(("../a.csv", TEXT.encode())), "leads out"),
        (_zip(("a/../../a.csv", TEXT.encode())), "leads out"),
        (_zip(("/etc/a.csv", TEXT.encode())), "leads out"),
        (_zip(("C:\\a.csv", TEXT.encode())), "leads out"),
        (_zip(("..\\a.csv", TEXT.encode())), "leads out"),
        (_zip(("a.csv", TEXT.encode()))[:60], "damaged"),
        (gzip.compress(TEXT.encode())[:-12], "damaged"),
        (gzip.compress(TEXT.encode())[:30] + b"xx" + gzip.compress(TEXT.encode())[32:], "damaged"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(gzip.compress(TEXT.encode())), "compressed twice"),
        (_zip(("a.zip", _zip(("a.csv", TEXT.encode())))), "compressed twice"),
        (gzip.compress(bytes(257) + b"ustar" + bytes(250)), "tar archive"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(500)), "PNG"),
    ],
    ids=[
        "two", "none", "up", "deep", "absolute", "drive", "backslash", "cut zip", "cut gzip", "broken gzip", "empty",
        "gzip in gzip", "zip in zip", "tar", "picture",
    ],
)  # fmt: skip
def test_a_packed_file_that_is_no_single_table_is_refused(write: Any, read: Any, content: bytes, words: str) -> None:
    """Several files, paths that lead out, damage and layers are named, and nothing is unpacked anywhere else."""
    with pytest.raises(ReadError, match=words):
        read(write(content, "orders.csv"))


def test_a_zip_file_with_a_password_is_refused(write: Any, read: Any) -> None:
    """A locked file says so: the flag of encryption is bit 0."""
    content = bytearray(_zip(("a.csv", TEXT.encode()), deflated=False))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ReadError, match="password"):
        read(write(bytes(content), "a.zip"))


@pytest.mark.parametrize("lie", [False, True], ids=["honest", "with a false size"])
def test_a_bomb_is_refused_while_it_grows(write: Any, read: Any, tmp_path: Path, monkeypatch: Any, lie: bool) -> None:
    """More than 100 bytes out of one are refused once they matter, whatever size the archive states."""
    written: list[int] = []
    count = limits.Meter.count

    def watched(meter: limits.Meter, piece: int) -> None:
        written.append(piece)
        count(meter, piece)

    monkeypatch.setattr(limits.Meter, "count", watched)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    content = bytearray(_zip(("a.csv", TEXT.encode() + b" " * (100 << 20))))
    if lie:
        for magic, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            start = content.index(magic) + place
            content[start : start + 4] = (90 << 20).to_bytes(4, "little")
    path = write(bytes(content), "a.zip")
    with pytest.raises(ReadError, match="grows more than 100 times"):
        read(path)
    assert sum(written) <= limits.MATTERS_BYTES + (1 << 20)
    assert list(tmp_path.iterdir()) == [path]


def test_a_small_file_may_repeat_itself(write: Any, read: Any) -> None:
    """A table that shrinks more than a hundredfold is read while it is small."""
    text = TEXT + "C1,2024-01-31,1\n" * 20_000
    content = gzip.compress(text.encode())
    assert len(text) > limits.RATIO * len(content)
    assert read(write(content)).loaded.rows.loaded == 20_003


def _as_input(monkeypatch: Any, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "gzip", "parquet"])
def test_standard_input_is_a_file(monkeypatch: Any, read: Any, tmp_path: Path, kind: str) -> None:
    """``-`` reads standard input, of whatever kind, once."""
    _as_input(monkeypatch, gzip.compress(TEXT.encode()) if kind == "gzip" else INNER[kind](tmp_path / "inner"))
    found = read("-")
    assert found.lines() == EXPECTED
    assert found.loaded.sources == ("standard input",)
    _as_input(monkeypatch, b"")
    with pytest.raises(ReadError, match="standard input is empty"):
        read("-")
    with pytest.raises(UsageError, match="given twice"):
        read(["-", "-"])


def test_standard_input_has_a_cap(monkeypatch: Any, read: Any) -> None:
    """A stream without an end is cut off at the stated number of bytes."""
    monkeypatch.setattr(limits.Meter.__init__, "__defaults__", (100,))
    _as_input(monkeypatch, TEXT.encode() * 2)
    with pytest.raises(ReadError, match="at most 100 bytes"):
        read("-")


def test_a_named_pipe_is_read_once(read: Any, tmp_path: Path) -> None:
    """What a shell gives for ``<(command)`` is read as a stream."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(TEXT))
    writer.start()
    assert read(pipe).lines() == EXPECTED
    writer.join()


def test_tables_past_the_limits_are_refused(write: Any, read: Any, monkeypatch: Any) -> None:
    """Too many columns, in any format, and a line without an end cost the file; a long row costs itself."""
    names = [f"c{place}" for place in range(limits.COLUMNS + 1)]
    wide = ",".join(names) + "\n" + ",".join("1" * len(names)) + "\n"
    row = "{" + ",".join(f'"{name}":1' for name in names) + "}\n"
    for content in (wide, row, pd.DataFrame([[1] * len(names)], columns=names)):
        with pytest.raises(ReadError, match="5,001 columns"):
            read(content if isinstance(content, pd.DataFrame) else write(content))
    long = TEXT + f"C3,2024-01-01,{'1' * (limits.LINE_BYTES + 1)}\nC4,2024-01-01,1\n"
    found = read(write(long))
    assert found.lines() == [*EXPECTED, ("C4", 1.0)]
    assert found.refused == [(5, "no customer"), (6, "a line longer than 2 MB")]
    monkeypatch.setattr("segmentry.data.survey.OPEN_LINE_BYTES", 1000)
    with pytest.raises(ReadError, match="doesn't end"):
        read(write("a" * 2000))


def test_a_parquet_file_of_few_bytes_and_many_rows_is_refused(write: Any, read: Any, monkeypatch: Any) -> None:
    """Rows that stand for next to nothing on disk are counted before they are read."""
    frame = pd.DataFrame({"customer_id": ["C1"] * 200_000, "order_date": ["2024-01-01"] * 200_000, "amount": 1})
    target = io.BytesIO()
    frame.to_parquet(target)
    assert read(write(target.getvalue())).loaded.rows.loaded == 200_000
    monkeypatch.setattr("segmentry.data.read_typed.MATTERS_BYTES", 1000)
    monkeypatch.setattr("segmentry.data.read_typed.RATIO", 10)
    with pytest.raises(ReadError, match="grows too much"):
        read(write(target.getvalue()))


def test_columns_without_names_are_asked_about_or_named(write: Any, read: Any, tmp_path: Path) -> None:
    """With ``no_header`` the first line counts; which column is what is said by options, or asked where dates show."""
    rows = TEXT.split("\n", 1)[1]
    with pytest.raises(AmbiguousError, match="have no names") as caught:
        read(write(rows), no_header=True)
    assert "--date column_2" in caught.value.way_out
    said = {"customer": "column_1", "date": "column_2", "amount": "column_3"}
    found = read(write(rows), no_header=True, **said)
    assert found.lines() == EXPECTED
    assert found.refused == [(4, "no customer")]
    bad = "\n\nC9,x,1\nC9,2024-01-01\n\n" + rows
    assert read(write(bad), no_header=True, **said).refused == [
        (3, "not a date written as yyyy-mm-dd"), (4, "too few fields"), (9, "no customer"),
    ]  # fmt: skip
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(book)) as target:
        sheet = target.add_worksheet()
        for place, line in enumerate(rows.splitlines()):
            sheet.write_row(place, 0, line.split(","))
    assert read(book, no_header=True, **said).lines() == EXPECTED
    numbers = read(write("1,20,3.5\n2,30,4.5\n"), no_header=True)
    assert numbers.table.columns.tolist() == ["customer_id", "column_1", "column_2", "column_3"]
    assert len(numbers.table) == 2


def test_runs_of_white_space_separate_columns(write: Any, read: Any) -> None:
    """Columns that white space lines up are told apart, said, and keep the lines they stood on."""
    text = (
        " customer_id  order_date\t amount \n  C1 2024-01-31   10.50\n\n"
        "C2    2024-02-29 20\r\nC1 never 5\nC1 2024-03-01 5"
    )
    found = read(write(text))
    assert found.lines() == EXPECTED
    assert found.refused == [(5, "not a date written as yyyy-mm-dd")]
    assert found.caveats == {"white_space": 1}
    assert read(write(text), sep="space").lines() == EXPECTED
