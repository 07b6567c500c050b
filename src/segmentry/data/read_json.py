"""JSON lines into a raw table: one object a line, each name a column."""

import csv
import json
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from segmentry.data.dialect import Dialect, TextFile
from segmentry.data.engine import rows, value
from segmentry.data.limits import JSON_LINE_BYTES, refuse_columns
from segmentry.data.raw import SPACES, Column, Kind, Part, Row
from segmentry.data.read_text import read_text
from segmentry.data.survey import survey
from segmentry.errors import Caveat, ReadError

__all__ = ["is_json_lines", "read_json"]

Pairs: TypeAlias = list[tuple[str, Any]]

_SHOWN: Final = 200
_MOST_REFUSED: Final = 0.5  # a file of which more lines are no objects is no JSON lines


class _Number(str):
    """A number as it was written, so that no digit is lost."""

    __slots__ = ()


@dataclass(slots=True)
class _Scan:
    """What a pass over the lines found."""

    lines: "array[int]" = field(default_factory=lambda: array("q"))
    refused: list[Row] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    nested: int = 0
    first: int = 0


def is_json_lines(path: Path) -> bool:
    """Tell a text file whose first filled line starts an object; JSON of another form is no table.

    Parameters
    ----------
    path : Path
        UTF-8 text.

    Returns
    -------
    bool
    """
    with path.open("rb") as file:
        start = file.read(1 << 16).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{")


def read_json(connection: duckdb.DuckDBPyConnection, file: TextFile, table: str, copy_path: Callable[[], Path]) -> Part:
    """Read JSON lines into a table; a line that is no flat object is refused with its reason.

    Numbers keep every digit. A column is typed where all its values are numbers, else text. A name that an object
    lacks is an empty cell. A list or an object within one is read as its text, and counted.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    file : TextFile
        Clean text; its dialect isn't looked at.
    table : str
        The table's name; its columns are ``c0``, ``c1``….
    copy_path : callable
        Gives a new path for a temporary file; the caller removes it.

    Returns
    -------
    Part

    Raises
    ------
    ReadError
        If it holds no objects one a line, or too many names.
    """
    copy = copy_path()
    found = _write(file, copy)
    if len(found.names) > found.first:  # names that the first object lacks: once more, now that all are known
        found = _write(file, copy, tuple(found.names))
    names = tuple(name.strip(SPACES) or f"column {place}" for place, name in enumerate(found.names, start=1))
    if not found.lines or len(found.refused) > _MOST_REFUSED * (len(found.lines) + len(found.refused)):
        evidence = [f"line {row.line}: {row.reason}" for row in found.refused[:1]]
        raise ReadError(f"{file.name} is JSON, but not one object a line", evidence, "write each row as one line")
    if len(set(names)) < len(names):
        raise ReadError(f"{file.name} has names that differ by spaces only", [f"it has: {', '.join(names[:30])}"])
    text = TextFile(file.name, copy, survey(copy, file.name), Dialect(",", names, 0), file.sha256, file.caveats)
    part = read_text(connection, text, table, copy_path)
    assert part.count == len(found.lines), f"{part.count} rows of {len(found.lines)}"
    kinds: list[Kind] = [
        "text" if name in found.texts else _typed(connection, table, f"c{place}")
        for place, name in enumerate(found.names)
    ]
    columns = tuple(Column(names[place], f"c{place}", kind) for place, kind in enumerate(kinds))
    lines = np.array(found.lines, dtype=np.int64)

    def on_lines(row_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return lines[row_numbers]

    said = (
        Caveat("nested_values", found.nested, f"{file.name}: lists and objects within a row were read as text"),
        Caveat("broken_lines", len(found.refused), f"{file.name}: lines that are no flat object were refused"),
    )
    caveats = (*file.caveats, *(caveat for caveat in said if caveat.count))
    return replace(part, columns=columns, lines=on_lines, refused=tuple(found.refused), caveats=caveats)


def _write(file: TextFile, copy: Path, names: tuple[str, ...] = ()) -> _Scan:
    """Write the objects as CSV under the names given, or else under those of the first object."""
    found = _Scan(names=dict.fromkeys(names, 0), first=len(names))
    with copy.open("w", encoding="utf-8", errors="backslashreplace", newline="") as target:
        writer = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for number, line in _lines(file.path):
            pairs = _object(line)
            if isinstance(pairs, str):
                shown = line[:_SHOWN].decode("utf-8", "replace").strip()
                found.refused.append(Row(file.name, number, "", shown, pairs))
                continue
            cells = {name: _cell(found, name, cell) for name, cell in pairs}
            for name in cells:
                found.names.setdefault(name, 0)
            refuse_columns(file.name, len(found.names))
            if not found.lines and not found.first:
                found.first = len(found.names)
            if not found.lines:
                writer.writerow([f"c{place}" for place in range(found.first)])
            writer.writerow([cells.get(name, "") for name, _ in zip(found.names, range(found.first), strict=False)])
            found.lines.append(number)
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the filled lines with their numbers from 1."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def _object(line: bytes) -> Pairs | str:
    """Read one line; a text says why it can't be used."""
    if len(line) > JSON_LINE_BYTES:
        return "a line longer than 0.9 MB"
    try:
        pairs = json.loads(
            line.decode("utf-8-sig", "replace"),
            object_pairs_hook=_pairs,
            parse_int=_Number,
            parse_float=lambda text: _Number(text.removesuffix(".0")),
            parse_constant=lambda text: None if text == "NaN" else text,
        )
    except (ValueError, RecursionError):
        return "no JSON object"
    if not isinstance(pairs, _Object):
        return "no JSON object"
    if not pairs:
        return "an empty object"
    if len({name for name, _ in pairs}) < len(pairs):
        return "a name that comes twice"
    return pairs


class _Object(list[tuple[str, Any]]):
    """An object as pairs, so that a name that comes twice is seen."""


def _pairs(pairs: Pairs) -> _Object:
    return _Object(pairs)


def _cell(found: _Scan, name: str, cell: object) -> str:
    """Write a value as the text of a cell; a NUL character is none."""
    if cell is None:
        return ""
    if isinstance(cell, _Number):
        return cell
    found.texts.add(name)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return cell.replace("\0", "").replace("\r\n", "\n").replace("\r", " ")
    found.nested += 1
    return _nested(cell)


def _nested(value: object) -> str:
    """Write a list or object as compact JSON, numbers as they stood."""
    if isinstance(value, _Object):
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_nested(cell)}" for name, cell in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_nested(cell) for cell in value) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _typed(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> Kind:
    """Type a column whose values are all numbers: no decimal mark needs guessing there."""
    kind: Kind
    fractions = value(connection, f"SELECT count(*) FROM {table} WHERE regexp_matches({column}, '[.eE]')")
    name, kind = ("DOUBLE", "float") if fractions else ("BIGINT", "whole")
    lost = f"SELECT count(*) FROM {table} WHERE {column} <> '' AND TRY_CAST({column} AS {name}) IS NULL"
    if value(connection, lost):
        return "text"
    rows(connection, f"ALTER TABLE {table} ALTER {column} TYPE {name} USING TRY_CAST(nullif({column}, '') AS {name})")
    return kind
