"""What a file may hold at most: every limit of reading, in one place.

What is past a limit is refused with a sentence, in seconds and with little memory: nothing is read on in hope.
"""

from typing import Final

from segmentry.errors import ReadError

__all__ = [
    "COLUMNS",
    "JSON_LINE_BYTES",
    "LINE_BYTES",
    "MATTERS_BYTES",
    "OPEN_LINE_BYTES",
    "RATIO",
    "SHEET_BYTES",
    "SHEET_CELLS",
    "SHEET_MEMORY",
    "SHEET_SECONDS",
    "UNPACKED_BYTES",
    "Meter",
    "refuse_columns",
]

COLUMNS: Final = 5_000
"""Columns of a table."""

LINE_BYTES: Final = 2_000_000
"""Bytes of one row of a text file, and so of a cell: a longer row is rejected, the others are read."""

JSON_LINE_BYTES: Final = 900_000
"""Bytes of one row of JSON lines."""

OPEN_LINE_BYTES: Final = 32 << 20
"""Bytes without any line end: such a file is refused, since it has no rows."""

RATIO: Final = 100
"""Bytes that one compressed byte may give, and cells that one byte of a Parquet file may give…"""

MATTERS_BYTES: Final = 64 << 20
"""…from this many bytes (or cells) on: a small table may be as repetitive as it likes."""

UNPACKED_BYTES: Final = 20 << 30
"""Bytes of an unpacked file, and of what comes through standard input."""

SHEET_BYTES: Final = 512 << 20
"""Bytes of a workbook's parts once unpacked."""

SHEET_CELLS: Final = 10_000_000
"""Cells of a sheet, empty ones within its corners included."""

SHEET_MEMORY: Final = 2 << 30
"""Bytes of memory that the process which reads a sheet may have, where the system holds it to them."""

SHEET_SECONDS: Final = 120
"""Seconds that it may take."""


def refuse_columns(name: str, count: int) -> None:
    """Refuse a table of too many columns.

    Parameters
    ----------
    name : str
        What the message calls the table.
    count : int
        Its columns.

    Raises
    ------
    ReadError
        There are more than ``COLUMNS``.

    Examples
    --------
    >>> refuse_columns("wide.csv", 10_000)
    Traceback (most recent call last):
    segmentry.errors.ReadError: wide.csv has 10,000 columns
      at most 5,000 are read
      try: keep the columns that describe an order or a customer
    """
    if count > COLUMNS:
        raise ReadError(
            f"{name} has {count:,} columns",
            [f"at most {COLUMNS:,} are read"],
            "keep the columns that describe an order or a customer",
        )


class Meter:
    """Counts bytes while they are unpacked, and stops at a bomb; sizes that a file states are never looked at.

    Parameters
    ----------
    name : str
        What the message calls the file.
    packed : int
        Its size in bytes as it lies; 0 where it isn't compressed.
    most : int, default UNPACKED_BYTES
        Bytes that may come out of it.

    Examples
    --------
    >>> meter = Meter("a.gz", packed=1000)
    >>> meter.count(100_000_000)
    Traceback (most recent call last):
    segmentry.errors.ReadError: a.gz grows more than 100 times when it is unpacked
      1,000 bytes give more than 100,000,000
      try: unpack it yourself, if you trust it
    """

    def __init__(self, name: str, packed: int, most: int = UNPACKED_BYTES) -> None:
        self._name = name
        self._packed = packed
        self._most = most
        self._bytes = 0

    def count(self, piece: int) -> None:
        """Add the bytes of a piece.

        Raises
        ------
        ReadError
            The ratio or the cap is passed.
        """
        self._bytes += piece
        if self._packed and self._bytes > max(MATTERS_BYTES, RATIO * self._packed):
            raise ReadError(
                f"{self._name} grows more than {RATIO} times when it is unpacked",
                [f"{self._packed:,} bytes give more than {self._bytes:,}"],
                "unpack it yourself, if you trust it",
            )
        if self._bytes > self._most:
            raise ReadError(
                f"{self._name} holds more than {self._most >> 20:,} MB", [f"at most {self._most:,} bytes are read"]
            )
