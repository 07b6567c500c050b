"""How many threads may work at a time."""

import os

__all__ = ["cores"]

MOST = 4
"""More threads than these gain little in what is done here, and take cores from others."""


def cores() -> int:
    """Count the cores that this process may use, at most 4.

    Examples
    --------
    >>> 1 <= cores() <= 4
    True
    """
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    found = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return min(MOST, found)
