"""Processes that work for the pages: each in a group of its own, which can be ended as a whole."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

__all__ = ["begin", "code_of", "end", "is_held", "let_go", "take"]

GRACE = 3.0
"""Seconds between asking a process to end and ending it."""


def begin(module: str, folder: Path, *, within: Path, alive: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start one of our modules on a folder.

    Parameters
    ----------
    module : str
        Its name; it is given the folder's path.
    folder : pathlib.Path
        What it says goes to ``said.txt`` there, its temporary files to ``tmp``.
    within : pathlib.Path
        Where it runs, so that names of files there are short.
    alive : file or None, default None
        An open file that was taken: the process holds it until it ends, however it ends.
    """
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    # -P: it may run where files lie that people sent, and nothing is ever imported from there.
    command = [sys.executable, "-P", "-m", module, str(folder.absolute())]
    paths = os.pathsep.join(str(Path(path).absolute()) for path in sys.path if path)
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen(  # noqa: S603 - our own module, and no shell
            command,
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=within, start_new_session=True,
            pass_fds=() if alive is None else (alive.fileno(),),
            env=os.environ | {"PYTHONPATH": paths, "TMPDIR": str(temporary.absolute())},
        )  # fmt: skip


def let_go(process: subprocess.Popen[bytes]) -> int:
    """Give the number of a process that may outlive this one, which then doesn't mind it any more."""
    process.returncode = 0  # else Python complains, as it would of one that was forgotten
    return process.pid


def code_of(process: int) -> int | None:
    """Give the exit code of a child that was let go and has ended, minus the signal that ended it; else None."""
    try:
        ended, status = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return 0  # somebody has seen it already
    return os.waitstatus_to_exitcode(status) if ended else None


def end(process: int, *, grace: float = GRACE, gone: "os.PathLike[str] | None" = None) -> None:
    """End a process and all that it started: asked first, then made to.

    Parameters
    ----------
    process : int
        The number of a process that leads a group of its own.
    grace : float, default 3.0
        Seconds between the two.
    gone : path or None, default None
        A file that it holds while it lives: no longer waited than that.
    """
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, how)
        until = time.monotonic() + grace
        while time.monotonic() < until:
            if gone is not None and not is_held(Path(gone)):
                return
            time.sleep(0.02)


def take(path: Path) -> IO[bytes] | None:
    """Take a file for oneself, until it is closed by all who were given it; None where somebody has it."""
    return _locked(path, fcntl.LOCK_EX)


def is_held(path: Path) -> bool:
    """Say whether a living process has taken a file."""
    if not path.is_file():
        return False
    seen = _locked(path, fcntl.LOCK_SH)  # shared: two who ask don't take each other for the process
    if seen is None:
        return True
    seen.close()
    return False


def _locked(path: Path, how: int) -> IO[bytes] | None:
    file = path.open("ab")
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
