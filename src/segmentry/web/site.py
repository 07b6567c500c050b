"""What the pages show: a workspace of runs, or one run by itself."""

import os
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from segmentry.errors import NotFoundError
from segmentry.workspace import FILES, NAME, Run, list_runs, open_run

__all__ = ["Site"]

TICKS = 2_000_000_000
"""Nanoseconds."""
MOST_OPEN = 16
"""Runs that are kept open; those not asked for longest are closed."""


@dataclass(frozen=True, slots=True)
class Site:
    """A workspace, opened for pages.

    Parameters
    ----------
    workspace : pathlib.Path
        The folder that holds ``runs/``.
    only : pathlib.Path or None, default None
        The folder of the one run to show, wherever it lies; None shows all of the workspace.
    """

    workspace: Path
    only: Path | None = None
    _open: OrderedDict[Path, tuple[int, Run]] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    _listed: dict[int, list[Path]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @classmethod
    def at(cls, folder: Path) -> "Site":
        """Take a folder for a run if it is one, else for a workspace.

        Raises
        ------
        NotFoundError
            There is no such folder.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 - without "..", and a link keeps the name it is known by
        if not folder.is_dir():
            raise NotFoundError(f"there is no folder {folder}", way_out="segmentry open, or segmentry demo")
        return cls(folder.parent, folder) if (folder / FILES["run"]).is_file() else cls(folder)

    @property
    def keys_folder(self) -> Path:
        """The workspace that keys lie in: of one run alone, the one that its ``runs/`` lies in."""
        return self.workspace.parent if self.only is not None and self.workspace.name == "runs" else self.workspace

    def folders(self) -> list[Path]:
        """Give the folders of all runs, the latest first."""
        if self.only is not None:
            return [self.only]
        try:
            stamp = (self.workspace / "runs").stat().st_mtime_ns
        except OSError:
            return []
        # Runs are only ever written as a whole folder, which changes the time of the folder around them. Clocks of file
        # systems tick slowly: what changed just now is looked at again.
        listed = self._listed.get(stamp)
        if listed is None or time.time_ns() - stamp < TICKS:
            listed = list_runs(self.workspace)
            self._listed.clear()
            self._listed[stamp] = listed
        return listed

    def run(self, name: str) -> Run:
        """Open a run by its name; one that didn't change since is not read again.

        Raises
        ------
        NotFoundError
            There is none.
        ModelError
            It is damaged, or of a newer release.
        """
        folder = self._folder(name)
        stamp = (folder / FILES["run"]).stat().st_mtime_ns
        with self._lock:
            known = self._open.get(folder)
            if known is not None and known[0] == stamp:
                self._open.move_to_end(folder)
                return known[1]
        run = open_run(str(folder), self.workspace)
        with self._lock:
            self._open[folder] = stamp, run
            self._open.move_to_end(folder)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return run

    def stamp(self, run: Run) -> int:
        """Give a number that stands for the run as it was read; one that was written anew since gets no other's."""
        with self._lock:
            stamp, known = self._open.get(run.folder, (0, None))
        return stamp if known is run else -time.monotonic_ns()

    def check_whole(self) -> None:
        """Refuse what takes a workspace.

        Raises
        ------
        NotFoundError
            One run alone is shown.
        """
        if self.only is not None:
            raise NotFoundError("these pages show one run", way_out="segmentry open, in the folder that holds runs/")

    def _folder(self, name: str) -> Path:
        if self.only is not None:
            folder = self.only if name == self.only.name else None
        else:
            # The name is checked first: nothing that people type reaches a path.
            folder = self.workspace / "runs" / name if NAME.fullmatch(name) else None
        if folder is None or not (folder / FILES["run"]).is_file():
            near = ", ".join(one.name for one in self.folders()[:8])
            raise NotFoundError(f"there is no run {name[:80]!r}", [f"runs here: {near}"] if near else [])
        return folder
