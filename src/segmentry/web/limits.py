"""What the pages take and do at most: every limit in one place, and how a process is held to its own."""

from typing import Final

from segmentry.errors import UsageError

__all__ = [
    "BODY_SECONDS",
    "CHECKS_AT_ONCE",
    "CHECK_MEMORY",
    "CHECK_SECONDS",
    "DRAINED_BYTES",
    "FIELD_BYTES",
    "FORM_BYTES",
    "FORM_FIELDS",
    "JOBS_AT_ONCE",
    "JOBS_WAITING",
    "PARTS",
    "UNUSED_SECONDS",
    "UPLOADS_AT_ONCE",
    "UPLOAD_BYTES",
    "BusyError",
    "RefusedError",
    "hold",
]

UPLOAD_BYTES: Final = 200_000_000
"""Bytes of all files of one upload, counted as they come."""

DRAINED_BYTES: Final = 2_000_000_000
"""Bytes past it that are read and thrown away, so that a browser gets to see the answer."""

PARTS: Final = 8
"""Parts of an upload's form; ours has two."""

FIELD_BYTES: Final = 4_000
"""Bytes of a field that is no file."""

FORM_BYTES: Final = 2_000_000
"""Bytes of a form without files: one with 5,000 columns to tick is 0.5 MB."""

FORM_FIELDS: Final = 6_000
"""Fields of a form without files."""

BODY_SECONDS: Final = 900
"""Seconds that sending an upload may take."""

UPLOADS_AT_ONCE: Final = 4
"""Uploads that are received at the same time."""

UNUSED_SECONDS: Final = 86_400
"""An upload that no run was made of is removed after so long, when the pages are next opened."""

CHECK_MEMORY: Final = 4 << 30
"""Bytes of address space of the process that looks at an upload."""

CHECK_SECONDS: Final = 180
"""Seconds that it may take."""

CHECKS_AT_ONCE: Final = 2
"""Uploads that are looked at at the same time."""

JOBS_AT_ONCE: Final = 1
"""Runs at work at the same time: each uses all cores."""

JOBS_WAITING: Final = 8
"""Runs that may wait."""


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
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        if most is not None:
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, least))
