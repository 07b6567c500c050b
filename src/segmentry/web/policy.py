"""What a key must allow to reach a route: every route says so, and one that doesn't fails the tests."""

from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar

__all__ = ["RIGHTS", "Right", "needs"]

Right: TypeAlias = Literal["open", "read", "score", "manage"]
RIGHTS: tuple[Right, ...] = ("open", "read", "score", "manage")
"""From what anybody may to what changes things; a key that may a later one may those before it."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def needs(right: Right) -> Callable[[Endpoint], Endpoint]:
    """Declare what a key must allow to reach this endpoint.

    Examples
    --------
    >>> @needs("read")
    ... def models(): ...
    >>> models.needs
    'read'
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.needs = right  # type: ignore[attr-defined]
        return endpoint

    return declare
