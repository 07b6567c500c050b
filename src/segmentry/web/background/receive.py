"""Receiving files: streamed to disk, counted as they come, and never under a name that somebody sent."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, TYPE_CHECKING

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import State

from segmentry.web.background.limits import (
    BODY_SECONDS,
    DRAINED_BYTES,
    FIELD_BYTES,
    PARTS,
    UPLOAD_BYTES,
    UPLOADS_AT_ONCE,
    BusyError,
    RefusedError,
)
from segmentry.web.background.uploads import Received, Upload

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["receive", "receiving", "safe_name", "take_upload"]

PIECE = 1 << 20
ENDINGS = (
    ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm", ".xlsb", ".xls", ".gz", ".zip"
)  # fmt: skip
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
OURS = {"upload", "checked", "said", "tmp"}
RESERVED = DEVICES | OURS
"""Names that are devices somewhere, and those that we give to what lies beside the files."""


def safe_name(name: str, part: str) -> str:
    """Make a file's name out of what somebody sent: letters, digits, "-" and "_" of it, and an ending that we know.

    Examples
    --------
    >>> safe_name("../../Online Retail (2).XLSX", "data"), safe_name("C:/con.csv", "data"), safe_name("a.exe", "data")
    ('Online-Retail-2.xlsx', 'data.csv', 'a')
    """
    stem = _last(name)
    ending = ""
    while (found := next((one for one in ENDINGS if stem.lower().endswith(one)), "")) and len(ending) < 12:
        stem, ending = stem[: -len(found)], found + ending
    kept = re.sub(r"[^A-Za-z0-9_]+", "-", PurePosixPath(stem).stem if not ending else stem).strip("-_")[:60]
    return f"{part if not kept or kept.lower() in RESERVED else kept}{ending}"


def _last(name: str) -> str:
    """Take what follows the last separator, of any system; some browsers send whole paths."""
    return PureWindowsPath(PurePosixPath(name).name).name


async def take_upload(request: Request, fields: dict[str, str] | None = None) -> Upload:
    """Receive the files of a form, and keep them as an upload.

    Parameters
    ----------
    request : Request
        A form with the fields ``data`` and, perhaps, ``customers``.
    fields : dict of str to str or None, default None
        As of :func:`receive`.

    Raises
    ------
    BusyError
        Others are being received.
    RefusedError, UsageError
        As :func:`receive`; the workspace can't be written to.
    """
    uploads = request.app.state.uploads
    with receiving(request.app.state):
        folder = uploads.begin()
        try:
            files = await receive(request, folder, ("data", "customers"), needed="data", fields=fields)
            kept: Upload = await run_in_threadpool(uploads.keep, folder, files)
        except BaseException:
            uploads.abandon(folder)
            raise
        return kept


@contextmanager
def receiving(state: State) -> Iterator[None]:
    """Count what is being received at the same time.

    Raises
    ------
    BusyError
        It is as much as may be.
    """
    if state.receiving >= UPLOADS_AT_ONCE:
        raise BusyError("other files are being received", (), "again in a moment", seconds=5)
    state.receiving += 1
    try:
        yield
    finally:
        state.receiving -= 1


async def receive(
    request: Request, folder: Path, wanted: tuple[str, ...], *, needed: str, fields: dict[str, str] | None = None
) -> tuple[Received, ...]:
    """Write the files of a form to a folder.

    Parameters
    ----------
    request : Request
        A form as browsers send it with files.
    folder : pathlib.Path
        An empty one. Whoever calls removes it where this raises.
    wanted : tuple of str
        The fields that hold files.
    needed : str
        The one of them that must have come.
    fields : dict of str to str or None, default None
        Filled with the other fields; without it they are read over.

    Raises
    ------
    RefusedError
        It is no such form, has too many parts or bytes, takes too long, or the disk is full.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise RefusedError("no file came with this form", way_out="choose a file, then Continue", status=422)
    reading = _Reading(folder, wanted, {} if fields is None else fields)
    body = request.stream()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            if int(request.headers.get("content-length") or 0) > UPLOAD_BYTES + PIECE:
                raise _too_large()
            await reading.all_of(body, MultipartParser(options[b"boundary"], reading.callbacks(), max_header_count=8))
    except RefusedError as error:
        if error.status == 413:
            await _drain(body)
        raise
    except (MultipartParseError, UnicodeDecodeError, ValueError) as error:
        raise RefusedError("this form can't be read", (str(error)[:200],), "send it again", status=422) from error
    except TimeoutError as error:
        late = f"more than {BODY_SECONDS // 60} minutes"
        raise RefusedError("sending the file took too long", (late,), "a smaller file", status=408) from error
    except OSError as error:
        seen = (error.strerror or str(error),)
        raise RefusedError(
            "the file can't be kept", seen, "make room on the disk, then try again", status=507
        ) from error
    finally:
        reading.close()
    if not any(one.part == needed for one in reading.received):
        raise RefusedError("no file was chosen", (), "choose a file, then Continue", status=422)
    return tuple(reading.received)


class _Reading:
    """Takes a form apart while it comes, its files straight to disk."""

    def __init__(self, folder: Path, wanted: tuple[str, ...], fields: dict[str, str]) -> None:
        self.received: list[Received] = []
        self._fields = fields
        self._part, self._text = "", b""
        self._folder = folder
        self._wanted = wanted
        self._bytes = self._parts = self._size = 0
        self._file: IO[bytes] | None = None
        self._name: tuple[str, str, str] = ("", "", "")
        self._field = b""
        self._value = b""
        self._described = b""
        self._ended = False

    async def all_of(self, body: AsyncIterator[bytes], parser: MultipartParser) -> None:
        """Read to the end."""
        pieces: list[bytes] = []
        held = 0
        async for piece in body:
            self._bytes += len(piece)
            if self._bytes > UPLOAD_BYTES + PIECE:  # a piece for what surrounds the files
                raise _too_large()
            pieces.append(piece)
            held += len(piece)
            if held >= PIECE:
                await run_in_threadpool(parser.write, b"".join(pieces))
                pieces, held = [], 0
        await run_in_threadpool(parser.write, b"".join(pieces))
        if not self._ended:
            raise ValueError("it breaks off")

    def callbacks(self) -> "MultipartCallbacks":
        """Give what the parser calls."""
        return {
            "on_part_begin": self.on_part_begin,
            "on_header_field": self.on_header_field,
            "on_header_value": self.on_header_value,
            "on_header_end": self.on_header_end,
            "on_headers_finished": self.on_headers_finished,
            "on_part_data": self.on_part_data,
            "on_part_end": self.on_part_end,
            "on_end": self.on_end,
        }

    def on_part_begin(self) -> None:
        """Begin a part."""
        self._parts += 1
        self._size = 0
        self._part, self._text = "", b""
        self._described = b""
        if self._parts > PARTS:
            raise RefusedError("this form has too many parts", (f"at most {PARTS}",), "one file at a time", status=413)

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._field += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._value += data[start:end]

    def on_header_end(self) -> None:
        """Keep what says which field this is."""
        if self._field.lower() == b"content-disposition":
            self._described = self._value
        self._field = self._value = b""

    def on_headers_finished(self) -> None:
        """Open a file where a file begins."""
        _, options = parse_options_header(self._described)
        part = options.get(b"name", b"").decode("utf-8", "replace")
        name = _last(options.get(b"filename", b"").decode("utf-8", "replace"))
        if part not in self._wanted or not name:
            self._part = "" if part in self._wanted else part
            return
        stored = safe_name(name, part)
        if any(one.part == part for one in self.received):
            raise RefusedError("two files came for one", (part,), "one file each", status=422)
        if any(one.stored.lower() == stored.lower() for one in self.received):
            stored = f"{part}-{stored}"
        self._name = part, name[:200], stored
        self._file = (self._folder / stored).open("xb")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Write a piece of a file; what is no file is counted only."""
        self._size += end - start
        if self._file is not None:
            self._file.write(data[start:end])
            if self._size > UPLOAD_BYTES:
                raise _too_large()
        elif self._size > FIELD_BYTES:
            raise RefusedError("a field of this form is too long", (), "choose a file, then Continue", status=413)
        elif self._part:
            self._text += data[start:end]

    def on_part_end(self) -> None:
        """Close a file."""
        if self._file is not None:
            self.close()
            part, name, stored = self._name
            self.received.append(Received(part, name, stored, self._size))
        elif self._part:
            self._fields[self._part] = self._text.decode("utf-8", "replace")

    def on_end(self) -> None:
        """Note that the form is whole."""
        self._ended = True

    def close(self) -> None:
        """Close the file that is open, if one is."""
        if self._file is not None:
            self._file.close()
            self._file = None


async def _drain(body: AsyncIterator[bytes]) -> None:
    """Throw away what still comes, within bounds: browsers show an answer once they have sent everything."""
    thrown = 0
    try:
        async with asyncio.timeout(60):
            async for piece in body:
                thrown += len(piece)
                if thrown > DRAINED_BYTES:
                    return
    except TimeoutError:
        return


def _too_large() -> RefusedError:
    return RefusedError(
        f"the file is larger than {UPLOAD_BYTES // 1_000_000} MB",
        ("the pages take files up to that size; the command line has no such limit",),
        "segmentry run FILE, or save it as Parquet: that is often ten times smaller",
        status=413,
    )
