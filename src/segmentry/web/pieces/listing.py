"""The runs of a workspace as rows of a list: what is needed is read once from run.json, and again where it changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from segmentry.evaluate import of_100
from segmentry.markup.opening import finding
from segmentry.markup.words import day, file_name
from segmentry.workspace import FILES

__all__ = ["Listing", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One run of the list.

    Parameters
    ----------
    name : str
        Its folder's name.
    finding : str, default ""
        Its heading.
    verdict : str, default ""
        In a word or two.
    customers : int or None, default None
        How many have a segment.
    made : str, default ""
        The day on which it was made.
    source : str, default ""
        What it read.
    keep : int or None, default None
        Of 100 customers, how many keep their segment.
    keep_rate : float or None, default None
        The same unrounded, 0 to 1.
    segments : int or None, default None
        How many.
    created : str, default ""
        When, ISO 8601 in UTC.
    damaged : str, default ""
        Why it can't be read; empty where it can.
    """

    name: str
    finding: str = ""
    verdict: str = ""
    customers: int | None = None
    made: str = ""
    source: str = ""
    keep: int | None = None
    keep_rate: float | None = None
    segments: int | None = None
    created: str = ""
    damaged: str = ""


class Listing:
    """Reads rows, each file once as long as it doesn't change."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, Row]] = {}

    def rows(self, folders: list[Path]) -> list[Row]:
        """Give a row a folder, in the same order."""
        return [self._row(folder) for folder in folders]

    def _row(self, folder: Path) -> Row:
        path = folder / FILES["run"]
        try:
            stamp = path.stat().st_mtime_ns
        except OSError:
            return Row(folder.name, damaged="it is gone")
        known = self._known.get(folder)
        if known is None or known[0] != stamp:
            known = self._known[folder] = stamp, _read(folder, path)
        return known[1]


def _read(folder: Path, path: Path) -> Row:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return _of(folder.name, plain)
    except OSError as error:
        return Row(folder.name, damaged=error.strerror or "it can't be opened")
    except (ValueError, KeyError, TypeError, RecursionError):
        return Row(folder.name, damaged=f"{FILES['run']} is damaged, or of another version")


def _of(name: str, plain: dict[str, Any]) -> Row:
    shares = [(float(one["share"]), one.get("revenue_share")) for one in plain["segments"]]
    sources = [file_name(str(source)) for source in plain["sources"]]
    more = f" and {len(sources) - 2} more" if len(sources) > 2 else ""
    rate = plain["keep_rate"]
    return Row(
        name,
        finding(int(plain["customers"]), shares),
        plain["verdict"] or "One segment",
        int(plain["customers"]),
        day(datetime.fromisoformat(plain["created"]).date()),
        ", ".join(sources[:2]) + more,
        None if rate is None else of_100(float(rate)),
        None if rate is None else float(rate),
        len(shares),
        str(plain["created"]),
    )
