"""Writing files so that a reader sees the old version or the new one, never a mix.

Everything is written beside its place, synced to disk, and then renamed into it.
"""

import csv
import errno
import io
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segmentry.errors import ReadError, UsageError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = [
    "DAMAGED_ARCHIVE",
    "LARGEST_WHOLE",
    "check_table_name",
    "read_parquet",
    "replace_folder",
    "unreadable_table",
    "write_bytes",
    "write_query",
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


LARGEST_WHOLE = 2**53
"""Whole numbers from here on are not all held by a float64."""


def write_with(path: Path, write: Callable[[Path], object], *, private: bool = False) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place.

    Parameters
    ----------
    path : pathlib.Path
        Where the file goes; its folder is made where it is missing.
    write : callable
        Takes the path to write to. If it raises, nothing is left behind and an older file stays as it was.
    private : bool, default False
        Only its owner may read it, from its first byte on.

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
        if not private:  # it is made as its owner's alone
            beside.chmod(0o666 & ~_umask())
        _sync(beside)
        beside.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write bytes atomically; see :func:`write_with`."""
    write_with(path, lambda beside: beside.write_bytes(content), private=private)


def write_text(path: Path, content: str, *, private: bool = False) -> None:
    """Write text atomically as UTF-8 without mark, line ends as they are; see :func:`write_with`."""
    write_bytes(path, content.encode("utf-8", errors="surrogatepass"), private=private)


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
    import duckdb  # noqa: PLC0415 - a tenth of a second that most users of this file don't need

    check_table_name(path)
    with duckdb.connect() as connection:
        # A sample of an object column may be all blank, and the column would then be taken for integers.
        connection.execute("SET pandas_analyze_sample = 0")
        (bar,) = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0]
        if bar:  # it would write across what people and programs read; a notebook without widgets lets none be set
            connection.execute("SET enable_progress_bar = false")
        # The engine looks names up without regard to case, so columns go by their place.
        connection.register("source", table.set_axis([f"c{place}" for place in range(table.shape[1])], axis=1))
        columns = [
            (str(name), f"c{place}", _is_whole(table.iloc[:, place])) for place, name in enumerate(table.columns)
        ]
        write_query(connection, columns, "FROM source", path)
        connection.unregister("source")


def check_table_name(path: Path) -> None:
    """Refuse a file whose name doesn't say its format.

    Raises
    ------
    UsageError
        It ends neither in ``.csv`` nor in ``.parquet``.
    """
    if path.suffix.lower() not in TABLES:
        raise UsageError(f"can't tell the format of {path.name}", way_out="a name that ends in .csv or .parquet")


def write_query(
    connection: "duckdb.DuckDBPyConnection", columns: Sequence[tuple[str, str, bool]], source: str, path: Path
) -> None:
    """Write what a query gives as :func:`write_table` writes a table, row by row: memory doesn't grow with them.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Runs the query.
    columns : sequence of (str, str, bool)
        Each column's name, its SQL, and whether its numbers are all whole: in CSV they then have no point.
    source : str
        The rest of the query, from FROM on.
    path : pathlib.Path
        Ends in ``.csv`` or ``.parquet``.

    Raises
    ------
    UsageError
        The ending is another, or the place can't be written to.
    """
    import duckdb  # noqa: PLC0415 - a tenth of a second that most users of this file don't need

    check_table_name(path)
    how = TABLES[path.suffix.lower()]
    in_csv = how.startswith("FORMAT csv")
    names = [name for name, _, _ in columns]
    alike = len({name.casefold() for name in names}) < len(names)
    shown = ", ".join(
        f"{f'CAST({sql} AS BIGINT)' if whole and in_csv else sql} AS {_quoted(name)}" for name, sql, whole in columns
    )

    def write(beside: Path, how: str) -> None:
        target = str(beside).replace("'", "''")
        try:
            connection.execute(f"COPY (SELECT {shown} {source}) TO '{target}' ({how})").fetchall()
        except duckdb.IOException as error:
            # A full disk, say. What it can't read, or can't put into its temporary folder, is told by whoever asked.
            if beside.name not in str(error):
                raise
            found = re.search(r'"errno":"(\d+)"', str(error))
            number = errno.EIO if found is None else int(found[1])
            raise OSError(number, os.strerror(number)) from error

    if not (in_csv and alike):
        write_with(path, lambda beside: write(beside, how))
        return

    def write_below_head(beside: Path) -> None:
        body = beside.with_name(f"{beside.name}.body")
        try:
            write(body, how.replace("HEADER", "HEADER false"))
            head = io.StringIO(newline="")
            csv.writer(head, lineterminator="\n").writerow(names)
            with beside.open("wb") as whole, body.open("rb") as rest:
                whole.write(head.getvalue().encode("utf-8", errors="surrogatepass"))
                shutil.copyfileobj(rest, whole)
        finally:
            body.unlink(missing_ok=True)

    write_with(path, write_below_head)


def read_parquet(path: Path) -> "pd.DataFrame":
    """Read a table that :func:`write_table` wrote.

    Raises
    ------
    ReadError
        It is gone or damaged.
    """
    import duckdb  # noqa: PLC0415 - a tenth of a second that most users of this file don't need

    try:
        with duckdb.connect() as connection:
            table: pd.DataFrame = connection.read_parquet(str(path)).df()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise unreadable_table(path, error) from error
    return table


def unreadable_table(path: Path, error: Exception) -> ReadError:
    """Say that a table that we wrote can't be read any more."""
    seen = str(error).partition("\n")[0][:300]
    return ReadError(f"{path.name} can't be read", [f"it lies in {path.parent}", seen], "make the run again")


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

    Raises
    ------
    UsageError
        There is a file in that place, or it can't be written to.
    """
    # What a link leads to is replaced, not the link.
    path = path.resolve() if path.is_symlink() else path.absolute()
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file, not a folder", way_out="--out with a new folder")
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


def _is_whole(column: "pd.Series") -> bool:
    """Say whether a column of fractions holds whole numbers only, and a point merely because some are blank."""
    import pandas as pd  # noqa: PLC0415

    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    known = column.dropna()
    return bool(len(known) and ((known % 1 == 0) & (known.abs() < LARGEST_WHOLE)).all())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
