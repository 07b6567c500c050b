"""What the pages take and do at most: every limit in one place, and how a process is held to its own."""

import os
import sys
from pathlib import Path
from typing import Final

from segmentry.errors import UsageError

__all__ = [
    "ASKED_BYTES",
    "ASKED_SECONDS",
    "AT_ONCE",
    "BODY_SECONDS",
    "BYTES_AT_ONCE",
    "CHECKS_AT_ONCE",
    "CHECK_MEMORY",
    "CHECK_SECONDS",
    "CONNECTIONS",
    "DRAINED_BYTES",
    "FIELD_BYTES",
    "FORM_BYTES",
    "FORM_FIELDS",
    "FORM_SECONDS",
    "GUESSES",
    "HEAD_SECONDS",
    "IDLE_SECONDS",
    "JOBS_AT_ONCE",
    "JOBS_KEPT_SECONDS",
    "JOBS_WAITING",
    "JOB_HOURS",
    "JOB_MEMORY",
    "KEY_AT_ONCE",
    "KEY_PER_SECOND",
    "LINGER_SECONDS",
    "PARTS",
    "ROWS",
    "ROWS_BYTES",
    "SESSIONS",
    "SESSION_SECONDS",
    "STRANGERS_AT_ONCE",
    "STRANGER_PER_SECOND",
    "UNREAD_SECONDS",
    "UNUSED_SECONDS",
    "UPLOADS_AT_ONCE",
    "UPLOAD_BYTES",
    "BusyError",
    "RefusedError",
    "hold",
    "hold_job",
]

UPLOAD_BYTES: Final = 200_000_000
"""Bytes of all files of one upload, counted as they come."""

DRAINED_BYTES: Final = 2_000_000_000
"""Bytes past it that are read and thrown away, so that a browser gets to see the answer."""

PARTS: Final = 8
"""Parts of an upload's form; ours has two."""

FIELD_BYTES: Final = 64_000
"""Bytes of a field that is no file."""

FORM_BYTES: Final = 2_000_000
"""Bytes of a form without files: one with 5,000 columns to tick is 0.5 MB."""

FORM_FIELDS: Final = 6_000
"""Fields of a form without files."""

ROWS_BYTES: Final = 20_000_000
"""Bytes of a request for a run whose rows come as JSON."""

ROWS: Final = 100_000
"""Rows of it, orders and customers each."""

FORM_SECONDS: Final = 60
"""Seconds that sending it may take."""

BODY_SECONDS: Final = 900
"""Seconds that sending an upload may take."""

UPLOADS_AT_ONCE: Final = 4
"""Uploads that are received at the same time."""

UNUSED_SECONDS: Final = 86_400
"""An upload that no run was made of is removed after so long: looked for when the pages are opened, and hourly."""

CHECK_MEMORY: Final = 4 << 30
"""Bytes that the process that looks at an upload may ask for."""

CHECK_SECONDS: Final = 180
"""Seconds that it may take."""

CHECKS_AT_ONCE: Final = 2
"""Uploads that are looked at at the same time."""

JOBS_AT_ONCE: Final = 1
"""Runs at work at the same time: each uses all cores."""

JOBS_WAITING: Final = 8
"""Runs that may wait."""

JOBS_KEPT_SECONDS: Final = 30 * 86_400
"""How long it is known of a run that failed or was stopped; of one that is there, as long as it is."""

JOB_MEMORY: Final = 0.8
"""The part of this computer's memory that a run or a score may ask for: the rest keeps the computer alive."""

JOB_HOURS: Final = 24
"""Hours that it may take with all cores at work, which none of ours comes near."""

ASKED_BYTES: Final = 16_000_000
"""Bytes of a request that is no upload, unless its route says otherwise: 10,000 customers of 40 measures are fewer."""

ASKED_SECONDS: Final = 30.0
"""Seconds that sending it may take."""

HEAD_SECONDS: Final = 10.0
"""Seconds that sending a request's first line and headers may take."""

IDLE_SECONDS: Final = 65
"""Seconds that a connection may stay open without a request: longer than proxies keep one, so that they close it."""

LINGER_SECONDS: Final = 5.0
"""Seconds that may still be sent after an answer that didn't wait for all of it; what comes is thrown away."""

UNREAD_SECONDS: Final = 60.0
"""Seconds after which an answer that nobody takes is broken off."""

CONNECTIONS: Final = 1_000
"""Connections at the same time; fewer where the system allows fewer open files. One address may have half of them."""

AT_ONCE: Final = 256
"""Requests that are answered at the same time."""

BYTES_AT_ONCE: Final = 512_000_000
"""Bytes of all requests that are answered at the same time, as far as they were said; uploads go to disk."""

KEY_AT_ONCE: Final = 32
"""Those of one key."""

KEY_PER_SECOND: Final = 1_000
"""Requests a second of one key, unless it was made with another number; for two seconds it may be twice as many."""

STRANGER_PER_SECOND: Final = 50
"""Requests a second of one address that come without a key, where keys are asked for."""

STRANGERS_AT_ONCE: Final = 32
"""Those of one address that come without a key; of all such addresses, half of what is answered at the same time."""

GUESSES: Final = 10
"""Wrong keys a minute of one address."""

SESSIONS: Final = 1_000
"""Browsers that are signed in at the same time."""

SESSION_SECONDS: Final = 43_200.0
"""Seconds after which a browser signs in again."""


class RefusedError(UsageError):
    """A request that the pages don't take, with the code that says so.

    Parameters
    ----------
    what, evidence, way_out
        As for :class:`segmentry.errors.SegmentryError`.
    status : int
        The answer's code, e.g. 413.
    """

    def __init__(self, what: str, evidence: tuple[str, ...] = (), way_out: str = "", *, status: int) -> None:
        super().__init__(what, evidence, way_out)
        self.status = status


class BusyError(RefusedError):
    """Too much is under way: the same request may be taken later.

    Parameters
    ----------
    what, evidence, way_out
        As for :class:`segmentry.errors.SegmentryError`.
    seconds : int, default 30
        When to try again.
    """

    def __init__(self, what: str, evidence: tuple[str, ...] = (), way_out: str = "", *, seconds: int = 30) -> None:
        super().__init__(what, evidence, way_out, status=429)
        self.seconds = seconds


def hold(memory: int | None, seconds: int | None) -> None:
    """Hold this process to memory and processor time, where the system can; a fault leaves no image of its memory."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    # What a process asks for to write to: threads and mapped files take much more address space, which costs nothing.
    asked = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for what, most in ((asked, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        if most is not None:
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, least))


def hold_job() -> None:
    """Hold this process to what a run or a score may take."""
    memory = _physical_memory()
    hold(None if memory is None else int(JOB_MEMORY * memory), JOB_HOURS * 3600 * (os.cpu_count() or 1))


def _physical_memory() -> int | None:
    """Give the bytes of memory of this computer, or of the part of it that we were given; None where it isn't told."""
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    try:
        given = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii"))
    except (OSError, ValueError):  # there is no such part, or it is "max"
        return found
    return min(found, given)
