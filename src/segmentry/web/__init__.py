"""Pages on this computer: the runs of a workspace, and everything to make, read, score and compare them.

The names are imported when they are first used: a process that works for the pages needs no web framework.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segmentry.web.app import create_app
    from segmentry.web.site import Site

__all__ = ["Site", "create_app"]


def __getattr__(name: str) -> Any:
    if name == "Site":
        from segmentry.web.site import Site  # noqa: PLC0415

        return Site
    if name == "create_app":
        from segmentry.web.app import create_app  # noqa: PLC0415

        return create_app
    raise AttributeError(f"module 'segmentry.web' has no attribute {name!r}")
