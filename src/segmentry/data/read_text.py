"""CSV and its kin into a raw table: DuckDB reads, and the count of records is checked against the bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from segmentry.data.dialect import TextFile
from segmentry.data.engine import rows, string, value
from segmentry.data.limits import LINE_BYTES
from segmentry.data.lines import Records, scan, scan_carefully
from segmentry.data.raw import Column, Part, Row
from segmentry.data.survey import Survey, survey
from segmentry.errors import Caveat, ReadError

__all__ = ["read_text"]

_MENDS = 20
_NO_NULL = "\x01\x02\x01"  # a text that no file holds: "NA", "null" and the like then stay text
_REASONS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "a quote that doesn't end where its field ends",
    "LINE SIZE OVER MAXIMUM": "a line longer than 2 MB",
}


@dataclass(frozen=True, slots=True)
class _Ragged:
    """A record that has the wrong number of fields: a byte within it, why, and its text."""

    byte: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """A line that breaks the records after it, to be left out."""

    line: int
    byte: int


def read_text(connection: duckdb.DuckDBPyConnection, file: TextFile, table: str, copy_path: Callable[[], Path]) -> Part:
    """Read a text file, every column as text, into a table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    file : TextFile
        The file and its dialect.
    table : str
        The table's name; its columns are ``c0``, ``c1``….
    copy_path : callable
        Gives a new path for a temporary copy; the caller removes it.

    Returns
    -------
    Part

    Raises
    ------
    ReadError
        If the records can't be told apart.
    """
    path, counts = file.path, file.survey
    mended: list[Row] = []
    for _ in range(_MENDS):
        count, ragged = _read(connection, path, file, table)
        records = _records(path, counts, file, count + len(ragged), bool(ragged))
        broken = _broken(records, ragged)
        if broken is None:
            _refuse_loss(file, records, count + len(ragged))
            break
        rows(connection, f"DROP TABLE {table}")
        mended.append(Row(file.name, broken.line, "", _line_at(path, broken.byte), "a quote that never ends"))
        copy = copy_path()
        _blank_line(path, copy, broken.byte)
        path, counts = copy, survey(copy)
    else:
        raise ReadError(
            f"can't tell the rows of {file.name} apart",
            [f"more than {_MENDS} quotes never end; the first on line {mended[0].line}"],
            "save it again as CSV",
        )
    return _part(file, table, count, ragged, records, path, mended)


def _part(
    file: TextFile,
    table: str,
    count: int,
    ragged: list[_Ragged],
    records: Records | None,
    path: Path,
    mended: list[Row],
) -> Part:
    """Gather what was read, with the refused rows on their lines."""
    refused = list(mended)
    missing = np.zeros(0, dtype=np.int64)
    if ragged:
        assert records is not None
        missing = np.searchsorted(records.starts, [one.byte for one in ragged], side="right") - 1
        for place, one in zip(missing, ragged, strict=True):
            if one.text.strip():  # a line of white space only is no row
                reason = _REASONS.get(one.reason, one.reason.lower())
                refused.append(Row(file.name, int(records.lines[place]), "", one.text[:200], reason))
    columns = tuple(Column(name, f"c{place}", "text") for place, name in enumerate(file.dialect.names))
    caveats = file.caveats
    if refused:
        policy = f"{file.name}: rows whose fields don't match the header were refused (rejects.csv)"
        caveats = (*caveats, Caveat("ragged_rows", len(refused), policy))
    finder = _Lines(path, file, records, np.sort(missing))
    ordered = tuple(sorted(refused, key=lambda row: row.line))
    return Part(file.name, table, columns, count, finder, ordered, caveats, file.sha256)


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, file: TextFile, table: str, *, parallel: bool = True
) -> tuple[int, list[_Ragged]]:
    """Let DuckDB read the file; give the number of rows and the records it refused."""
    dialect = file.dialect
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(dialect.names)))
    sql = f"""
        CREATE TABLE {table} AS FROM read_csv(
            {string(_literal_path(path))}, auto_detect = false, compression = 'none', parallel = {parallel},
            delim = {string(dialect.sep)}, quote = '"', escape = '"', comment = '', nullstr = {string(_NO_NULL)},
            header = {bool(dialect.head)}, max_line_size = {LINE_BYTES}, skip = {dialect.skip}, columns = {{{columns}}},
            store_rejects = true, rejects_table = 'refused_rows', rejects_scan = 'refused_scans', rejects_limit = 0)
    """
    try:
        rows(connection, sql)
        found = rows(
            connection,
            "SELECT min(byte_position), arg_min(CAST(error_type AS VARCHAR), byte_position), any_value(csv_line) "
            "FROM refused_rows GROUP BY line ORDER BY 1",
        )
        return value(connection, f"SELECT count(*) FROM {table}"), [
            _Ragged(max(int(byte) - 1, 0), reason, (text or "").rstrip("\r\n")) for byte, reason, text in found
        ]
    except duckdb.Error as error:
        if parallel:
            return _read(connection, path, file, table, parallel=False)
        first = str(error).strip().splitlines()[0]
        raise ReadError(f"can't read {file.name} as a table", [first[:200]], "save it again as CSV") from error
    finally:
        rows(connection, "DROP TABLE IF EXISTS refused_rows")
        rows(connection, "DROP TABLE IF EXISTS refused_scans")


def _literal_path(path: Path) -> str:
    """Give a path that DuckDB takes as it stands: no pattern signs."""
    text = str(path)
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text)


def _records(path: Path, counts: Survey, file: TextFile, read: int, ragged: bool) -> Records | None:
    """Find the records from the bytes, the header first; None where counting line ends proves that none is missing."""
    skip = file.dialect.skip
    before = skip - _blank_head(path, skip) if skip else 0  # lines of white space before the header
    if not counts.quotes and not ragged and counts.lines - counts.blank - before - file.dialect.head == read:
        return None
    records = scan(path)
    if records.open_quote or len(records.starts) - before - file.dialect.head != read:
        records = scan_carefully(path, file.dialect.sep)
    return Records(records.starts[before:], records.lines[before:], records.open_quote)


def _refuse_loss(file: TextFile, records: Records | None, read: int) -> None:
    """Refuse a file of which DuckDB read more or fewer records than its bytes hold: no row may go missing."""
    head = file.dialect.head
    if records is not None and len(records.starts) - head != read:
        raise ReadError(
            f"can't tell the rows of {file.name} apart",
            [f"it holds {len(records.starts) - head:,} rows by its line ends and quotes, and {read:,} by its fields"],
            "save it again as CSV, with quotes around every text",
        )


def _blank_head(path: Path, skip: int) -> int:
    """Count the lines before the header that hold no character at all; the rest hold white space."""
    with path.open("rb") as lines:
        return sum(not line.strip(b"\r\n") for line, _ in zip(lines, range(skip), strict=False))


def _broken(records: Records | None, ragged: list[_Ragged]) -> _Broken | None:
    """Find the first line whose quote swallows the lines after it."""
    if records is None:
        return None
    if records.open_quote:
        place = int(np.searchsorted(records.lines, records.open_quote))
        return _Broken(records.open_quote, int(records.starts[place]))
    for one in ragged:
        if "\n" in one.text.strip():
            place = int(np.searchsorted(records.starts, one.byte, side="right")) - 1
            return _Broken(int(records.lines[place]), int(records.starts[place]))
    return None


def _line_at(path: Path, byte: int) -> str:
    """Read the physical line that starts at a byte, at most 200 characters of it."""
    with path.open("rb") as file:
        file.seek(byte)
        return file.readline(1000).decode("utf-8", "replace").strip()[:200]


def _blank_line(path: Path, copy: Path, byte: int) -> None:
    """Copy a file, leaving one physical line empty: lines keep their numbers."""
    with path.open("rb") as source, copy.open("wb") as target:
        left = byte
        while left and (piece := source.read(min(left, 1 << 20))):
            target.write(piece)
            left -= len(piece)
        line = source.readline()
        target.write(b"\n" if line.endswith(b"\n") else b"")
        while piece := source.read(1 << 20):
            target.write(piece)


class _Lines:
    """Turns row numbers of the table into physical lines, looking at the file only when asked."""

    def __init__(self, path: Path, file: TextFile, records: Records | None, missing: NDArray[np.int64]) -> None:
        self._path = path
        self._file = file
        self._records = records
        self._missing = missing

    def __call__(self, row_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give lines from 1 for row numbers from 0, shape (n,) both."""
        dialect, counts = self._file.dialect, self._file.survey
        if self._records is None and not counts.blank and not dialect.skip:
            return row_numbers + 1 + dialect.head
        if self._records is None:
            self._records = _records(self._path, counts, self._file, -1, ragged=True)
            assert self._records is not None
        # Record 0 may be the header. Each refused record before a row moves it on by one.
        skipped = np.searchsorted(
            self._missing - dialect.head - np.arange(self._missing.size), row_numbers, side="right"
        )
        found: NDArray[np.int64] = self._records.lines[row_numbers + dialect.head + skipped]
        return found
