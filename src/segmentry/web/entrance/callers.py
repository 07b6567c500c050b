"""Who is asking: by a key, by a browser that signed in with one, or on this computer where no keys are asked for."""

import hashlib
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event, Thread

from segmentry.web.background.limits import (
    GUESSES,
    SESSION_SECONDS,
    SESSIONS,
    STRANGER_PER_SECOND,
    BusyError,
    RefusedError,
)
from segmentry.web.entrance.keys import Key, Keys
from segmentry.web.entrance.policy import Right, allows
from segmentry.web.entrance.rates import Buckets, place_of

__all__ = ["COOKIE", "SCOPE", "THIS_COMPUTER", "Caller", "Callers", "caller_of"]

COOKIE = "segmentry"
SCOPE = "segmentry.caller"
"""Where a request carries its caller."""
BURST = 2
"""Seconds' worth of requests that may come at once."""
LONGEST = 512
"""Characters of a key or cookie that are looked at; ours are shorter."""
SEEN = 10_000
"""Addresses with a key that came from there before."""
KEEPING = 60.0
"""Seconds between two times that the last use of keys is written down."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Parameters
    ----------
    right : Right
        What they may.
    key : str, default ""
        The id of their key; "" for anybody, and for this computer.
    name : str, default ""
        The key's name.
    signed_in : bool, default False
        By a browser's session; else by the key itself.
    place : str, default ""
        Where they are, who came without a key though keys are asked for.
    """

    right: Right
    key: str = ""
    name: str = ""
    signed_in: bool = False
    place: str = ""

    def may(self, needed: Right) -> bool:
        """Say whether they may do what needs this right."""
        return allows(self.right, needed)


ANYBODY = Caller("open")
UNKNOWN = "unknown"
"""The place of what has no address."""
THIS_COMPUTER = Caller("manage", name="this computer")


def caller_of(scope: Mapping[str, object]) -> Caller:
    """Give who sent a request, as found before it was answered."""
    found = scope.get(SCOPE, ANYBODY)
    assert isinstance(found, Caller)
    return found


class Callers:
    """Tells who asks, and holds them to how often they may.

    Parameters
    ----------
    keys : Keys or None
        The keys that are asked for; None where everything that reaches us comes from this computer.
    """

    def __init__(self, keys: Keys | None) -> None:
        self.keys = keys
        self._sessions: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._guesses = Buckets(GUESSES / 60, GUESSES)
        self._strangers = Buckets(STRANGER_PER_SECOND, BURST * 2 * STRANGER_PER_SECOND)
        self._rates = Buckets(1, 1)
        self._closing = Event()
        self._keeping: Thread | None = None

    def begin(self) -> None:
        """Write down now and then when keys were last used; never while somebody waits for an answer."""
        if self.keys is not None:
            self._closing.clear()
            self._keeping = Thread(target=self._keep, args=(self.keys,), daemon=True, name="keys")
            self._keeping.start()

    def end(self) -> None:
        """Write it down for the last time."""
        self._closing.set()
        if self._keeping is not None:
            self._keeping.join()
            self._keeping = None

    def _keep(self, keys: Keys) -> None:
        while not self._closing.wait(KEEPING):
            keys.keep_used()
        keys.keep_used()

    def find(self, headers: Mapping[bytes, bytes], address: str) -> Caller:
        """Tell who sent a request.

        Parameters
        ----------
        headers : mapping of bytes to bytes
            Of the request, names in small letters.
        address : str
            Where it came from.

        Returns
        -------
        Caller
            One who may nothing but what is open, where there is no key or a wrong one.

        Raises
        ------
        BusyError
            Too many wrong keys came from there, or too many requests.
        """
        if self.keys is None:
            return THIS_COMPUTER
        place, at = place_of(address), time.monotonic()
        key, signed_in = None, False
        if (given := headers.get(b"authorization")) is not None:
            kind, _, secret = given.partition(b" ")
            key = self._tried(secret.strip(), place, at) if kind.lower() == b"bearer" else None
        elif (cookie := headers.get(b"cookie")) is not None and (session := _session(cookie)):
            key, signed_in = self._of_session(session, at), True
        if key is None:
            if wait := self._strangers.take(place, at):
                raise _too_many(f"more than {STRANGER_PER_SECOND} requests a second without a key", wait)
            return Caller("open", place=place or UNKNOWN)
        if wait := self._rates.take(key.id, at, key.per_second, BURST * key.per_second):
            raise _too_many(f"this key may make {key.per_second:,} requests a second", wait)
        self.keys.use(key)
        return Caller(key.right, key.id, key.name, signed_in)

    def sign_in(self, secret: str, address: str) -> str:
        """Take a key for a session of a browser.

        Returns
        -------
        str
            What the browser keeps in its place; worth nothing after twelve hours, or once the key is revoked.

        Raises
        ------
        BusyError
            Too many wrong keys came from there.
        RefusedError
            It is no key that stands.
        """
        at = time.monotonic()
        key = None
        if self.keys is not None:
            key = self._tried(secret.strip().encode(errors="replace"), place_of(address), at)
        if key is None:
            seen = ("it was typed or copied wrongly, or it was revoked",)
            raise RefusedError("this key is not valid", seen, "segmentry keys list", status=401)
        session = secrets.token_urlsafe(32)
        self._sessions[_hash(session.encode())] = key.id, at + SESSION_SECONDS
        while len(self._sessions) > SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def sign_out(self, cookie: str) -> None:
        """End a browser's session."""
        self._sessions.pop(_hash(cookie.encode(errors="replace")), None)

    def _tried(self, secret: bytes, place: str, at: float) -> Key | None:
        """Look a key up; from where too many wrong ones came, only keys that came from there before."""
        assert self.keys is not None
        key = self.keys.find(secret) if len(secret) <= LONGEST else None
        wait = self._guesses.wait(place, at)
        if wait and (key is None or (place, key.id) not in self._seen):
            raise _too_many(f"more than {GUESSES} wrong keys a minute from this address", wait)
        if key is None:
            self._guesses.take(place, at)
            return None
        if (place, key.id) not in self._seen:
            self._seen[place, key.id] = None
            if len(self._seen) > SEEN:
                self._seen.popitem(last=False)
        return key

    def _of_session(self, session: bytes, at: float) -> Key | None:
        assert self.keys is not None
        hashed = _hash(session)
        key, until = self._sessions.get(hashed, ("", 0.0))
        standing = self.keys.standing(key) if at < until else None
        if standing is None:
            self._sessions.pop(hashed, None)
        return standing


def _session(cookie: bytes) -> bytes:
    """Take our own out of a browser's cookies."""
    for each in cookie.split(b";"):
        name, _, value = each.strip().partition(b"=")
        if name == COOKIE.encode() and len(value) <= LONGEST:
            return value
    return b""


def _hash(session: bytes) -> bytes:
    return hashlib.sha256(session).digest()


def _too_many(seen: str, wait: float) -> BusyError:
    seconds = max(math.ceil(wait), 1)
    return BusyError("too many requests", (seen,), f"again in {seconds} s", seconds=seconds)
