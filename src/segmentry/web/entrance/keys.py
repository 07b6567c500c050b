"""Keys: who may use the service from elsewhere, and for what. Each is shown once; its hash alone is kept."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from segmentry.errors import ModelError, NotFoundError, UsageError
from segmentry.files import write_text
from segmentry.web.background.limits import KEY_PER_SECOND
from segmentry.web.entrance.policy import RIGHTS, Right
from segmentry.workspace import NAME

__all__ = ["Key", "Keys"]

FILE, USED, TURN = "keys.json", "keys-used.json", ".keys-turn"
PREFIX = "segmentry_"
"""What every key begins with, so that programs that look for secrets in code find it."""
BYTES = 32
FORMAT = 1
PATIENCE = 5.0
"""Seconds to wait for another command that changes the keys."""
SHORT = 8
"""Bytes of a hash by which a key is looked up; the whole is compared in constant time."""
NOBODY = bytes(BYTES)
UNREAD = (0, 0, 0)
"""Stands for a file that could not be read."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, as it is kept.

    Parameters
    ----------
    id : str
        Names it in lists and logs; says nothing about the key itself.
    name : str
        Who or what it was made for.
    right : {"read", "score", "manage"}
        What it allows.
    hash : str
        SHA-256 of the key, hexadecimal.
    created : str
        When it was made: UTC, ISO 8601.
    revoked : str, default ""
        When it was revoked; "" where it stands.
    per_second : int, default 1,000
        Requests a second that it may make.
    """

    id: str
    name: str
    right: Right
    hash: str
    created: str
    revoked: str = ""
    per_second: int = KEY_PER_SECOND


class Keys:
    """The keys of a workspace: made and revoked by commands, looked up by a service that may be running meanwhile.

    Parameters
    ----------
    workspace : pathlib.Path
        Its ``keys.json`` holds them, readable by its owner only.

    Examples
    --------
    >>> import tempfile
    >>> keys = Keys(Path(tempfile.mkdtemp()))
    >>> made, secret = keys.new("shop", "score")
    >>> keys.find(secret.encode()).name, len(secret)
    ('shop', 53)
    >>> keys.find(b"segmentry_guess") is None
    True
    >>> revoked = keys.revoke("shop")
    >>> keys.find(secret.encode()) is None
    True
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.path = workspace / FILE
        self._stamp: tuple[int, int, int] | None = None
        self._by_hash: dict[bytes, tuple[bytes, Key]] = {}
        self._by_id: dict[str, Key] = {}
        self._used: dict[str, float] = {}

    def find(self, secret: bytes) -> Key | None:
        """Give the key that this is, where it stands; None for any other text.

        The file is read again when it has changed, so a key that was just revoked is none.
        """
        self._look()
        seen = hashlib.sha256(secret).digest()
        known, key = self._by_hash.get(seen[:SHORT], (NOBODY, None))
        return key if hmac.compare_digest(seen, known) else None

    def standing(self, name: str) -> Key | None:
        """Give a key by its id, where it stands."""
        self._look()
        return self._by_id.get(name)

    def any_standing(self) -> bool:
        """Say whether there is a key that opens anything."""
        self._look()
        return bool(self._by_id)

    def all(self) -> list[Key]:
        """Give all keys, revoked ones too, in the order in which they were made.

        Raises
        ------
        ModelError
            Their file is damaged, or of a newer release.
        UsageError
            Others than its owner may read it.
        """
        try:
            mode = self.path.stat().st_mode
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UsageError(f"can't read {self.path}", [error.strerror or str(error)]) from error
        except UnicodeDecodeError as error:
            raise _damaged(self.path) from error
        if mode & 0o077:
            others = f"others than its owner may read or change it ({mode & 0o777:o})"
            raise UsageError(f"{self.path} is not kept to its owner", [others], f"chmod 600 {self.path}")
        return _read(text, self.path)

    def new(self, name: str, right: Right, per_second: int = KEY_PER_SECOND) -> tuple[Key, str]:
        """Make a key.

        Parameters
        ----------
        name : str
            Who or what it is for: as a run's name, and no other standing key's.
        right : {"read", "score", "manage"}
            What it allows.
        per_second : int, default 1,000
            Requests a second that it may make.

        Returns
        -------
        tuple of (Key, str)
            What is kept of it, and the key itself, which nobody can be shown again.

        Raises
        ------
        ModelError, UsageError
            As :meth:`all`; a key can't be called that, or another is; the place can't be written to.
        """
        if not NAME.fullmatch(name):
            raise UsageError(
                f"a key can't be called {name!r}", ["small letters, digits, - and _"], "a name such as web-shop"
            )
        if right not in RIGHTS[1:]:
            raise UsageError(f"there is no right {right!r}", [f"rights: {', '.join(RIGHTS[1:])}"])
        secret = PREFIX + secrets.token_urlsafe(BYTES)
        with self._turn():
            known = self.all()
            if any(key.name == name and not key.revoked for key in known):
                raise UsageError(
                    f"there is a key called {name!r} already",
                    [],
                    f"another name, or first segmentry keys revoke {name}",
                )
            hashed = hashlib.sha256(secret.encode()).hexdigest()
            key = Key(secrets.token_hex(4), name, right, hashed, _now(), per_second=per_second)
            self._write([*known, key])
        return key, secret

    def revoke(self, which: str) -> Key:
        """Make a key open nothing from now on, services that are running included.

        Parameters
        ----------
        which : str
            Its name or its id.

        Raises
        ------
        NotFoundError
            No such key stands.
        ModelError, UsageError
            As :meth:`all`; the place can't be written to.
        """
        with self._turn():
            known = self.all()
            place = next((at for at, key in enumerate(known) if not key.revoked and which in (key.id, key.name)), None)
            if place is None:
                standing = ", ".join(key.name for key in known if not key.revoked)
                seen = [f"keys that stand: {standing}" if standing else "no key stands"]
                raise NotFoundError(f"there is no key {which!r} that stands", seen, "segmentry keys list")
            known[place] = replace(known[place], revoked=_now())
            self._write(known)
        return known[place]

    def use(self, key: Key) -> None:
        """Remember that a key was used; it is written down later, with :meth:`keep_used`."""
        self._used[key.id] = time.time()

    def keep_used(self) -> None:
        """Write down when keys were last used; what can't be written is tried again the next time."""
        taken, self._used = self._used, {}
        used = dict(taken)  # at once: a request that began before may still write into the other
        if not used:
            return
        try:
            with self._turn():  # another service of this workspace writes here too
                told = {**self.last_used(), **{name: _iso(at) for name, at in used.items()}}
                write_text(self.path.with_name(USED), json.dumps(told, indent=1), private=True)
        except UsageError:
            self._used = used | self._used

    def last_used(self) -> Mapping[str, str]:
        """Give when each key was last used, by its id, as far as that is written down: UTC, ISO 8601."""
        with suppress(OSError, ValueError):
            told = json.loads(self.path.with_name(USED).read_text(encoding="utf-8"))
            if isinstance(told, dict):
                return {str(name): str(at) for name, at in told.items()}
        return {}

    def _look(self) -> None:
        """Read the keys again where their file has changed; where it can't be read, nobody has one."""
        try:
            seen = self.path.stat()
        except OSError:
            stamp = None
        else:
            stamp = seen.st_mtime_ns, seen.st_ino, seen.st_size
        if stamp == self._stamp:
            return
        standing: list[Key] = []
        try:
            standing = [key for key in _read(self.path.read_text(encoding="utf-8"), self.path) if not key.revoked]
        except OSError:  # it is gone, or too many files are open: looked at again the next time
            stamp = UNREAD
        except (ValueError, ModelError):
            pass
        hashes = [(bytes.fromhex(key.hash), key) for key in standing]
        self._by_hash, self._by_id = (
            {hash_[:SHORT]: (hash_, key) for hash_, key in hashes},
            {key.id: key for key in standing},
        )
        self._stamp = stamp

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one command change the keys at a time: none may write over another's."""
        from segmentry.web.background import child  # noqa: PLC0415 - looking keys up does without

        try:
            self.workspace.mkdir(parents=True, exist_ok=True)
            until = time.monotonic() + PATIENCE
            while (taken := child.take(self.workspace / TURN)) is None:
                if time.monotonic() > until:
                    raise UsageError("another command is changing the keys", [str(self.path)], "again in a moment")
                time.sleep(0.02)
        except OSError as error:
            raise UsageError(f"can't write to {self.workspace}", [error.strerror or str(error)]) from error
        with taken:
            yield

    def _write(self, keys: list[Key]) -> None:
        plain = {"format": FORMAT, "keys": [asdict(key) for key in keys]}
        write_text(self.path, json.dumps(plain, indent=1) + "\n", private=True)


def _read(text: str, path: Path) -> list[Key]:
    try:
        plain: dict[str, Any] = json.loads(text)
        if plain["format"] > FORMAT:
            raise ModelError(f"{path.name} was written by a newer release", [str(path)], "a newer segmentry")
        keys = [Key(**each) for each in plain["keys"]]
        if not all(len(bytes.fromhex(key.hash)) == BYTES and key.right in RIGHTS[1:] for key in keys):
            raise _damaged(path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error
    return keys


def _damaged(path: Path) -> ModelError:
    return ModelError(f"{path.name} is damaged", [str(path)], "restore it, or remove it and make new keys")


def _now() -> str:
    return _iso(time.time())


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
