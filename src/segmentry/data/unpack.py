"""Standard input, and gzip and zip of one file, into a plain file, piece by piece: a bomb is seen as it grows."""

import gzip
import io
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import IO

from segmentry.data.limits import Meter
from segmentry.data.sources import Given
from segmentry.errors import ReadError
from segmentry.files import DAMAGED_ARCHIVE

__all__ = ["plain_file"]

_PIECE = 1 << 20
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")  # what file managers put beside the one file


def plain_file(source: Given, copy_path: Callable[[], Path]) -> Given:
    """Give a source as a file that is neither a stream nor compressed; what is one already is left alone.

    Parameters
    ----------
    source : Given
        A file, a named pipe, or standard input.
    copy_path : callable
        Gives a new path for a temporary file; the caller removes it.

    Returns
    -------
    Given
        Under the same name.

    Raises
    ------
    ReadError
        If it is damaged, grows past the limits, holds several files or a path that leads out of it, or holds something
        that is compressed once more.
    """
    if source.path is None or source.path.is_fifo():
        path = copy_path()
        with nullcontext(sys.stdin.buffer) if source.path is None else source.path.open("rb") as stream:
            _pour(stream, path, Meter(source.name, 0))
        source = Given(source.name, path)
    inner = _unpacked(source, copy_path)
    if inner is not source and _is_packed(inner):
        raise ReadError(f"{source.name} is compressed twice", way_out="unpack it once")
    return inner


def _head(source: Given) -> bytes:
    """Read the first bytes of a file."""
    assert source.path is not None
    try:
        with source.path.open("rb") as file:
            return file.read(4)
    except OSError as error:
        raise ReadError(f"can't open {source.name}", [error.strerror or str(error)]) from error


def _is_packed(source: Given) -> bool:
    """Tell gzip and zip; an Excel workbook, which is a zip file too, is a table and not packed."""
    assert source.path is not None
    head = _head(source)
    if head.startswith(b"PK"):
        try:
            with zipfile.ZipFile(source.path) as archive:
                return not any(name.startswith("xl/") for name in archive.namelist())
        except DAMAGED_ARCHIVE:
            return True
    return head.startswith(b"\x1f\x8b")


def _unpacked(source: Given, copy_path: Callable[[], Path]) -> Given:
    """Unpack one layer, if there is one."""
    assert source.path is not None
    if not _is_packed(source):
        return source
    packed = source.path.stat().st_size
    path = copy_path()
    try:
        if _head(source).startswith(b"PK"):
            with zipfile.ZipFile(source.path) as archive, archive.open(_only(source.name, archive)) as member:
                _pour(member, path, Meter(source.name, packed))
        else:
            with gzip.open(source.path) as member:
                _pour(member, path, Meter(source.name, packed))
    except DAMAGED_ARCHIVE as error:
        raise ReadError(f"{source.name} is damaged", [str(error)[:200] or type(error).__name__]) from error
    return Given(source.name, path)


def _pour(stream: IO[bytes] | io.BufferedIOBase, path: Path, meter: Meter) -> None:
    """Copy a stream to a file, counting as it goes."""
    with path.open("wb") as target:
        while piece := stream.read(_PIECE):
            meter.count(len(piece))
            target.write(piece)


def _only(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Find the one file of an archive; names that lead out of a folder are refused, though nothing is written there."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
            raise ReadError(
                f"{name} holds a path that leads out of its folder",
                [f"entry: {member.filename[:100]!r}"],
                "ask where this file comes from: no honest program writes this",
            )
    tables = [member for member in members if not any(litter in member.filename for litter in _LITTER)]
    if len(tables) != 1:
        shown = ", ".join(member.filename[:60] for member in tables[:8])
        raise ReadError(
            f"{name} holds {len(tables) or 'no'} files, not one",
            [f"it holds: {shown}"] if tables else [],
            "unpack it, and name the files that belong together",
        )
    if tables[0].flag_bits & 1:
        raise ReadError(f"{name} is locked by a password", way_out="unpack it first")
    return tables[0]
