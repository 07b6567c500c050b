"""One pass over a text file's bytes: its fingerprint, encoding, line ends, quotes and blank lines."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segmentry.data.limits import OPEN_LINE_BYTES
from segmentry.errors import ReadError

__all__ = ["CHUNK", "Survey", "survey"]

CHUNK = 1 << 24  # 16 MiB: large enough that the per-chunk overhead vanishes, small enough for any machine

_LF, _CR = 10, 13
_ESCAPED = (0xDC80, 0xDCFF)  # where Python puts bytes that are no UTF-8


@dataclass(frozen=True, slots=True)
class Survey:
    """What the bytes of a text file hold.

    Parameters
    ----------
    sha256 : str
        Hexadecimal fingerprint of all bytes.
    size : int
        Bytes.
    valid, broken : int
        How many multi-byte UTF-8 characters are well formed, and how many bytes are no UTF-8 at all. ``valid`` counts
        only within pieces (16 MiB) that hold a broken byte, which is all that choosing an encoding needs.
    lf, crlf, cr : int
        Line ends of each kind: line feed alone, carriage return and line feed, carriage return alone.
    quotes, nuls : int
        Double quotes, and NUL bytes.
    blank : int
        Lines of no characters at all (a carriage return alone ends none here).
    ends_open : bool
        True where the last line has no line end.
    """

    sha256: str
    size: int
    valid: int
    broken: int
    lf: int
    crlf: int
    cr: int
    quotes: int
    nuls: int
    blank: int
    ends_open: bool

    @property
    def lines(self) -> int:
        """Physical lines, blank ones and the header included."""
        return self.lf + self.crlf + int(self.ends_open)


def survey(path: Path, name: str = "the file") -> Survey:
    """Read a file once, in pieces of 16 MiB, and count what matters for reading it as a table.

    Parameters
    ----------
    path : Path
        A file of any size.
    name : str, default "the file"
        What a message calls it.

    Returns
    -------
    Survey

    Raises
    ------
    ReadError
        If ``OPEN_LINE_BYTES`` and more go by without a line end.
    """
    digest = hashlib.sha256()
    text = _Utf8()
    run = 0  # bytes since the last line end
    size = crlf = feeds = returns = quotes = nuls = blank = 0
    tail = b"\n"  # what stood before the piece, as far as blank lines can tell: the file starts on a new line
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            text.feed(chunk)
            size += len(chunk)
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            run = run + len(chunk) if end < 0 else len(chunk) - end - 1
            if run > OPEN_LINE_BYTES:
                raise ReadError(
                    f"{name} has a line that doesn't end",
                    [f"more than {OPEN_LINE_BYTES >> 20} MB without a line end"],
                    "save it again as CSV, one row a line",
                )
            quotes += chunk.count(b'"')
            nuls += chunk.count(b"\0")
            feeds += chunk.count(b"\n")
            if returns or b"\r" in chunk:
                returns += chunk.count(b"\r")
                crlf += chunk.count(b"\r\n") + int(tail.endswith(b"\r") and chunk.startswith(b"\n"))
            blank += _blank_lines(tail, chunk)
            tail = (tail + chunk)[-2:]
    last = tail[-1]
    text.end()
    return Survey(
        sha256=digest.hexdigest(),
        size=size,
        valid=text.valid,
        broken=text.broken,
        lf=feeds - crlf,
        crlf=crlf,
        cr=returns - crlf,
        quotes=quotes,
        nuls=nuls,
        blank=blank,
        ends_open=size > 0 and last != _LF,
    )


def _blank_lines(tail: bytes, chunk: bytes) -> int:
    """Count the line feeds that follow another one, with at most a carriage return between."""
    data = tail + chunk
    if b"\n\n" not in data and b"\n\r\n" not in data:
        return 0
    letters = np.frombuffer(data, dtype=np.uint8)
    places = np.flatnonzero(letters == _LF)
    gaps = np.diff(places)
    blank = (gaps == 1) | ((gaps == 2) & (letters[places[1:] - 1] == _CR))
    return int(np.count_nonzero(blank & (places[1:] >= len(tail))))


class _Utf8:
    """Counts bytes that are no UTF-8, across pieces."""

    def __init__(self) -> None:
        self.valid = 0
        self.broken = 0
        self._pending = b""

    def feed(self, chunk: bytes) -> None:
        if not self._pending and chunk.isascii():
            return
        data = self._pending + chunk
        try:
            _, used = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError:
            used = self._tolerate(data)
        self._pending = data[used:]

    def _tolerate(self, data: bytes) -> int:
        text, used = codecs.utf_8_decode(data, "surrogateescape", False)
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        escaped = int(np.count_nonzero((letters >= _ESCAPED[0]) & (letters <= _ESCAPED[1])))
        self.broken += escaped
        self.valid += int(np.count_nonzero(letters > 0x7F)) - escaped
        return used

    def end(self) -> None:
        self.broken += len(self._pending)
