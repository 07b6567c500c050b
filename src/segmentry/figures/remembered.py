"""What was worked out of a run is remembered: a page is asked for many times, its run doesn't change.

Runs and figures are compared by identity: they never change, and to compare all that they hold would take as long as to
draw. The pages keep an opened run, so a chart of it is drawn once.
"""

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Concatenate, Generic, ParamSpec, TypeVar

__all__ = ["RUNS", "remembered"]

RUNS = 8
"""Runs whose charts are remembered; two are compared at a time, and people go to and fro between a few."""

First = TypeVar("First")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")


class Same(Generic[First]):
    """A thing that equals itself alone; holding it, so that no other takes its place."""

    __slots__ = ("thing",)

    def __init__(self, thing: First) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        """Compare by identity."""
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        """Hash by identity."""
        return id(self.thing)


def remembered(
    most: int,
) -> Callable[[Callable[Concatenate[First, Rest], Result]], Callable[Concatenate[First, Rest], Result]]:
    """Make a function remember its last results, by the identity of its first argument and the value of the others.

    Parameters
    ----------
    most : int
        How many results are kept.

    Examples
    --------
    >>> calls = []
    >>> @remembered(2)
    ... def length(things):
    ...     calls.append(1)
    ...     return len(things)
    >>> own = [1, 2]
    >>> length(own), length(own), length([1, 2]), len(calls)
    (2, 2, 2, 2)
    """

    def decorate(function: Callable[Concatenate[First, Rest], Result]) -> Callable[Concatenate[First, Rest], Result]:
        def unwrapped(first: Same[First], *rest: Rest.args, **named: Rest.kwargs) -> Result:
            return function(first.thing, *rest, **named)

        known: Callable[..., Result] = lru_cache(maxsize=most)(unwrapped)

        def call(first: First, /, *rest: Rest.args, **named: Rest.kwargs) -> Result:
            return known(Same(first), *rest, **named)

        update_wrapper(call, function)
        return call

    return decorate
