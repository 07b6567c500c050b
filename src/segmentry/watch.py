"""News of a run while it lasts, for whoever watches: which stage, how far, what it gave, how long it took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from segmentry.choose import Choice
from segmentry.data import Loaded
from segmentry.describe import Described
from segmentry.features import Measures
from segmentry.maps import Map
from segmentry.summary import Stage

__all__ = ["Clock", "Event", "Watch"]


@dataclass(frozen=True, slots=True)
class Event:
    """News of a run for whoever watches it.

    Parameters
    ----------
    stage : str
        ``"read"``, ``"measure"``, ``"choose"``, ``"map"`` or ``"describe"``.
    share : float
        How much of the stage is done, 0 to 1.
    result : Loaded, Measures, Choice, tuple of Map, Described or None
        What the stage gave, once it is done.
    seconds : float
        How long the stage took, once it is done.
    """

    stage: str
    share: float
    result: Loaded | Measures | Choice | tuple[Map, ...] | Described | None = None
    seconds: float = 0.0


Watch = Callable[[Event], None]


class Clock:
    """Times the stages and passes their news on."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.stages: list[Stage] = []

    def tell(self, stage: str, share: float) -> None:
        """Say how much of a stage is done."""
        self.watch(Event(stage, min(share, 1.0)))

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[Any], Any]]:
        """Time a stage; its result goes through the function that this gives."""
        results: list[Any] = []

        def done(result: Any) -> Any:
            results.append(result)
            return result

        self.tell(name, 0.0)
        begun = time.perf_counter()
        yield done
        seconds = time.perf_counter() - begun
        self.stages.append(Stage(name, round(seconds, 4)))
        self.watch(Event(name, 1.0, results[-1], seconds))
