"""Runs under way: made by a process of their own, seen from the disk, ended as a whole."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from segmentry.cli.main import segmentry
from segmentry.data import sample_shop
from segmentry.errors import UsageError
from segmentry.recipe import Recipe
from segmentry.web import Site, create_app
from segmentry.web.background import child, jobs, worker
from segmentry.web.background.jobs import Job, Jobs, Order
from segmentry.web.background.limits import BusyError
from segmentry.web.background.uploads import Received, Upload, Uploads
from segmentry.workspace import open_run

Work = Callable[[Jobs, Job], Job]

QUICK = Recipe().having(segments="2-3", rebuilds=5)
"""Seconds of work."""
LONG = Recipe().having(segments="2-12", rebuilds=100_000)
"""Hours of it."""


@pytest.fixture(scope="module")
def shop() -> bytes:
    """Give the order log of a small sample shop."""
    return sample_shop(200).orders.to_csv(index=False).encode()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Give an empty workspace; whatever still works there at the end is ended."""
    yield tmp_path
    for job in Jobs(tmp_path).all():
        if job.state == "running" and job.process is not None:
            child.end(job.process, grace=0)


@pytest.fixture
def pages(place: Path) -> Iterator[TestClient]:
    """Open the pages of the empty workspace."""
    with TestClient(create_app(Site(place)), base_url="http://127.0.0.1:8000", follow_redirects=False) as asked:
        yield asked


def uploaded(place: Path, content: bytes, name: str = "orders.csv") -> Upload:
    """Keep a file as if it had been sent."""
    uploads = Uploads(place)
    folder = uploads.begin()
    (folder / name).write_bytes(content)
    return uploads.keep(folder, (Received("data", name, name, len(content)),))


def order(upload: Upload, name: str, recipe: Recipe = QUICK) -> Order:
    """Ask for a run of an upload."""
    return Order(name, upload.id, recipe.reading(upload.sources).to_toml(), "orders.csv")


def until(queue: Jobs, job: Job, done: Callable[[Job], bool]) -> Job:
    """Wait for something to become true of a job."""
    for _ in range(1200):
        queue.tend()
        job = queue.find(job.id)
        if done(job):
            return job
        time.sleep(0.05)
    raise AssertionError((job.folder / "said.txt").read_text(encoding="utf-8") or job.state)


def at_work(job: Job) -> bool:
    """Say whether a job is past reading, so that what it left would be seen."""
    return any(event["stage"] == "choose" for event in job.events())


def left(place: Path) -> list[str]:
    """Name what lies among the runs, half-written folders too."""
    return sorted(folder.name for folder in (place / "runs").glob("*"))


def test_a_file_becomes_a_run(pages: TestClient, place: Path, shop: bytes) -> None:
    """A stranger's way: a file is sent, decided on, watched, and ends on the overview of its run."""
    address = pages.post("/new", files={"data": ("Our shop.csv", shop)}).headers["location"]
    while "Reading every row" in pages.get(address).text:
        time.sleep(0.1)
    form = {
        "how": "range",
        "lowest": "2",
        "highest": "3",
        "name": "spring",
        "currency": "£",
        "measure": ["0", "1", "2"],
    }
    watched = pages.post(f"{address}/run", data=form).headers["location"]
    assert watched.startswith("/jobs/")
    seen = set()
    for _ in range(1200):
        found = pages.get(watched)
        if found.status_code == 303:
            break
        seen.add(found.text.partition("<h1>")[2].partition("</h1>")[0].partition(" ")[0])
        news = pages.get(f"{watched}/news").json()
        assert 0 <= news["share"] <= 1
        time.sleep(0.1)
    assert found.headers["location"] == "/runs/spring"
    assert pages.get(f"{watched}/news").json()["to"] == "/runs/spring"
    assert seen & {"Reading", "Testing", "Starting"}
    summary = open_run("spring", place).summary
    assert summary.sources == ("Our-shop.csv",)
    assert summary.currency == "£"
    assert "33" not in pages.get("/runs/spring").headers
    home = pages.get("/").text
    assert "1 run" in home
    assert 'href="/runs/spring"' in home
    assert left(place) == ["spring"]


def test_progress_says_what_the_command_line_says(place: Path, shop: bytes, work: Work) -> None:
    """Each stage has the sentences of the command line, as data."""
    queue = Jobs(place)
    job = work(queue, queue.add(order(uploaded(place, shop), "spring")))
    assert job.state == "done"
    told = {one["stage"]: one["lines"] for event in job.events() for one in event["news"]}
    recipe = str(place / "runs" / "spring" / "recipe.toml")
    said = CliRunner().invoke(segmentry, ["run", f"--recipe={recipe}", f"--workspace={place}"]).stderr
    assert list(told) == ["Read", "Checked", "Built", "Tried", "Tested", "Named"]
    flat = " ".join(said.split())
    for stage in ("Read", "Checked", "Built", "Tried"):
        assert f"{stage} {' '.join(told[stage][0].split())}" in flat


@pytest.mark.parametrize("stubborn", [False, True], ids=["asked", "made to"])
def test_stop_keeps_nothing(place: Path, shop: bytes, monkeypatch: pytest.MonkeyPatch, *, stubborn: bool) -> None:
    """A run that is stopped leaves no run, no half of one and no temporary file, whether its process listens or not."""
    queue = Jobs(place)
    job = until(queue, queue.add(order(uploaded(place, shop), "spring", LONG)), at_work)
    if stubborn:
        assert job.process is not None
        os.kill(job.process, signal.SIGSTOP)  # what is stopped hears no signal but the last
        monkeypatch.setattr(child.end, "__kwdefaults__", {"grace": 0.2, "gone": None})
    (place / "runs").mkdir(exist_ok=True)
    (place / "runs" / ".spring.new0").mkdir()
    queue.stop(job)
    assert queue.find(job.id).state == "stopped"
    assert not child.is_held(job.folder / "alive")
    assert left(place) == []
    assert not (job.folder / "tmp").exists()
    queue.stop(job)  # again, by a second click


def test_a_run_survives_the_pages(place: Path, shop: bytes) -> None:
    """Pages that are closed and opened again show a run where it stands: what is known lies on the disk."""
    first = Jobs(place)
    job = until(first, first.add(order(uploaded(place, shop), "spring", LONG)), at_work)
    assert job.process is not None
    with TestClient(create_app(Site(place)), base_url="http://127.0.0.1", follow_redirects=False) as pages:
        assert "Testing 2 to 12 segments" in pages.get(f"/jobs/{job.id}").text
        assert "Under way" in pages.get("/").text
    assert first.find(job.id).state == "running"
    os.kill(job.process, signal.SIGKILL)
    child.end(job.process, grace=0)
    ended = until(Jobs(place), job, lambda job: job.ended is not None)
    assert ended.state == "failed"
    with TestClient(create_app(Site(place)), base_url="http://127.0.0.1", follow_redirects=False) as pages:
        text = pages.get(f"/jobs/{job.id}").text
        assert "it was interrupted" in text
        assert "Try again with the same file" in text
        assert "it was interrupted" in pages.get("/").text


def test_a_process_that_is_ended_from_outside_is_a_failure_with_its_reason(place: Path, shop: bytes) -> None:
    """Where the system ends a run for lack of memory, the page says what that looks like, and nothing is left."""
    queue = Jobs(place)
    job = until(queue, queue.add(order(uploaded(place, shop), "spring", LONG)), at_work)
    assert job.process is not None
    os.killpg(job.process, signal.SIGKILL)
    ended = until(queue, job, lambda job: job.ended is not None and bool(job.ended.way_out)).ended
    assert ended is not None
    assert "memory" in ended.evidence[0] or "gone" in ended.evidence[0]
    assert left(place) == []


def test_what_is_wrong_with_the_data_is_said_as_data(pages: TestClient, place: Path, work: Work) -> None:
    """A run that fails has what, evidence and way out on its page, never a trace, and stays listed with them."""
    queue = Jobs(place)
    upload = uploaded(place, b"customer,date,amount\n<b>c</b>,31/31/2024,1\n")
    job = work(queue, queue.add(order(upload, "spring")))
    text = pages.get(f"/jobs/{job.id}").text
    assert job.state == "failed"
    assert "Traceback" not in text
    assert "31/31/2024" in text
    assert f'href="/uploads/{upload.id}"' in text
    assert "spring" in pages.get("/").text
    assert pages.post(f"/jobs/{job.id}/forget").status_code == 303
    assert "spring" not in pages.get("/").text


def test_stopping_while_a_file_is_read_is_no_fault(
    place: Path, shop: bytes, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that is broken off raises an error of its own, and the process writes no end of it: Stop does."""

    def interrupted(*_: object, **__: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(worker, "segment", interrupted)
    queue = Jobs(place)
    job = queue.add(order(uploaded(place, shop), "spring"))
    with pytest.raises(SystemExit):
        work(queue, job)
    assert not (job.folder / "end.json").exists()
    queue.stop(job)
    assert queue.find(job.id).state == "stopped"
    assert left(place) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ZeroDivisionError("by nothing"), "a fault in segmentry"),
        (MemoryError(), "this computer's memory is not enough"),
        (duckdb.OutOfMemoryException(), "this computer's memory is not enough"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_breaks_is_a_sentence(
    place: Path, shop: bytes, work: Work, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    *, fault: Exception, said: str,
) -> None:  # fmt: skip
    """Where the program or the memory gives way, people read one sentence; where a fault happened goes to a file."""

    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(worker, "segment", broken)
    queue = Jobs(place)
    job = work(queue, queue.add(order(uploaded(place, shop), "spring")))
    assert job.ended is not None
    assert job.ended.what.startswith(said)
    assert ("Traceback" in capsys.readouterr().err) == isinstance(fault, ZeroDivisionError)
    assert left(place) == []


def test_one_works_and_the_others_wait_up_to_a_bound(
    pages: TestClient, place: Path, shop: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run at a time, the next when it is done; too many are refused with 429 and when to come again."""
    monkeypatch.setattr(jobs, "JOBS_WAITING", 2)
    queue: Jobs = pages.app.state.jobs  # type: ignore[attr-defined]
    upload = uploaded(place, shop)
    first = until(queue, queue.add(order(upload, "one", LONG)), lambda job: job.state == "running")
    second = queue.add(order(upload, "two"))
    third = queue.add(order(upload, "three"))
    assert [second.state, third.state, queue.before(third)] == ["waiting", "waiting", 2]
    assert "Waiting: 2 runs before this one" in pages.get(f"/jobs/{third.id}").text
    refused = pages.post("/sample")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    with pytest.raises(BusyError):
        queue.add(order(upload, "four"))
    assert pages.post(f"/jobs/{third.id}/stop").status_code == 303
    assert pages.post(f"/jobs/{first.id}/stop").status_code == 303
    assert until(queue, second, lambda job: job.ended is not None).state == "done"
    assert left(place) == ["two"]


@pytest.mark.parametrize("name", ["../up", "Upper", "a" * 65, "a/b", "con\0"])
def test_a_run_has_a_name_of_plain_signs(place: Path, shop: bytes, name: str) -> None:
    """No name reaches a path that is more than letters, digits, "-" and "_"."""
    with pytest.raises(UsageError, match="can't be called"):
        Jobs(place).add(order(uploaded(place, shop), name))


@pytest.mark.usefixtures("work")
def test_a_run_takes_no_others_place(workspace: Path, place: Path, shop: bytes) -> None:
    """A name that a run has, or that one under way will have, is refused, and a free one is named."""
    assert Jobs(workspace).free_name("demo") == "demo-2"
    queue = Jobs(place)
    upload = uploaded(place, shop)
    queue.add(order(upload, "spring"))
    with pytest.raises(UsageError, match="already") as refused:
        queue.add(order(upload, "spring"))
    assert "spring-2" in refused.value.way_out


def test_files_that_no_run_was_made_of_are_removed_in_time(place: Path, shop: bytes, work: Work) -> None:
    """What is unused for a day goes when the pages are opened, and what a run read stays."""
    queue, uploads = Jobs(place), Uploads(place)
    used, unused, young = (uploaded(place, shop) for _ in range(3))
    job = queue.add(order(used, "spring"))
    half = uploads.begin()
    for upload in (used.folder, unused.folder, half):
        os.utime(upload, (1, 1))
    for ended in (False, True):
        if ended:
            assert work(queue, job).state == "done"
        queue.sweep(uploads)
        assert sorted(folder.name for folder in uploads.folder.iterdir()) == sorted((used.id, young.id))


@pytest.mark.usefixtures("work")
def test_a_line_that_is_being_written_is_left_for_later(place: Path, shop: bytes) -> None:
    """Events are read line by line: half a line and a broken one are no fault."""
    queue = Jobs(place)
    job = queue.add(order(uploaded(place, shop), "spring"))
    event = json.dumps({"stage": "read", "share": 0.5, "at": 0, "seconds": None, "news": []})
    (job.folder / "events.jsonl").write_text(f"{event}\nnot json\n{event[:20]}", encoding="utf-8")
    assert [one["share"] for one in queue.find(job.id).events()] == [0.5]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("job.json", "{"),
        ("job.json", "[]"),
        ("job.json", '{"created": 1, "name": "a", "later": true}'),
        ("end.json", '{"state": "done"}'),
        ("end.json", '{"evidence": 7, "newer": 1}'),
        ("started.json", '{"at": "soon"}'),
    ],
)
def test_a_damaged_job_hides_nothing_else(pages: TestClient, place: Path, shop: bytes, file: str, content: str) -> None:
    """A job's folder that is damaged or of a newer release is left out: the list, and opening the pages, go on."""
    queue = Jobs(place)
    upload = uploaded(place, shop)
    sound, damaged = queue.add(order(upload, "sound")), queue.add(order(upload, "other"))
    (damaged.folder / file).write_text(content, encoding="utf-8")
    queue.sweep(Uploads(place))
    assert [job.id for job in queue.all()] == [sound.id]
    assert pages.get("/").status_code == 200
    assert pages.get(f"/jobs/{damaged.id}").status_code == 404


@pytest.mark.parametrize("content", ["", "[]", '{"files": 7}', '{"files": [{"new": 1}], "answers": {}, "decided": {}}'])
def test_a_damaged_upload_is_gone(pages: TestClient, place: Path, shop: bytes, content: str) -> None:
    """What is known of an upload and can't be read is answered as an upload that isn't there, with a way out."""
    upload = uploaded(place, shop)
    (upload.folder / "upload.json").write_text(content, encoding="utf-8")
    found = pages.get(f"/uploads/{upload.id}")
    assert found.status_code == 404
    assert "choose the file again" in found.text


@pytest.mark.usefixtures("work")
def test_what_never_came_is_forgotten_in_the_end(place: Path, shop: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that was stopped is known for a month, one that waits as long as it does; then nothing of it is left."""
    queue, upload = Jobs(place), uploaded(place, shop)
    stopped, waits = queue.add(order(upload, "spring")), queue.add(order(upload, "summer"))
    queue.stop(stopped)
    queue.sweep(Uploads(place))
    assert {job.id for job in queue.all()} == {stopped.id, waits.id}
    monkeypatch.setattr(jobs, "JOBS_KEPT_SECONDS", -1)
    queue.sweep(Uploads(place))
    assert [job.id for job in queue.all()] == [waits.id]
    assert not stopped.folder.exists()
    assert stopped.id not in queue._ended


@pytest.mark.usefixtures("work")
def test_only_runs_are_made_again(pages: TestClient, place: Path, shop: bytes) -> None:
    """What is under way, and a score, can't be made again as a run."""
    queue = Jobs(place)
    upload = uploaded(place, shop)
    waits = queue.add(order(upload, "spring"))
    score = queue.add(Order("spring", upload.id, "", "orders.csv", kind="score"))
    queue.stop(score)
    for job in (waits, score):
        assert pages.post(f"/jobs/{job.id}/again").status_code == 422


HELD = """
import resource
from segmentry.web.background.limits import hold, hold_job
hold_job()
soft = resource.getrlimit(resource.RLIMIT_DATA)[0]
assert 0 < soft != resource.RLIM_INFINITY and resource.getrlimit(resource.RLIMIT_CPU)[0] > 86_000
assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
hold(300_000_000, None)
try:
    bytearray(600_000_000)
except MemoryError:
    print("held")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold address space")
def test_a_process_is_held_to_its_memory() -> None:
    """A run gets a bound on memory and time; what asks for more gets an error that it can say."""
    said = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True).stdout
    assert said == "held\n"
