"""Looking at uploads: which are being looked at, and what was found."""

import json
import threading
import time
from typing import TYPE_CHECKING, Any

from segmentry.errors import ReadError
from segmentry.files import write_text
from segmentry.web.background import child
from segmentry.web.background.limits import CHECK_MEMORY, CHECK_SECONDS, CHECKS_AT_ONCE, BusyError
from segmentry.web.background.looking import CHECKED, refused
from segmentry.web.background.uploads import Upload

if TYPE_CHECKING:
    import subprocess

__all__ = ["Checks"]


class Checks:
    """Starts processes that look at uploads, and ends those that take too long."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[subprocess.Popen[bytes], float, dict[str, str]]] = {}
        self._lock = threading.Lock()

    def look(self, upload: Upload, patience: float) -> dict[str, Any] | None:
        """Give what a look at an upload finds; None where it lasts longer than one wants to wait.

        Parameters
        ----------
        upload : Upload
            Looked at anew where its answers changed.
        patience : float
            Seconds.

        Raises
        ------
        BusyError
            Others are being looked at.
        """
        until = time.monotonic() + patience
        while True:
            with self._lock:
                found = self._found(upload)
                if found is None:
                    self._go_on(upload)
            if found is not None or time.monotonic() >= until:
                return found
            time.sleep(0.05)

    def close(self) -> None:
        """End what is under way: nobody will ask for it."""
        with self._lock:
            for process, _, _ in self._running.values():
                child.end(process.pid, grace=0)
                process.wait()
            self._running.clear()

    def _found(self, upload: Upload) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((upload.folder / CHECKED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if found.get("answers") == upload.answers else None

    def _go_on(self, upload: Upload) -> None:
        """Start looking, or see how a look that was started ended."""
        self._see_to_the_others(upload)
        known = self._running.get(upload.id)
        if known is None:
            if len(self._running) >= CHECKS_AT_ONCE:
                raise BusyError("other files are being looked at", (), "this page again in a moment", seconds=5)
            process = child.begin("segmentry.web.background.looking", upload.folder, within=upload.folder)
            self._running[upload.id] = process, time.monotonic(), upload.answers
            return
        process, begun, answers = known
        if process.poll() is None and time.monotonic() - begun < CHECK_SECONDS and answers == upload.answers:
            return
        ended = process.poll() is not None
        child.end(process.pid, grace=0)
        process.wait()
        del self._running[upload.id]
        if answers == upload.answers and self._found(upload) is None:
            how = "it needs more memory or time than that" if ended else "it takes longer"
            limits = f"a look may take {CHECK_SECONDS} seconds and {CHECK_MEMORY >> 30} GB of memory; {how}"
            error = ReadError("this file can't be looked at here", [limits], "segmentry check FILE, which has no limit")
            write_text(upload.folder / CHECKED, json.dumps(refused(upload, error), ensure_ascii=False))

    def _see_to_the_others(self, upload: Upload) -> None:
        """Forget looks that have ended, and end those whose time is over: their pages may be closed."""
        for name, (process, begun, _) in list(self._running.items()):
            if name == upload.id:
                continue
            if process.poll() is not None or time.monotonic() - begun > CHECK_SECONDS:
                child.end(process.pid, grace=0)
                process.wait()
                del self._running[name]
