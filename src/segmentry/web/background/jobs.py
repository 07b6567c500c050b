"""Runs under way: everything known about one lies in its folder, so that pages may be closed and opened again.

::

    jobs/3f9a…/
        job.json        what is to be run, never changed
        started.json    the process and when it began
        alive           held by the process while it lives
        events.jsonl    what it tells, a line each
        end.json        how it ended: done, failed or stopped
"""

import json
import re
import secrets
import shutil
import signal
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from segmentry.errors import NotFoundError, SegmentryError, UsageError
from segmentry.files import write_text
from segmentry.web.background import child
from segmentry.web.background.limits import (
    JOB_HOURS,
    JOBS_AT_ONCE,
    JOBS_KEPT_SECONDS,
    JOBS_WAITING,
    UNUSED_SECONDS,
    BusyError,
    RefusedError,
)
from segmentry.web.background.uploads import ID, Uploads
from segmentry.workspace import check_name, free_name

__all__ = ["Ended", "Job", "Jobs", "Order", "State", "as_plain", "of_error", "read_order"]

State: TypeAlias = Literal["waiting", "running", "done", "failed", "stopped"]

WORKER = "segmentry.web.background.worker"
INTERRUPTED = "it was interrupted"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, or scored.

    Parameters
    ----------
    name : str
        What the run will be called; of a score, the run whose model it is.
    upload : str
        The id of the upload that it reads.
    recipe : str
        Its options, as TOML.
    source : str
        What people call the file.
    sample : int, default 0
        Customers of the sample shop that is made first; 0 for none.
    kind : {"run", "score"}, default "run"
        Whether a run is made, or the upload scored by one.
    as_of : str, default ""
        Of a score: the day to look at customers, ISO 8601; "" for none.
    lookalike : bool, default False
        Of a score: guess the segments of people without orders.
    key, content : str, default ""
        By what whoever sent it knows it again, and what was sent, both as hashes; see :meth:`Jobs.add`.
    """

    name: str
    upload: str
    recipe: str
    source: str
    sample: int = 0
    kind: Literal["run", "score"] = "run"
    as_of: str = ""
    lookalike: bool = False
    key: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended.

    Parameters
    ----------
    state : {"done", "failed", "stopped"}
        In a word.
    at : float
        When, seconds since 1970.
    run : str, default ""
        The run's name, where there is one.
    what, way_out : str, default ""
        What was wrong, and what to try.
    evidence : tuple of str, default ()
        What was seen.
    """

    state: State
    at: float
    run: str = ""
    what: str = ""
    evidence: tuple[str, ...] = ()
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands now.

    Parameters
    ----------
    folder : pathlib.Path
        Where it lies; named by its id.
    order : Order
        What is to be run.
    created : float
        When it was asked for, seconds since 1970.
    started : float or None
        When it began.
    process : int or None
        Its number.
    ended : Ended or None
        How it ended.
    state : str
        In a word.
    """

    folder: Path
    order: Order
    created: float
    started: float | None
    process: int | None
    ended: Ended | None
    state: State

    @property
    def id(self) -> str:
        """Its id."""
        return self.folder.name

    @property
    def result(self) -> str:
        """The address of the page that shows what came of it."""
        return f"/runs/{self.order.name}" + (f"/score/{self.id}" if self.order.kind == "score" else "")

    @property
    def seconds(self) -> float:
        """How long it has worked, or did."""
        end = time.time() if self.ended is None else self.ended.at
        return 0.0 if self.started is None else max(end - self.started, 0.0)

    def events(self) -> list[dict[str, Any]]:
        """Give what it told so far; a line that is being written is left for later."""
        try:
            lines = (self.folder / "events.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        except OSError:
            return []
        told = []
        for line in lines:
            with suppress(ValueError):
                told.append(json.loads(line))
        return told


class Jobs:
    """The jobs of a workspace.

    Parameters
    ----------
    workspace : pathlib.Path
        Their folders lie in its ``jobs/``, the runs that they make in its ``runs/``.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.folder = workspace / "jobs"
        self._processes: dict[str, int] = {}
        self._ended: dict[str, Job] = {}
        self._lock = threading.RLock()

    def add(self, order: Order) -> Job:
        """Put a job in the queue; of an order that was taken already, by its key, give the job that came of it.

        Parameters
        ----------
        order : Order
            Without a name it gets one of ours. What it reads is the caller's to remove where the job given is
            another's: its ``order.upload`` says which.

        Raises
        ------
        BusyError
            Too many wait.
        RefusedError
            Its key came with something else before.
        UsageError
            A run can't be called that, or one of that name is there or on its way; the place can't be written to.
        """
        with self._lock:
            before = self.known(order.key)
            if before is not None:
                return _same(before, order)
            self.check_room()
            if order.kind == "run":
                order = replace(order, name=order.name or self.free_name())
            check_name(order.name)
            if order.kind == "run" and order.name in self._taken():
                what = f"there is a run called {order.name!r} already"
                raise RefusedError(what, (), f"another name, e.g. {self.free_name(order.name)}", status=409)
            beside = self.folder / f".{secrets.token_hex(8)}"
            try:
                beside.mkdir(mode=0o700, parents=True)
                write_text(beside / "job.json", json.dumps(asdict(order) | {"created": time.time()}))
            except OSError as error:
                why = error.strerror or str(error)
                raise UsageError(f"can't write to {self.folder}", [why], "another folder") from error
            folder = beside.rename(beside.with_name(beside.name.removeprefix(".")))
        self.tend()
        return self.find(folder.name)

    def known(self, key: str) -> Job | None:
        """Give the job that was asked for under a key; None where there is none, or no key."""
        return next((job for job in self.all() if job.order.key == key), None) if key else None

    def check_room(self) -> None:
        """Refuse where no further job may wait.

        Raises
        ------
        BusyError
            Too many wait.
        """
        waiting = sum(job.state == "waiting" for job in self.all())
        if waiting >= JOBS_WAITING:
            raise BusyError(f"{waiting} runs are waiting already", (), "again when one of them is done")

    def free_name(self, name: str = "") -> str:
        """Give a name that no run has and none will get: this one, perhaps with a number, or one of ours."""
        taken = self._taken()
        if not name:
            return free_name(self.workspace, taken)
        stem = re.sub(r"-\d+$", "", name)[:58]
        return next(one for one in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if one not in taken)

    def find(self, name: str) -> Job:
        """Give a job by its id.

        Raises
        ------
        NotFoundError
            There is none.
        """
        job = self._read(self.folder / name) if ID.fullmatch(name) else None
        if job is None:
            raise NotFoundError("there is no such run under way", way_out="All runs")
        return job

    def all(self) -> list[Job]:
        """Give all jobs, the latest first."""
        folders = [one for one in self.folder.iterdir() if ID.fullmatch(one.name)] if self.folder.is_dir() else []
        found = [job for job in map(self._read, folders) if job is not None]
        return sorted(found, key=lambda job: (-job.created, job.id))

    def before(self, job: Job) -> int:
        """Count the jobs that come before one that waits."""
        return sum(1 for one in self.all() if one.ended is None and one.created < job.created)

    def stop(self, job: Job) -> None:
        """End a job as a whole, and keep nothing of what it made."""
        with self._lock:
            job = self.find(job.id)
            if job.ended is not None:
                return
            alive = job.folder / "alive"
            if job.process is not None and child.is_held(alive):
                child.end(job.process, gone=alive)
            now = self.find(job.id)
            if now.state == "done":  # it was quicker
                return
            self._end(job, Ended("stopped", time.time(), what="it was stopped, and nothing was kept"))
            self._clear(job)

    def forget(self, job: Job) -> None:
        """Remove what is known of a job that has ended; its run stays."""
        if job.ended is not None:
            shutil.rmtree(job.folder, ignore_errors=True)
            self._ended.pop(job.id, None)

    def sweep(self, uploads: Uploads) -> None:
        """Remove uploads that nobody made a run of in time, and jobs whose run is gone, or never came long ago."""
        oldest = time.time() - JOBS_KEPT_SECONDS
        for job in self.all():
            if job.state == "done":
                over = not (self.workspace / "runs" / job.order.name).is_dir()
            else:
                over = job.ended is not None and job.ended.at < oldest
            if over:
                self.forget(job)
        used = {job.order.upload for job in self.all() if job.state in ("waiting", "running", "done")}
        uploads.sweep(used, time.time() - UNUSED_SECONDS)

    def tend(self) -> None:
        """See which jobs have ended, and start those whose turn it is."""
        with self._lock:
            for name, process in list(self._processes.items()):
                code = child.code_of(process)
                if code is not None:
                    del self._processes[name]
                    self._reap(name, code)
            if not self.folder.is_dir():
                return
            # Two programs may show one workspace: only one of them decides at a time.
            turn = child.take(self.folder / ".turn")
            if turn is None:
                return
            with turn:
                jobs = self.all()
                free = JOBS_AT_ONCE - sum(job.state == "running" for job in jobs)
                waiting = [job for job in reversed(jobs) if job.state == "waiting"]
                for job in waiting[: max(free, 0)]:
                    self._start(job)

    def _start(self, job: Job) -> None:
        alive = child.take(job.folder / "alive")
        if alive is None:
            return
        with alive:
            try:
                process = child.let_go(child.begin(WORKER, job.folder, within=job.folder, alive=alive))
                write_text(job.folder / "started.json", json.dumps({"process": process, "at": time.time()}))
            except (OSError, UsageError) as error:
                self._end(
                    job, Ended("failed", time.time(), what="it could not be started", evidence=(str(error)[:300],))
                )
                return
        self._processes[job.id] = process

    def _reap(self, name: str, code: int) -> None:
        """Write down why a process of ours went without a word."""
        job = self._read(self.folder / name)
        if job is None or (job.folder / "end.json").exists():
            return
        evidence = f"its process ended by signal {-code}" if code < 0 else f"its process ended with code {code}"
        if code == -signal.SIGKILL:
            evidence += ": the system does that where memory runs out"
        if code == -signal.SIGXCPU:
            evidence += f": it took more than {JOB_HOURS} hours with all cores at work"
        way_out = "again, or segmentry run on a machine with more memory"
        self._end(job, Ended("failed", time.time(), what=INTERRUPTED, evidence=(evidence,), way_out=way_out))
        self._clear(job)

    def _read(self, folder: Path) -> Job | None:
        """Read a job from its folder, once it has ended no more; None where it is none."""
        if not folder.is_dir():
            self._ended.pop(folder.name, None)
            return None
        if folder.name in self._ended:
            return self._ended[folder.name]
        try:
            job, for_good = _as_it_stands(folder)
        except (OSError, ValueError, KeyError, TypeError):  # damaged, removed meanwhile, or of a newer release
            return None
        if for_good:
            self._ended[folder.name] = job
        return job

    def _end(self, job: Job, ended: Ended) -> None:
        with suppress(UsageError):  # a full disk: the job is seen as interrupted then
            write_text(job.folder / "end.json", json.dumps(as_plain(ended), ensure_ascii=False))

    def _clear(self, job: Job) -> None:
        """Remove what a job left that did not come to its end."""
        shutil.rmtree(job.folder / "tmp", ignore_errors=True)
        if job.order.kind == "score":  # what it wrote lies in its own folder, and the run isn't its
            for left in (*job.folder.glob("scored.*"), *job.folder.glob(".scored.*")):
                left.unlink(missing_ok=True)
            shutil.rmtree(self.workspace / "uploads" / job.order.upload, ignore_errors=True)
            return
        runs = self.workspace / "runs"
        for left in (*runs.glob(f".{job.order.name}.new*"), *runs.glob(f".{job.order.name}.old*")):
            shutil.rmtree(left, ignore_errors=True)
        whole = runs / job.order.name / "run.json"
        with suppress(OSError):
            if job.started is not None and whole.stat().st_mtime >= job.started:
                shutil.rmtree(whole.parent)
        if job.order.sample:
            shutil.rmtree(self.workspace / "uploads" / job.order.upload, ignore_errors=True)

    def _taken(self) -> set[str]:
        made = {folder.name for folder in (self.workspace / "runs").glob("*")}
        return made | {job.order.name for job in self.all() if job.ended is None and job.order.kind == "run"}


def _same(job: Job, order: Order) -> Job:
    """Give the job back where it is of the same order, sent again."""
    if job.order.content != order.content:
        what = "this Idempotency-Key came with another request before"
        raise RefusedError(what, (f"of which the job {job.id} was made",), "a new key for a new request", status=422)
    return job


def read_order(folder: Path) -> tuple[Order, float]:
    """Read what a job's folder says is to be done, and when it was asked for.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        It can't be read, or is of a newer release.
    """
    known = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    created = float(known.pop("created"))
    return Order(**known), created


def _as_it_stands(folder: Path) -> tuple[Job, bool]:
    """Read a job, and say whether its end is written; raises as :func:`read_order`."""
    order, created = read_order(folder)
    alive = child.is_held(folder / "alive")
    # In this order: a process that ends now has written its end before it lets go.
    ended, started = _json(folder / "end.json"), _json(folder / "started.json")
    begun = None if started is None else (float(started["at"]), int(started["process"]))
    end = None if ended is None else Ended(**(ended | {"evidence": tuple(ended["evidence"])}))
    if end is None and begun is not None and not alive:
        last = max((one.stat().st_mtime for one in folder.glob("*.js*")), default=begun[0])
        end = Ended("failed", last, what=INTERRUPTED, evidence=("its process is gone",), way_out="again")
    state: State = end.state if end is not None else "running" if begun is not None or alive else "waiting"
    at, process = begun or (None, None)
    return Job(folder, order, created, at, process, end, state), ended is not None


def as_plain(ended: Ended) -> dict[str, Any]:
    """Write how a job ended, for its folder."""
    return asdict(ended) | {"evidence": list(ended.evidence)}


def of_error(error: SegmentryError) -> Ended:
    """Say how a job failed by one of our errors."""
    return Ended("failed", time.time(), what=error.what, evidence=error.evidence, way_out=error.way_out)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
