"""The champion: the model that assignments are made by, replaced while requests go on."""

import tempfile
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread

from segmentry.errors import NotFoundError, SegmentryError
from segmentry.exchange import Exchange
from segmentry.model import SegmentModel
from segmentry.track import Store, fetch, find_store, is_registered, resolve
from segmentry.web.pieces.listing import Listing
from segmentry.web.site import Site
from segmentry.workspace import FILES, find_model

__all__ = ["Champion", "Found", "Serving", "champion_of", "latest_run", "model_file", "registered"]

EVERY = 2.0
"""Seconds between two looks for another champion."""
PATIENCE = 3.0
"""Seconds to wait, when it is closed, for a look that is under way: a registry may take minutes to say nothing."""
UNDEPENDABLE = "Not dependable"


@dataclass(frozen=True, slots=True)
class Found:
    """A model that might become the champion.

    Parameters
    ----------
    stamp : hashable
        Another one stands for another model; nothing is read while it stays the same.
    name : str
        What people call the model; "" takes its run's name.
    version : str
        Of a registry; "" where there is none.
    load : callable
        Reads the model.
    passed_over : tuple of str, default ()
        Later runs that were not taken, the latest first.
    """

    stamp: Hashable
    name: str
    version: str
    load: Callable[[], SegmentModel]
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Serving:
    """A model in service. One request takes one, and keeps it to its end.

    Parameters
    ----------
    name, version : str
        As found.
    exchange : Exchange
        What it is asked by, and answers with.
    since : datetime.datetime
        When it began to serve, in UTC.
    """

    name: str
    version: str
    exchange: Exchange
    since: datetime


class Champion:
    """Holds the model in service, and looks for another one in the background.

    A model that can't be found or read changes nothing: the one in service goes on, and :attr:`fault` says why.

    Parameters
    ----------
    find : callable
        Says which model is the champion now; raises ``SegmentryError`` where there is none.
    every : float, default 2.0
        Seconds between two looks.

    Examples
    --------
    >>> from segmentry import segment
    >>> import pandas as pd
    >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    >>> model = segment(table, segments=2, rebuilds=10, name="spring").model
    >>> champion = Champion(lambda: Found(1, "spring", "", lambda: model))
    >>> champion.serving().name, champion.swaps, champion.fault
    ('spring', 1, '')
    """

    def __init__(self, find: Callable[[], Found], every: float = EVERY) -> None:
        self._find = find
        self._every = every
        # Replaced as a whole, by one assignment: who reads it sees the old model or the new one, never a mix.
        self._serving: Serving | None = None
        self._stamp: Hashable = None
        self._looking = Lock()
        self._closing = Event()
        self._thread: Thread | None = None
        self.swaps = self.failures = 0
        self.fault = ""
        self.passed_over: tuple[str, ...] = ()

    @property
    def current(self) -> Serving | None:
        """The model in service; None where none was found yet."""
        return self._serving

    def serving(self) -> Serving:
        """Give the model in service, looked for now where there is none yet.

        Raises
        ------
        SegmentryError
            There is none, or it can't be read.
        """
        found = self._serving
        if found is None:
            self._look()
            found = self._serving
            assert found is not None
        return found

    def look(self) -> bool:
        """Look for another champion; say whether all went well."""
        try:
            self._look()
        except SegmentryError as error:
            self.fault = " ".join([error.what, *error.evidence[:1]])
            self.failures += 1
            return False
        except Exception as error:  # noqa: BLE001 - whatever a registry's library raises: the model in service goes on
            self.fault = f"looking for the champion failed: {type(error).__name__}"
            self.failures += 1
            return False
        return True

    def watch(self) -> None:
        """Look every few seconds until closed."""
        self._closing.clear()
        self._thread = Thread(target=self._watch, daemon=True, name="champion")
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
            self._thread = None

    def _watch(self) -> None:
        self.look()
        while not self._closing.wait(self._every):
            self.look()

    def _look(self) -> None:
        with self._looking:
            found = self._find()
            if self._serving is None or found.stamp != self._stamp:
                exchange = Exchange.of(found.load())
                exchange.warm()
                name = found.name or exchange.model.summary.run
                self._serving = Serving(name, found.version, exchange, datetime.now(UTC))
                self._stamp = found.stamp
                self.swaps += 1
            self.fault, self.passed_over = "", found.passed_over


def latest_run(site: Site) -> Callable[[], Found]:
    """Give what finds the latest dependable run of a workspace, or the one run that is shown.

    It moves customers without anybody having looked, so a run that isn't dependable serves only where it is named.
    """
    listing = Listing()

    def find() -> Found:
        passed: list[str] = []
        for folder in site.folders():
            if site.only is None and listing.rows([folder])[0].verdict == UNDEPENDABLE:
                passed.append(folder.name)
            else:
                return replace(_of_file(folder / FILES["model"], folder.name), passed_over=tuple(passed))
        if not passed:
            raise NotFoundError("there is no run yet, so no model to assign by", way_out="segmentry run FILE")
        seen = f"not dependable: {', '.join(passed[:8])}"
        raise NotFoundError("no run is dependable, so none assigns without being named", [seen], "serve --model RUN")

    return find


def model_file(path: Path) -> Callable[[], Found]:
    """Give what finds a model in its file, or in its run's folder; another one is taken when it is written there."""

    def find() -> Found:
        run = path / FILES["run"]
        return _of_file(path / FILES["model"], path.name) if run.is_file() else _of_file(path, "")

    return find


def registered(uri: str, store: Store) -> Callable[[], Found]:
    """Give what finds a version of MLflow's registry: an alias means another one as soon as it is moved."""

    def find() -> Found:
        version = resolve(uri, store)

        def load() -> SegmentModel:
            with tempfile.TemporaryDirectory(prefix="segmentry-") as folder:
                return SegmentModel.load(fetch(version, Path(folder)))

        return Found((version.name, version.version, version.sha256), version.name, version.version, load)

    return find


def champion_of(model: str | None, site: Site, track: str | None = None) -> Champion:
    """Give the champion that people name, loaded.

    Parameters
    ----------
    model : str or None
        A run's name or folder, a model file, or ``models:/NAME@ALIAS`` of MLflow's registry; None for the latest run
        that is dependable.
    site : Site
        Where runs are looked for.
    track : str or None, default None
        Which MLflow; None for the environment's, else the workspace's own.

    Raises
    ------
    SegmentryError
        There is no such model, or it can't be read. For the latest run that is no error: there may be none yet.
    """
    if model is None:
        return Champion(latest_run(site))
    if is_registered(model):
        champion = Champion(registered(model, find_store(track, site.workspace)))
    else:
        champion = Champion(model_file(find_model(model, site.workspace)))
    champion.serving()
    return champion


def _of_file(path: Path, name: str) -> Found:
    try:
        stat = path.stat()
    except OSError as error:
        raise NotFoundError(
            f"there is no model {path.name}", [error.strerror or str(error)], "segmentry runs"
        ) from error
    # Files are replaced as a whole: another one has another inode or time.
    stamp = (path, stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return Found(stamp, name, "", lambda: SegmentModel.load(path))
