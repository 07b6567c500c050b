"""What was given to read: paths, patterns and frames, each under the name that people see."""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeAlias

from segmentry.errors import ReadError, UsageError

__all__ = ["STANDARD_INPUT", "Given", "Source", "file_kind", "given"]

# A frame is any table object of pandas, polars or Arrow. None of the three need be installed, so no type can name them.
Source: TypeAlias = str | os.PathLike[str] | Any

Kind = Literal["text", "parquet", "excel"]

STANDARD_INPUT = "-"
_STREAM = "standard input"
_PATTERN_SIGNS = "*?["
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"BZh", "compressed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstandard"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3", "an SQLite database"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """One source: a file, a frame, or (where it has neither path nor frame) standard input.

    Parameters
    ----------
    name : str
        What people call it: the path as given, ``"frame 1"``, or ``"standard input"``.
    path : Path or None
        Where the file is.
    frame : object or None
        The table object.
    """

    name: str
    path: Path | None = None
    frame: Any = None


def given(sources: Source | Sequence[Source], first_frame: int = 1) -> tuple[Given, ...]:
    """List the sources one by one, with patterns such as ``exports/*.csv`` spelled out in sorted order.

    Parameters
    ----------
    sources : path, frame, or sequence of them
        What the caller gave; ``"-"`` is standard input.
    first_frame : int, default 1
        The number of the first frame in names such as ``"frame 1"``.

    Returns
    -------
    tuple of Given

    Raises
    ------
    ReadError
        If a file doesn't exist, no file matches a pattern, or an object is no table.
    UsageError
        If nothing was given, or the same file twice.

    Examples
    --------
    >>> import pandas as pd
    >>> [source.name for source in given([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})])]
    ['frame 1', 'frame 2']
    """
    items = list(sources) if isinstance(sources, list | tuple) else [sources]
    found: list[Given] = []
    frames = first_frame
    for item in items:
        if isinstance(item, str) and item == STANDARD_INPUT:
            found.append(Given(_STREAM))
        elif isinstance(item, str | os.PathLike):
            found += _files(os.fspath(item))
        elif _is_frame(item):
            found.append(Given(f"frame {frames}", frame=item))
            frames += 1
        else:
            raise ReadError(
                f"can't read an object of type {type(item).__name__}",
                ["a source is a path, or a frame of pandas, polars or Arrow"],
            )
    if not found:
        raise UsageError("no file or frame was given", way_out="name at least one file")
    _refuse_twice(found)
    return tuple(found)


def _is_frame(item: Any) -> bool:
    """Tell a table object: it speaks Arrow's stream protocol, or is a lazy polars query."""
    return hasattr(item, "__arrow_c_stream__") or hasattr(item, "iloc") or hasattr(item, "sink_parquet")


def _files(text: str) -> list[Given]:
    """Find the file or files that a path or a pattern names."""
    path = Path(text)
    if "\0" in text:
        raise ReadError(f"there is no file {text!r}", ["no path holds a NUL character"])
    if path.is_file() or path.is_fifo():
        return [Given(text, path=path)]
    if path.is_dir():
        raise ReadError(f"{text} is a folder, not a file", way_out=f"'{path / '*.csv'}'")
    if any(sign in text for sign in _PATTERN_SIGNS):
        matches = [match for match in sorted(glob.glob(text, recursive=True)) if Path(match).is_file()]  # noqa: PTH207
        if not matches:
            raise ReadError(f"no file matches {text}", [_folder_line(path)])
        return [Given(match, path=Path(match)) for match in matches]
    near = get_close_matches(path.name, _listing(path.parent), n=3)
    raise ReadError(f"there is no file {text}", [_folder_line(path)], str(path.parent / near[0]) if near else "")


def _listing(folder: Path) -> list[str]:
    """Name the files of a folder, none where it can't be listed."""
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError:
        return []


def _folder_line(path: Path) -> str:
    """Say what lies in the folder where a file was sought."""
    names = _listing(path.parent)
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"{path.parent}{os.sep} has: {shown}" if names else f"{path.parent}{os.sep} has no files"


def _refuse_twice(found: list[Given]) -> None:
    """Refuse a file or frame that was given twice: its rows would count double."""
    seen: set[Path | int] = set()
    for source in found:
        real = source.path.resolve() if source.path is not None else id(source.frame)
        if real in seen:
            raise UsageError(f"{source.name} is given twice", ["its rows would count double"], "name each once")
        seen.add(real)


def file_kind(source: Given) -> Kind:
    """Tell what a file is by its first bytes, whatever its name says.

    Parameters
    ----------
    source : Given
        A file that isn't compressed, as ``plain_file`` gives it.

    Returns
    -------
    {"text", "parquet", "excel"}

    Raises
    ------
    ReadError
        If it is empty, can't be opened, or is known to be no table.
    """
    path = source.path
    assert path is not None
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise ReadError(f"can't open {source.name}", [error.strerror or str(error)]) from error
    if not head:
        raise ReadError(f"{source.name} is empty", ["0 bytes"])
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "excel"
    if head.startswith(b"PK"):
        return "excel"  # what other zip files hold was unpacked before
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise ReadError(f"{source.name} is no table: it is {what}", way_out="give a CSV, Excel or Parquet file")
    if head[257:262] == b"ustar":
        raise ReadError(f"{source.name} is a tar archive, not a table", way_out="unpack it first")
    return "text"
