"""A process that makes one run, or one score: run as a module with the folder of a job."""

import json
import os
import shutil
import signal
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb

from segmentry import report
from segmentry.errors import SegmentryError, was_interrupted
from segmentry.files import write_table, write_text
from segmentry.markup.news import News, news
from segmentry.recipe import Recipe
from segmentry.segment import segment
from segmentry.watch import Event
from segmentry.web.background.batch import score_upload
from segmentry.web.background.jobs import Ended, Order, as_plain, of_error, read_order
from segmentry.web.background.limits import hold_job
from segmentry.web.background.uploads import Received, Upload, Uploads
from segmentry.workspace import open_run, save_run

__all__ = ["main"]


def main(arguments: list[str]) -> None:
    """Make the run, and write how it ended; nothing is left of one that failed."""
    folder = Path(arguments[0])
    hold_job()
    signal.signal(signal.SIGTERM, _leave)
    order, _ = read_order(folder)
    ended = _ended(folder, order)
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    write_text(folder / "end.json", json.dumps(as_plain(ended), ensure_ascii=False))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """End as if interrupted: half-written folders are removed on the way out."""
    raise SystemExit(128 + signal.SIGTERM)


def _ended(folder: Path, order: Order) -> Ended:
    """Do it, whatever happens."""
    workspace = folder.parent.parent
    try:
        if order.kind == "score":
            _score(folder, order, workspace)
        else:
            _run(folder, order, workspace)
    except SegmentryError as error:
        return of_error(error)
    except (MemoryError, duckdb.OutOfMemoryException):
        return Ended(
            "failed", time.time(), what="this computer's memory is not enough", way_out="fewer rows or columns"
        )
    except Exception as error:  # whatever is left is a fault of ours; people see a sentence
        if was_interrupted(error):  # stopped while a file was read: whoever stops it says so
            raise SystemExit(128 + signal.SIGTERM) from error
        traceback.print_exc()
        what = f"a fault in segmentry: {type(error).__name__}: {str(error)[:300]}"
        said = f"where it happened stands in {folder.name}/said.txt"
        return Ended("failed", time.time(), what=what, evidence=(said,), way_out="again; if it comes back, report it")
    return Ended("done", time.time(), run=order.name)


def _run(folder: Path, order: Order, workspace: Path) -> None:
    tell = _Telling(folder / "events.jsonl")
    place = workspace / "uploads" / order.upload
    if order.sample:
        _make_sample(place, order.sample)
    upload = Uploads(workspace).find(order.upload)
    os.chdir(place)  # messages name files as people see them
    recipe = Recipe.from_toml(order.recipe).reading(upload.sources, upload.customers)
    found = segment(
        list(upload.sources), list(upload.customers) or None, recipe=recipe, name=order.name, watch=tell.hear
    )
    tell.write("save", 0.0)
    save_run(workspace / "runs" / order.name, found, report.html)


def _score(folder: Path, order: Order, workspace: Path) -> None:
    """Score the upload into the job's folder; what was sent is needed no more then."""
    tell = _Telling(folder / "events.jsonl")
    model = open_run(str(workspace / "runs" / order.name), workspace).model
    upload = Uploads(workspace).find(order.upload)
    os.chdir(upload.folder)  # messages name files as people see them
    try:
        score_upload(folder.absolute(), model, upload, order.as_of, order.lookalike, tell.progress)
    finally:
        os.chdir(folder)
        Uploads(workspace).drop(order.upload)


def _make_sample(place: Path, customers: int) -> None:
    """Make the sample shop where an upload would lie."""
    from segmentry.data import sample_shop  # noqa: PLC0415 - for this only

    if (place / "upload.json").is_file():
        return
    shop = sample_shop(customers)
    write_table(shop.orders, place / "orders.csv")
    write_table(shop.customers, place / "customers.csv")
    files = tuple(
        Received(part, name, name, (place / name).stat().st_size)
        for part, name in (("data", "orders.csv"), ("customers", "customers.csv"))
    )
    Upload(place, files).save()


class _Telling:
    """Writes what a run tells to a file, a line at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._share: tuple[str, float] = ("", -1.0)
        path.write_bytes(b"")

    def hear(self, event: Event) -> None:
        """Write an event: how far a stage is, or what it found."""
        if event.result is None:
            # A line for each hundredth is enough for people.
            if (event.stage, round(event.share, 2)) != self._share:
                self._share = event.stage, round(event.share, 2)
                self.write(event.stage, event.share)
            return
        self.write(event.stage, 1.0, news(event.result, event.seconds), event.seconds)

    def progress(self, _what: str, share: float) -> None:
        """Write how far a score is."""
        if round(share, 2) != self._share[1]:
            self._share = "score", round(share, 2)
            self.write("score", share)

    def write(self, stage: str, share: float, found: tuple[News, ...] = (), seconds: float | None = None) -> None:
        """Write a line."""
        line: dict[str, Any] = {"stage": stage, "share": share, "at": time.time(), "seconds": seconds}
        line["news"] = [asdict(one) for one in found]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
