"""What stands in the place of an export that is a folder: only an older export is replaced."""

from pathlib import Path

from segmentry.errors import UsageError

__all__ = ["only_ours"]


def only_ours(out: Path, *, ours: bool) -> None:
    """Refuse to replace somebody's other files.

    Parameters
    ----------
    out : pathlib.Path
        Where an export goes.
    ours : bool
        Whether what is there is an older export of the same kind.

    Raises
    ------
    UsageError
        It is a file, or a folder that holds something else.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file, not a folder", way_out="--out with a new folder")
    if out.is_dir() and any(out.iterdir()) and not ours:
        raise UsageError(
            f"{out} holds other files, and an export replaces its folder as a whole",
            [f"it has: {', '.join(sorted(path.name for path in out.iterdir())[:5])}"],
            "--out with a new folder",
        )
