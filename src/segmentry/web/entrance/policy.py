"""What a key must allow to reach a route: every route says so, and one that doesn't is closed, and fails the tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from segmentry.web.background.limits import ASKED_BYTES, ASKED_SECONDS

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

__all__ = ["RIGHTS", "Found", "Right", "Routes", "allows", "needs"]

Right: TypeAlias = Literal["open", "read", "score", "manage"]
RIGHTS: tuple[Right, ...] = ("open", "read", "score", "manage")
"""From what anybody may to what changes things; a key that may a later one may those before it."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def needs(
    right: Right, *, body: int | None = ASKED_BYTES, seconds: float = ASKED_SECONDS
) -> Callable[[Endpoint], Endpoint]:
    """Declare what a key must allow to reach this endpoint, and how much may be sent to it.

    Parameters
    ----------
    right : {"open", "read", "score", "manage"}
        What a key must allow; "open" needs none.
    body : int or None, default 16,000,000
        Bytes that may be sent; None where the endpoint counts for itself, as uploads do.
    seconds : float, default 30
        How long sending them may take.

    Examples
    --------
    >>> @needs("read")
    ... def models(): ...
    >>> models.needs
    'read'
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.needs = right  # type: ignore[attr-defined]
        endpoint.takes = body, seconds  # type: ignore[attr-defined]
        return endpoint

    return declare


def allows(held: Right, needed: Right) -> bool:
    """Say whether a right includes another.

    Examples
    --------
    >>> allows("manage", "read"), allows("read", "score"), allows("read", "open")
    (True, False, True)
    """
    return RIGHTS.index(held) >= RIGHTS.index(needed)


@dataclass(frozen=True, slots=True)
class Found:
    """The route of a request.

    Parameters
    ----------
    template : str
        Its address as declared, e.g. ``"/runs/{name}"``; "" where there is none.
    needs : Right or None
        What a key must allow; None where the route doesn't say, and so is closed.
    body : int or None
        Bytes that may be sent; None where the endpoint counts for itself.
    seconds : float
        How long sending them may take.
    """

    template: str
    needs: Right | None
    body: int | None = ASKED_BYTES
    seconds: float = ASKED_SECONDS


NOWHERE = Found("", "read", 0)
"""Where no route is, only who has a key is told so."""


class Routes:
    """The routes of an app, found as the app itself will find them: in their order, the first that fits.

    Parameters
    ----------
    routes : iterable of BaseRoute
        Of the app; those inside of its routers are found.
    """

    def __init__(self, routes: "Iterable[BaseRoute]") -> None:
        self._table = [_row(each) for each in _flat(routes)]
        # An address without a blank in it is looked up; the answer is that of the walk.
        plain = {template for _, _, template, _ in self._table if "{" not in template}
        methods = {method for _, known, _, _ in self._table for method in known}
        self._known = {(method, path): self._walk(method, path) for path in plain for method in methods}

    def find(self, method: str, path: str) -> Found:
        """Give the route of a request; that of its address, where there is none for its method."""
        return self._known.get((method, path)) or self._walk(method, path)

    def all(self) -> list[tuple[frozenset[str], Found]]:
        """Give every route with its methods."""
        return [(methods, found) for _, methods, _, found in self._table]

    def _walk(self, method: str, path: str) -> Found:
        partly = None
        for fits, methods, _, found in self._table:
            if fits(path):
                if method in methods:
                    return found
                partly = partly or found
        return partly or NOWHERE


Row: TypeAlias = tuple[Callable[[str], object], frozenset[str], str, Found]


def _row(route: Any) -> Row:
    """Read a route; what is none with an endpoint (a mounted app) declares nothing, and so is closed."""
    endpoint = getattr(route, "endpoint", None)
    template = getattr(route, "path_format", None) or ""
    body, seconds = getattr(endpoint, "takes", (ASKED_BYTES, ASKED_SECONDS))
    found = Found(template, getattr(endpoint, "needs", None), body, seconds)
    pattern = getattr(route, "path_regex", None)
    methods = frozenset(getattr(route, "methods", None) or ())
    return (lambda _: False) if pattern is None else pattern.match, methods, template, found


def _flat(routes: "Iterable[BaseRoute]") -> Iterable[Any]:
    """Give the routes without the routers around them: newer frameworks keep them nested."""
    from fastapi import routing  # noqa: PLC0415 - who only declares or keeps keys needs no web framework

    inside: Callable[[Any], Iterable[Any]] = getattr(routing, "iter_route_contexts", iter)
    return inside(routes)
