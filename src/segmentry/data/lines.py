"""Which physical line each record of a text file starts on, so that a refused row can be found again.

DuckDB reads the records; it doesn't say where each one stood. Here they are found a second time, from the bytes alone,
which also proves that none went missing: both must count the same number.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmentry.data.survey import CHUNK

__all__ = ["Records", "scan", "scan_carefully"]

_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True, slots=True)
class Records:
    """Where the records of a file start, the header's among them, blank lines left out.

    Parameters
    ----------
    starts : ndarray of int64, shape (n_records,)
        Byte places from 0, ascending.
    lines : ndarray of int64, shape (n_records,)
        Physical lines from 1, ascending.
    open_quote : int
        The line on which a quoted field starts that never ends; 0 where there is none.
    """

    starts: NDArray[np.int64]
    lines: NDArray[np.int64]
    open_quote: int = 0


def scan(path: Path) -> Records:
    """Find the records by counting quotes: a line end after an odd number of them lies inside a field.

    Exact wherever quotes stand only around fields and doubled within them, as the CSV standard (RFC 4180) has it;
    ``scan_carefully`` is right for stray quotes too, and much slower.

    Parameters
    ----------
    path : Path
        UTF-8 text whose lines end in a line feed, with or without a carriage return before it.

    Returns
    -------
    Records
    """
    starts: list[NDArray[np.int64]] = []
    lines: list[NDArray[np.int64]] = []
    offset = 0  # bytes before this piece
    line = 1  # the physical line on which the next line starts
    begin = 0  # where the line that is being read starts
    odd = 0  # parity of the quotes so far
    fresh = True  # True where the line that is being read starts a record
    last = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            data = np.frombuffer(chunk, dtype=np.uint8)
            ends = np.flatnonzero(data == _LF)
            if ends.size:
                quotes = np.flatnonzero(data == _QUOTE)
                parity = (odd + np.searchsorted(quotes, ends)) % 2
                firsts = np.concatenate(([begin], offset + ends[:-1] + 1))
                opens = np.concatenate(([fresh], parity[:-1] == 0))
                before = np.where(ends > 0, data[ends - 1], last)
                lengths = offset + ends - firsts
                blank = (lengths == 0) | ((lengths == 1) & (before == _CR))
                keep = opens & ~blank
                starts.append(firsts[keep])
                lines.append(line + np.flatnonzero(keep))
                line += ends.size
                begin = offset + int(ends[-1]) + 1
                fresh = bool(parity[-1] == 0)
                odd = (odd + quotes.size) % 2
            else:
                odd = (odd + chunk.count(b'"')) % 2
            offset += len(chunk)
            last = chunk[-1]
    if fresh and offset > begin:
        starts.append(np.array([begin]))
        lines.append(np.array([line]))
    found = Records(_joined(starts), _joined(lines))
    return Records(found.starts, found.lines, int(found.lines[-1]) if odd and found.lines.size else 0)


def scan_carefully(path: Path, sep: str) -> Records:
    """Find the records line by line, reading a quote as one only where a field starts: slow, and obvious.

    Parameters
    ----------
    path : Path
        UTF-8 text whose lines end in a line feed, with or without a carriage return before it.
    sep : str
        The separator.

    Returns
    -------
    Records
    """
    quoted = re.compile(rb' *"')
    rest_of_quoted = re.compile(rb'(?:[^"]|"")*+(?P<closed>")?[^%b]*' % re.escape(sep.encode()))
    bare = re.compile(rb"[^%b]*" % re.escape(sep.encode()))

    def ends_inside(text: bytes, inside: bool) -> bool:
        place = 0
        while place <= len(text):
            start = None if inside else quoted.match(text, place)
            if inside or start is not None:
                match = rest_of_quoted.match(text, start.end() if start else place)
                if match is None or match.group("closed") is None:
                    return True
            else:
                match = bare.match(text, place)
            assert match is not None
            place = match.end() + 1
            inside = False
        return False

    starts: list[int] = []
    lines: list[int] = []
    place = 0
    inside = False
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if not inside and text.rstrip(b"\r\n"):
                starts.append(place)
                lines.append(number)
            if inside or b'"' in text:
                inside = ends_inside(text, inside)
            place += len(text)
    return Records(
        np.array(starts, dtype=np.int64), np.array(lines, dtype=np.int64), lines[-1] if inside and lines else 0
    )


def _joined(pieces: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Join the pieces, also where there are none."""
    return np.concatenate(pieces).astype(np.int64) if pieces else np.zeros(0, dtype=np.int64)
