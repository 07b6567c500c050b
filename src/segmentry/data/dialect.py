"""How a text file is written: encoding, separator, header; and a clean UTF-8 copy where DuckDB needs one."""

import codecs
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from segmentry.data.limits import refuse_columns
from segmentry.data.options import ReadOptions
from segmentry.data.raw import SPACES
from segmentry.data.sources import Given
from segmentry.data.survey import CHUNK, Survey, survey
from segmentry.errors import AmbiguousError, Caveat, ReadError, UsageError

__all__ = ["Dialect", "TextFile", "open_clean", "with_dialect"]

_SEPARATORS = (",", ";", "\t", "|")
_HEAD = 1 << 20
_WIDE = ("utf-16", "utf-32")  # encodings in which every ASCII letter carries NUL bytes
_SAMPLE_RECORDS = 200
_LOOKS_LIKE_DATA = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?|[-+]?\d+[.,]\d+")
_WHITE = ("space", "spaces", "whitespace", " ")
_NEARLY_ALL = 0.9
_SEPARATOR_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the columns of a text file are written.

    Parameters
    ----------
    sep : str
        One character.
    names : tuple of str
        The header's cells, outer white space trimmed.
    skip : int
        Blank physical lines before the first record.
    head : int, default 1
        1 where the first record holds the names; 0 where it is data.
    """

    sep: str
    names: tuple[str, ...]
    skip: int
    head: int = 1


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that DuckDB can read as it lies.

    Parameters
    ----------
    name : str
        What people call it.
    path : Path
        The file itself, or its clean copy.
    survey : Survey
        Counts for ``path``.
    dialect : Dialect
        Its columns.
    sha256 : str
        Fingerprint of the file that was given.
    caveats : tuple of Caveat
        What was assumed.
    """

    name: str
    path: Path
    survey: Survey
    dialect: Dialect
    sha256: str
    caveats: tuple[Caveat, ...]


def open_clean(source: Given, wanted: str | None, copy_path: Callable[[], Path]) -> TextFile:
    """Make sure that a text file is UTF-8 without NUL and with line feeds only, by a copy where it isn't.

    Parameters
    ----------
    source : Given
        A file.
    wanted : str or None
        Its encoding; None to find it out.
    copy_path : callable
        Gives a new path for a temporary copy; the caller removes it.

    Returns
    -------
    TextFile
        Its dialect names no column yet.

    Raises
    ------
    ReadError
        If it is no text, or a line doesn't end.
    UsageError
        If the encoding given isn't one.
    """
    path = source.path
    assert path is not None
    with path.open("rb") as start:
        head = start.read(4)
    counts = survey(path, source.name)
    encoding, caveats = _encoding(source.name, head, counts, wanted)
    _refuse_binary(source.name, encoding, counts)
    clean, clean_counts = path, counts
    if _needs_copy(encoding, counts):
        clean = copy_path()
        _copy(path, clean, encoding, lone_cr_ends_lines=counts.lf + counts.crlf == 0)
        clean_counts = survey(clean, source.name)
        if counts.nuls and not encoding.startswith(_WIDE):
            caveats = (*caveats, Caveat("nul_bytes", counts.nuls, f"{source.name}: NUL bytes were taken out"))
    return TextFile(source.name, clean, clean_counts, Dialect(",", (), 0), counts.sha256, caveats)


def with_dialect(file: TextFile, options: ReadOptions, copy_path: Callable[[], Path]) -> TextFile:
    """Find out how the columns of a clean text file are separated and named.

    Parameters
    ----------
    file : TextFile
        As ``open_clean`` gives it.
    options : ReadOptions
        ``sep`` overrides what would be found; ``no_header`` takes the first line for data.
    copy_path : callable
        Gives a new path for a temporary copy; the caller removes it.

    Returns
    -------
    TextFile

    Raises
    ------
    ReadError
        If it is blank or no table.
    AmbiguousError
        If two columns share a name, or the first line looks like data.
    UsageError
        If the separator given isn't one.
    """
    text = _text(file.path)
    _refuse_no_table(file.name, text)
    if options.sep in _WHITE if options.sep is not None else _is_spaced(text):
        copy = copy_path()
        _tabs_for_spaces(file.path, copy)
        said = Caveat("white_space", 1, f"{file.name}: columns are separated by white space (--sep)")
        file = replace(file, path=copy, survey=survey(copy), caveats=(*file.caveats, said))
        return replace(file, dialect=_dialect(file, _text(copy), "tab", no_header=options.no_header))
    return replace(file, dialect=_dialect(file, text, options.sep, no_header=options.no_header))


def _text(path: Path) -> str:
    """Read the first MiB of clean text."""
    with path.open("rb") as file:
        return file.read(_HEAD).removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _encoding(name: str, head: bytes, counts: Survey, wanted: str | None) -> tuple[str, tuple[Caveat, ...]]:
    """Choose the encoding: what was asked, a byte-order mark, UTF-8 where it fits, else Windows-1252."""
    if wanted is not None:
        try:
            return codecs.lookup(wanted).name, ()
        except LookupError as error:
            raise UsageError(
                f"there is no encoding {wanted!r}", way_out="--encoding utf-8, cp1252 or utf-16"
            ) from error
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, ()
    if not counts.broken:
        return "utf-8", ()
    if counts.valid >= counts.broken:
        policy = f"{name}: bytes that are no UTF-8 were read as Windows-1252, the rest as UTF-8 (--encoding)"
        return "utf-8", (Caveat("broken_bytes", counts.broken, policy),)
    policy = f"{name}: the text is no UTF-8 and was read as Windows-1252, the usual one (--encoding)"
    return "cp1252", (Caveat("encoding_assumed", counts.broken, policy),)


def _refuse_binary(name: str, encoding: str, counts: Survey) -> None:
    """Refuse what is no text: more than one byte in a hundred is NUL, outside UTF-16 and UTF-32."""
    if not encoding.startswith(_WIDE) and counts.nuls > counts.size / 100:
        raise ReadError(
            f"{name} is no text file",
            [f"{counts.nuls:,} of its {counts.size:,} bytes are NUL"],
            "--encoding utf-16, if it is text in that encoding",
        )


def _needs_copy(encoding: str, counts: Survey) -> bool:
    """Tell whether DuckDB can't read the file as it lies: not UTF-8, or line ends of several kinds."""
    kinds = sum(count > 0 for count in (counts.lf, counts.crlf, counts.cr))
    plain = encoding in {"utf-8", "utf-8-sig", "ascii"}
    return not plain or counts.broken > 0 or counts.nuls > 0 or kinds > 1 or counts.cr > 0


def _copy(path: Path, copy: Path, encoding: str, *, lone_cr_ends_lines: bool) -> None:
    """Write the file as UTF-8, piece by piece, with line feeds only and without NUL.

    A carriage return alone ends a line only in a file that has no other line ends; elsewhere it becomes a space, so
    that it can't cut a row in two.
    """
    codecs.register_error("segmentry-cp1252", _one_by_one)
    strict = encoding in {"utf-8", "utf-8-sig", "ascii"}
    decoder = codecs.getincrementaldecoder(encoding)("segmentry-cp1252" if strict else "replace")
    lone = "\n" if lone_cr_ends_lines else " "
    held = ""
    with path.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(CHUNK):
            text = held + decoder.decode(chunk)
            held = "\r" if text.endswith("\r") else ""  # it may be the first half of \r\n
            text = text.removesuffix("\r") if held else text
            target.write(_clean(text, lone).encode("utf-8", "replace"))
        target.write(_clean(held + decoder.decode(b"", final=True), lone).encode("utf-8", "replace"))


def _clean(text: str, lone: str) -> str:
    """Make line ends alike and take NUL out."""
    return text.replace("\r\n", "\n").replace("\r", lone).replace("\0", "")


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that are no UTF-8 as Windows-1252, so that ids that differ by them stay different."""
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    return broken.decode("latin-1" if any(byte in _UNDEFINED for byte in broken) else "cp1252"), error.end


_UNDEFINED = frozenset(b"\x81\x8d\x8f\x90\x9d")


def _refuse_no_table(name: str, text: str) -> None:
    """Refuse text that is blank, a web page, or JSON."""
    start = text.lstrip()[:200].lower()
    if not start:
        raise ReadError(f"{name} is blank", ["it holds white space only"])
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        evidence = [f"it starts: {' '.join(text.split())[:60]}"]
        raise ReadError(f"{name} is a web page, not a table", evidence, "download it again: this may be a login page")
    if start.startswith("["):
        raise ReadError(f"{name} is JSON in one piece, not one row a line", way_out="write each row as one line")


def _dialect(file: TextFile, text: str, wanted: str | None, *, no_header: bool) -> Dialect:
    """Find separator and names in the first MiB, which may be the whole file."""
    name = file.name
    sep = _separator(wanted) if wanted is not None else _guess_separator(text)
    lines = [line + "\n" for line in text.split("\n")]
    skip = next(place for place, line in enumerate(lines) if line.strip())
    reader = csv.reader(io.StringIO("".join(lines[skip:]), newline=""), delimiter=sep)
    try:
        header = next(reader)
    except csv.Error as error:
        raise ReadError(
            f"can't read the first line of {name} as column names", [str(error)[:200]], "save it again as CSV"
        ) from error
    refuse_columns(name, len(header))
    if no_header:
        return Dialect(sep, tuple(f"column_{place}" for place in range(1, len(header) + 1)), skip, 0)
    names = _names(name, header)
    rows = [row for row, _ in zip(_records(reader), range(_SAMPLE_RECORDS), strict=False)]
    if not rows and file.survey.size <= _HEAD:
        raise ReadError(f"{name} has a header and no rows", [f"columns: {_listed(names)}"])
    _refuse_headless(name, header, rows)
    return Dialect(sep, names, skip)


def _records(reader: object) -> list[list[str]]:
    """Read records until the sample ends, or until a field is longer than the csv module takes."""
    rows: list[list[str]] = []
    try:
        for row in reader:  # type: ignore[attr-defined]
            if row:
                rows.append(row)
            if len(rows) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return rows


def _separator(wanted: str) -> str:
    """Take the separator that was asked for."""
    sep = _SEPARATOR_NAMES.get(wanted.lower(), wanted)
    if len(sep) != 1 or sep in '"\r\n' or not sep.isascii():
        raise UsageError(f"{wanted!r} can't separate columns", way_out="--sep with one sign, such as ';' or tab")
    return sep


def _guess_separator(text: str) -> str:
    """Choose the sign that gives the most columns in the largest share of the first records."""
    best, best_score = ",", 0.0
    for sep in _SEPARATORS:
        rows = _records(csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=sep))
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        alike = sum(len(row) == width for row in rows) / len(rows)
        score = alike**2 * (width - 1) ** 0.25  # agreement counts most: free text is full of commas
        if score > best_score:
            best, best_score = sep, score
    return best


def _names(name: str, header: list[str]) -> tuple[str, ...]:
    """Trim the header's cells, name the empty ones by their place, refuse doubles."""
    names = tuple(cell.strip(SPACES) or f"column {place}" for place, cell in enumerate(header, start=1))
    doubles = sorted({column for column in names if names.count(column) > 1}) if len(set(names)) < len(names) else []
    if doubles:
        raise AmbiguousError(
            f"{name} has two columns named {doubles[0]!r}",
            [f"{name} has: {_listed(names)}"],
            "give each column a name of its own in the file's first line",
        )
    return names


def _listed(names: tuple[str, ...]) -> str:
    """Join names for a sentence, at most 30 of them."""
    return ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")


def _is_spaced(text: str) -> bool:
    """Tell columns that runs of white space separate: no other sign does, and nearly all lines have as many words."""
    lines = [line for line in text[: 1 << 16].split("\n") if line.strip()]
    if len(lines) > 1 and len(text) > 1 << 16:
        lines.pop()
    counts = [len(line.split()) for line in lines[:_SAMPLE_RECORDS]]
    if counts[0] < 2 or len(counts) < 2 or any(sep in lines[0] for sep in _SEPARATORS if sep != "\t"):
        return False
    tabs = [line.count("\t") for line in lines[:_SAMPLE_RECORDS]]
    if tabs[0] and sum(count == tabs[0] for count in tabs) >= _NEARLY_ALL * len(tabs):
        return False
    return sum(count == counts[0] for count in counts) >= _NEARLY_ALL * len(counts)


def _tabs_for_spaces(path: Path, copy: Path) -> None:
    """Copy a file with one tab for each run of white space within a line; lines keep their numbers."""
    with path.open("rb") as source, copy.open("wb") as target:
        held = b""
        while chunk := source.read(CHUNK):
            whole, end, held = (held + chunk).rpartition(b"\n")
            target.write(_tabbed(whole) + end)
        target.write(_tabbed(held))


def _tabbed(text: bytes) -> bytes:
    """Put a tab for each run of white space, none at the ends of a line."""
    return re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", re.sub(rb"[ \t]+", b"\t", text))


def _refuse_headless(name: str, header: list[str], rows: list[list[str]]) -> None:
    """Refuse a first line that looks like data: dates or fractions, as in the rows below it."""
    cells = [cell.strip() for cell in header]
    below = rows[0] if rows else []
    dataish = [
        cell
        for cell, under in zip(cells, below, strict=False)
        if _LOOKS_LIKE_DATA.fullmatch(cell) and _LOOKS_LIKE_DATA.fullmatch(under.strip())
    ]
    numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
    if dataish or (cells and len(numbers) > len(cells) / 2 and len(cells) > 1):
        raise AmbiguousError(
            f"the first line of {name} looks like data, not like column names",
            [f"first line: {', '.join(cells)[:100]}"],
            "add a first line that names the columns, or --no-header",
        )


_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
