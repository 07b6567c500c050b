"""Finished pieces of pages, kept as long as there is room: a chart is drawn once, not for every reader."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

__all__ = ["Shelf"]

Piece = TypeVar("Piece", str, bytes)


class Shelf:
    """Keeps texts and pictures by what they were made from; those not asked for longest go first.

    Parameters
    ----------
    room : int, default 64 MB
        How much it holds, in letters and bytes.

    Examples
    --------
    >>> shelf = Shelf(room=10)
    >>> shelf.take("a", lambda: "drawn once"), shelf.take("a", lambda: "never drawn")
    ('drawn once', 'drawn once')
    """

    def __init__(self, room: int = 64 * 2**20) -> None:
        self.room = room
        self._pieces: OrderedDict[Hashable, str | bytes] = OrderedDict()
        self._held = 0
        self._lock = Lock()
        self._making = Lock()

    def take(self, key: Hashable, make: Callable[[], Piece]) -> Piece:
        """Give the piece of that key, made now if it isn't there."""
        found = self._find(key)
        if found is None:
            # One at a time: two readers of one page need it drawn once.
            with self._making:
                found = self._find(key)
                if found is None:
                    found = make()
                    self._keep(key, found)
        return found  # type: ignore[return-value]  # a key stands for one kind of piece

    def _find(self, key: Hashable) -> str | bytes | None:
        with self._lock:
            if key in self._pieces:
                self._pieces.move_to_end(key)
                return self._pieces[key]
            return None

    def _keep(self, key: Hashable, piece: str | bytes) -> None:
        with self._lock:
            if len(piece) > self.room:
                return
            self._pieces[key] = piece
            self._held += len(piece)
            while self._held > self.room:
                _, old = self._pieces.popitem(last=False)
                self._held -= len(old)
