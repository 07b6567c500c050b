"""What people sent: a folder an upload, with what they answered about it.

::

    uploads/3f9a…/
        orders.csv      as it came, under a safe name
        upload.json     names as people gave them, and their answers
        checked.json    what a look at it found, for these answers
"""

import json
import re
import secrets
import shutil
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from segmentry.errors import NotFoundError, UsageError
from segmentry.files import write_text

__all__ = ["ID", "Received", "Upload", "Uploads"]

ID = re.compile(r"[0-9a-f]{16}")
FILE = "upload.json"


@dataclass(frozen=True, slots=True)
class Received:
    """One file as it came.

    Parameters
    ----------
    part : str
        The form's field that it came in.
    name : str
        What people call it: text to be shown, never a path.
    stored : str
        Its name in the upload's folder.
    size : int
        Bytes.
    """

    part: str
    name: str
    stored: str
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload.

    Parameters
    ----------
    folder : pathlib.Path
        Where it lies; named by its id.
    files : tuple of Received
        One, or one and a customer table.
    answers : dict of str, default {}
        What people said about reading it, by the names of :class:`segmentry.data.ReadOptions`.
    decided : dict, default {}
        What they last entered about the run.
    """

    folder: Path
    files: tuple[Received, ...]
    answers: dict[str, str] = field(default_factory=dict)
    decided: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id."""
        return self.folder.name

    @property
    def sources(self) -> tuple[str, ...]:
        """The main file, as seen from the folder."""
        return tuple(one.stored for one in self.files if one.part == "data")

    @property
    def customers(self) -> tuple[str, ...]:
        """The customer table beside it, if there is one."""
        return tuple(one.stored for one in self.files if one.part == "customers")

    def deciding(self, decided: Mapping[str, Any]) -> "Upload":
        """Give the upload with what was entered about its run."""
        return replace(self, decided=dict(decided))

    def save(self) -> None:
        """Write what is known about it."""
        known = {"files": [asdict(one) for one in self.files], "answers": self.answers, "decided": self.decided}
        write_text(self.folder / FILE, json.dumps(known, ensure_ascii=False))


class Uploads:
    """The uploads of a workspace.

    Parameters
    ----------
    workspace : pathlib.Path
        Their folders lie in its ``uploads/``.
    """

    def __init__(self, workspace: Path) -> None:
        self.folder = workspace / "uploads"

    def begin(self) -> Path:
        """Make a folder to receive into; it is no upload before :meth:`keep`.

        Raises
        ------
        UsageError
            The workspace can't be written to.
        """
        folder = self.folder / f".{secrets.token_hex(8)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise UsageError(
                f"can't write to {self.folder}", [error.strerror or str(error)], "another folder"
            ) from error
        return folder

    def keep(self, folder: Path, files: tuple[Received, ...]) -> Upload:
        """Make an upload of a folder that :meth:`begin` gave."""
        Upload(folder, files).save()
        return replace(Upload(folder, files), folder=folder.rename(folder.with_name(folder.name.removeprefix("."))))

    def abandon(self, folder: Path) -> None:
        """Remove a folder that :meth:`begin` gave, with what was received."""
        shutil.rmtree(folder, ignore_errors=True)

    def find(self, name: str) -> Upload:
        """Give an upload by its id.

        Raises
        ------
        NotFoundError
            There is none.
        """
        found = _read(self.folder / name) if ID.fullmatch(name) else None
        if found is None:
            raise NotFoundError(
                "this upload is not there any more",
                ["what no run was made of is removed after a day"],
                "New run, and choose the file again",
            )
        return found

    def answer(self, upload: Upload, answers: Mapping[str, str]) -> Upload:
        """Keep what people said about reading it."""
        changed = replace(upload, answers=dict(answers))
        changed.save()
        return changed

    def drop(self, name: str) -> None:
        """Remove an upload."""
        if ID.fullmatch(name):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def sweep(self, used: Collection[str], oldest: float) -> None:
        """Remove what was never finished, and what is unused and older than a moment.

        Parameters
        ----------
        used : collection of str
            The ids of uploads that runs were made of, or are to be.
        oldest : float
            Seconds since 1970.
        """
        for folder in self.folder.glob("*") if self.folder.is_dir() else ():
            name = folder.name.removeprefix(".")
            if not ID.fullmatch(name) or not folder.is_dir() or folder.name in used:
                continue
            with suppress(OSError):  # other pages of this workspace may have removed it already
                written = folder.stat().st_mtime
                # What they are still receiving is young.
                if written < oldest or (folder.name != name and written < time.time() - 3600):
                    shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> Upload | None:
    """Read what is known about an upload; None where it is gone or damaged."""
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
        files = tuple(Received(**one) for one in known["files"])
        return Upload(folder, files, dict(known["answers"]), dict(known["decided"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
