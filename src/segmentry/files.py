"""Writing files so that a reader sees the old version or the new one, never a mix.

Everything is written beside its place, synced to disk, and then renamed into it.
"""

import csv
import io
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segmentry.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DAMAGED_ARCHIVE",
    "read_parquet",
    "replace_folder",
    "write_bytes",
    "write_table",
    "write_text",
    "write_with",
]

DAMAGED_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or packed in a way that Python doesn't know
    ValueError,
)
"""What unpacking a file that is no zip or gzip, or is one no more, may end in."""
TABLES = {
    ".csv": "FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"'",
    ".parquet": "FORMAT parquet, COMPRESSION zstd",
}


def write_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place.

    Parameters
    ----------
    path : pathlib.Path
        Where the file goes; its folder is made where it is missing.
    write : callable
        Takes the path to write to. If it raises, nothing is left behind and an older file stays as it was.

    Raises
    ------
    UsageError
        The place can't be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:64]}.", suffix=path.suffix)
        os.close(handle)
    except OSError as error:
        raise _cannot_write(path, error) from error
    beside = Path(name)
    try:
        write(beside)
        beside.chmod(0o666 & ~_umask())
        _sync(beside)
        beside.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically; see :func:`write_with`."""
    write_with(path, lambda beside: beside.write_bytes(content))


def write_text(path: Path, content: str) -> None:
    """Write text atomically as UTF-8 without mark, line ends as they are; see :func:`write_with`."""
    write_bytes(path, content.encode("utf-8", errors="surrogatepass"))


def write_table(table: "pd.DataFrame", path: Path) -> None:
    """Write a table atomically, as CSV or Parquet by the file's ending.

    CSV is UTF-8 without mark, text byte for byte, whole numbers without a point, blanks empty. Names that differ by
    case only stay as they are in CSV; in Parquet, whose writer can't tell them apart, the later ones get a number.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index is not written.
    path : pathlib.Path
        Ends in ``.csv`` or ``.parquet``.

    Raises
    ------
    UsageError
        The ending is another, or the place can't be written to.
    """
    how = TABLES.get(path.suffix.lower())
    if how is None:
        raise UsageError(f"can't tell the format of {path.name}", way_out="a name that ends in .csv or .parquet")
    whole = how.startswith("FORMAT csv")
    columns = ", ".join(_column(table, place, whole=whole) for place in range(table.shape[1]))
    names = [str(name) for name in table.columns]
    alike = len({name.casefold() for name in names}) < len(names)
    if not (whole and alike):
        write_with(path, lambda beside: _copy(table, f"SELECT {columns} FROM source", beside, how))
        return

    def write(beside: Path) -> None:
        _copy(table, f"SELECT {columns} FROM source", beside, how.replace("HEADER", "HEADER false"))
        head = io.StringIO(newline="")
        csv.writer(head, lineterminator="\n").writerow(names)
        beside.write_bytes(head.getvalue().encode("utf-8", errors="surrogatepass") + beside.read_bytes())

    write_with(path, write)


def read_parquet(path: Path) -> "pd.DataFrame":
    """Read a table that :func:`write_table` wrote."""
    import duckdb  # noqa: PLC0415 - a tenth of a second that most users of this file don't need

    with duckdb.connect() as connection:
        table: pd.DataFrame = connection.read_parquet(str(path)).df()
    return table


@contextmanager
def replace_folder(path: Path) -> Iterator[Path]:
    """Give a new folder to fill, then put it in the place of ``path``, which it replaces as a whole.

    If the block raises, the old folder stays and nothing is left behind. A folder can't be exchanged in one step
    everywhere, so for a moment there is none: a crash just then leaves the old one beside, named ``.NAME.old…``.

    Parameters
    ----------
    path : pathlib.Path
        The folder's place.

    Yields
    ------
    pathlib.Path
        The empty folder beside it.
    """
    path = path.absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:64]}.new"))
    except OSError as error:
        raise _cannot_write(path, error) from error
    old = beside.with_name(beside.name.replace(".new", ".old", 1))
    try:
        yield beside
        beside.chmod(0o777 & ~_umask())
        for file in beside.iterdir():
            _sync(file)
        _sync(beside)
        if path.exists():
            path.rename(old)
        try:
            beside.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
        _sync(path.parent)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _column(table: "pd.DataFrame", place: int, *, whole: bool) -> str:
    """Give one column's SQL; in CSV a column of whole numbers loses the point that its blanks forced on it."""
    import pandas as pd  # noqa: PLC0415

    quoted = '"' + str(table.columns[place]).replace('"', '""') + '"'
    column = table.iloc[:, place]
    source = f"c{place}"  # the engine looks names up without regard to case
    if not (whole and pd.api.types.is_float_dtype(column.dtype)):
        return f"{source} AS {quoted}"
    known = column.dropna()
    is_whole = len(known) and bool(((known % 1 == 0) & (known.abs() < 2**53)).all())
    return f"CAST({source} AS BIGINT) AS {quoted}" if is_whole else f"{source} AS {quoted}"


def _copy(table: "pd.DataFrame", query: str, path: Path, how: str) -> None:
    import duckdb  # noqa: PLC0415

    with duckdb.connect() as connection:
        # A sample of an object column may be all blank, and the column would then be taken for integers.
        connection.execute("SET pandas_analyze_sample = 0")
        connection.execute("SET enable_progress_bar = false")  # it would write across what people and programs read
        connection.register("source", table.set_axis([f"c{place}" for place in range(table.shape[1])], axis=1))
        target = str(path).replace("'", "''")
        connection.execute(f"COPY ({query}) TO '{target}' ({how})").fetchall()
        connection.unregister("source")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(path: Path, error: OSError) -> UsageError:
    return UsageError(f"can't write {path}", [error.strerror or str(error)], "--out with another place")
