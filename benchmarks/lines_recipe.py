"""What the ways from order lines to segments share: the stages' clock, and the recipe's numbers.

Only the libraries that every way has are imported here, so that it runs in each one's own environment.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["LOWEST", "MOST", "SEED", "SILHOUETTE_ON", "STARTS", "Stages"]

LOWEST, MOST, STARTS, SEED = 2, 12, 10, 0

SILHOUETTE_ON = 10_000
"""Customers on whom the silhouette is computed: on a million it would take hours."""


class Stages:
    """Clocks the stages of one process, and prints them with its peak memory as one line of JSON.

    Parameters
    ----------
    way : str
        What the line calls this way.
    """

    def __init__(self, way: str) -> None:
        self._found: dict[str, object] = {"way": way}
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Clock what happens within, in seconds on the wall."""
        begun = time.perf_counter()
        yield
        self._seconds[name] = round(time.perf_counter() - begun, 3)

    def tell(self, name: str, found: object) -> None:
        """Add a figure to the line."""
        self._found[name] = found

    def show(self) -> None:
        """Print the line: seconds by stage and in all, processor seconds, and the peak of the process in MB."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Linux counts in kilobytes, macOS in bytes.
        peak = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        line = self._found | {
            "seconds": self._seconds,
            "total_seconds": round(sum(self._seconds.values()), 3),
            "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
            "peak_mb": round(peak),
        }
        print(json.dumps(line))
