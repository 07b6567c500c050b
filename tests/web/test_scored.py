"""A file through a run's model: the page shows what the command writes, beside the run's own shares."""

import html
import re
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient

from segmentry.cli.scoring import score as command
from segmentry.data import RowCounts, sample_shop
from segmentry.files import write_table
from segmentry.score import score_file
from segmentry.summary import RunSummary
from segmentry.web import Site, create_app
from segmentry.web.background.batch import Figures, drift
from segmentry.web.background.jobs import Job, Jobs
from segmentry.web.pieces.scored import drift_band, facts, guess_band, scored_heading, where
from segmentry.workspace import open_run

Work = Callable[[Jobs, Job], Job]
NAUGHTY = "<script>alert(1) & 'x'.csv"
PATIENCE = 120.0


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write later orders of the sample shop."""
    path = tmp_path_factory.mktemp("later") / "later.csv"
    write_table(sample_shop(150, seed=3).orders, path)
    return path


@pytest.fixture(scope="module")
def own(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with the run called demo, in which nobody else scores."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(workspace / "runs", folder / "runs")
    return folder


@pytest.fixture(scope="module")
def site(own: Path) -> Iterator[TestClient]:
    """Ask for pages for as long as the tests of this file last: a score goes on between two questions."""
    with TestClient(create_app(Site(own)), base_url="http://127.0.0.1:8000", follow_redirects=False) as asked:
        yield asked


def ended(site: TestClient, address: str) -> str:
    """Ask for a score's page until it has ended, and give it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        asked = site.get(address)
        assert asked.status_code == 200
        if 'http-equiv="refresh"' not in asked.text:
            return asked.text
        time.sleep(0.1)
    raise AssertionError("the score did not end")


def waiting(own: Path, address: str) -> tuple[Jobs, Job]:
    """Give the job that a score's page is about."""
    queue = Jobs(own)
    return queue, queue.find(address.rpartition("/")[2])


@pytest.fixture(scope="module")
def scored(site: TestClient, orders: Path) -> tuple[str, str]:
    """Score the later orders; give the address of the page and the page."""
    sent = site.post(
        "/runs/demo/score/file",
        data={"as_of": "2026-06-30"},
        files={"data": (NAUGHTY, orders.read_bytes())},
        headers={"origin": "http://127.0.0.1:8000"},
    )
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert re.fullmatch(r"/runs/demo/score/[0-9a-f]{16}", address)
    return address, ended(site, address)


def test_the_files_are_those_of_the_command(
    site: TestClient, scored: tuple[str, str], own: Path, orders: Path, tmp_path: Path
) -> None:
    """CSV and Parquet are, byte for byte and value for value, what ``score`` writes."""
    model = open_run("demo", own).model
    score_file(model, str(orders), tmp_path / "scored.csv", as_of=date(2026, 6, 30))
    score_file(model, str(orders), tmp_path / "scored.parquet", as_of=date(2026, 6, 30))
    given = site.get(f"{scored[0]}/scored.csv")
    assert given.content == (tmp_path / "scored.csv").read_bytes()
    assert given.headers["content-disposition"] == 'attachment; filename="demo-scored.csv"'
    (tmp_path / "given.parquet").write_bytes(site.get(f"{scored[0]}/scored.parquet").content)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "given.parquet"), pd.read_parquet(tmp_path / "scored.parquet")
    )


def test_the_page_counts_everybody(site: TestClient, scored: tuple[str, str], own: Path) -> None:
    """The customers of all segments add up to the rows of the file that is downloaded."""
    text = scored[1].split("Where these customers belong")[1].split("</tbody>")[0]
    counts = [int(each.replace(",", "")) for each in re.findall(r"</svg>([\d,]+) <span", text)]
    assert len(counts) == open_run("demo", own).summary.k
    assert sum(counts) == len(site.get(f"{scored[0]}/scored.csv").text.splitlines()) - 1


def test_a_files_name_is_text(scored: tuple[str, str]) -> None:
    """A file called like markup is shown by its signs."""
    assert "<script>alert" not in scored[1]
    assert "&lt;script&gt;alert" in scored[1]


def test_the_command_is_one(scored: tuple[str, str]) -> None:
    """The command at the foot is read by the command line, with the file, the day and the run."""
    words = shlex.split(html.unescape(scored[1].split("<code>")[-1].split("</code>", maxsplit=1)[0]))
    with command.make_context("score", words[2:]) as context:
        assert context.params["model"] == "demo"
        assert context.params["files"] == (NAUGHTY,)
        assert context.params["as_of"] == "2026-06-30"


def test_what_was_sent_is_not_kept(scored: tuple[str, str], own: Path) -> None:
    """Once a file is scored, the upload is gone."""
    assert scored[1]
    assert not [one for one in (own / "uploads").iterdir() if (one / "upload.json").is_file()]


def test_a_score_is_no_run(site: TestClient, scored: tuple[str, str]) -> None:
    """A score leaves the list of runs as it was, and its job leads to its own page."""
    assert scored[0].rpartition("/")[2] not in site.get("/").text
    assert site.get(f"/jobs/{scored[0].rpartition('/')[2]}").headers["location"] == scored[0]


@pytest.mark.parametrize("day", ["", "soon", "2026-13-01", "<b>"])
def test_the_day_is_asked_and_never_guessed(site: TestClient, orders: Path, day: str) -> None:
    """Orders without a day are kept, and the day is asked for beside its field until it can be read."""
    sent = site.post("/runs/demo/score/file", data={"as_of": day}, files={"data": ("orders.csv", orders.read_bytes())})
    address = sent.headers["location"]
    assert re.fullmatch(r"/runs/demo/score/upload/[0-9a-f]{16}", address)
    asked = site.get(address)
    assert "<h1>1 thing to say about orders.csv</h1>" in asked.text
    assert '<label for="as_of">As of</label>' in asked.text
    again = site.post(address, data={"as_of": day})
    assert again.status_code == 422
    assert "<b>" not in again.text.split('name="as_of"')[1].split(">")[0]
    assert "<b>Try:</b>" in again.text


def test_a_file_that_cannot_be_used_says_why(site: TestClient, own: Path, work: Work) -> None:
    """A file without the run's columns ends in a page with the reason and a way out, and gives no file."""
    sent = site.post("/runs/demo/score/file", data={"as_of": "2026-06-30"}, files={"data": ("a.csv", b"x,y\n1,2\n")})
    work(*waiting(own, sent.headers["location"]))
    text = ended(site, sent.headers["location"])
    assert "<b>Try:</b>" in text
    assert "Score a file again" in text
    assert site.get(f"{sent.headers['location']}/scored.csv").status_code == 404


def test_a_score_can_be_removed(site: TestClient, orders: Path, own: Path, work: Work) -> None:
    """A score is listed with its file's name until it is removed, and its files with it."""
    sent = site.post(
        "/runs/demo/score/file", data={"as_of": "2026-01-31"}, files={"data": ("spring.csv", orders.read_bytes())}
    )
    address = sent.headers["location"]
    work(*waiting(own, address))
    assert "spring.csv" in site.get("/runs/demo/score").text
    assert site.post(f"{address}/forget").status_code == 303
    assert "spring.csv" not in site.get("/runs/demo/score").text
    assert site.get(f"{address}/scored.csv").status_code == 404


def test_only_scores_of_the_run_are_shown(site: TestClient, scored: tuple[str, str]) -> None:
    """Another run's name, another file's name or no id lead nowhere."""
    for address in (f"{scored[0]}/job.json", f"{scored[0]}/..%2Fjob.json", "/runs/demo/score/0123456789abcdef"):
        assert site.get(address).status_code == 404
    assert site.get(scored[0].replace("demo", "nobody")).status_code == 404


def figures(summary: RunSummary, customers: tuple[int, ...], unlike: int | None) -> Figures:
    """Make figures of a file."""
    letters = tuple(segment.letter for segment in summary.segments)
    return Figures(("a.csv",), letters, customers, 0, 1, 0, unlike, RowCounts(9, 9, 0), ())


@pytest.fixture
def like(summary: RunSummary) -> Callable[[int], tuple[int, ...]]:
    """Give counts in the shares of the run, for so many customers."""
    return lambda count: tuple(round(segment.share * count) for segment in summary.segments)


def test_like_customers_are_no_drift(summary: RunSummary, like: Callable[[int], tuple[int, ...]]) -> None:
    """Customers in the run's shares, with the few unlike ones that are expected, raise no alarm."""
    same = figures(summary, like(1000), 5)
    assert drift(summary, same) is None
    assert scored_heading(summary, same, None).startswith("45% of 1,000 customers are in C")


@pytest.mark.parametrize(("unlike", "alarm"), [(50, False), (51, True), (400, True), (None, False)])
def test_many_unlike_customers_are_drift(
    summary: RunSummary, like: Callable[[int], tuple[int, ...]], unlike: int | None, alarm: bool
) -> None:
    """More than 5% unlike anyone is drift; guesses from attributes can't tell."""
    found = drift(summary, figures(summary, like(1000), unlike))
    assert (found is not None) == alarm
    if found is not None:
        assert unlike is not None
        assert found.unlike == unlike / 1000
        assert "are unlike anyone (0.5% is expected)" in drift_band(summary, found, "demo").text


def test_a_share_that_moved_is_drift(summary: RunSummary, like: Callable[[int], tuple[int, ...]]) -> None:
    """A segment whose share moved by more than ten points is drift, but not among a handful of customers."""
    counts = list(like(1000))
    moved = [counts[0] + 150, counts[1] - 150, *counts[2:]]
    found = drift(summary, figures(summary, tuple(moved), 0))
    assert found is not None
    assert {letter for letter, _, _ in found.moved} == {summary.segments[0].letter, summary.segments[1].letter}
    assert "segmentry run FILE --previous demo" in drift_band(summary, found, "demo").text
    few = [1] + [0] * (len(counts) - 1)
    assert drift(summary, figures(summary, tuple(few), 0)) is None


def test_guesses_are_called_so(summary: RunSummary, like: Callable[[int], tuple[int, ...]]) -> None:
    """Segments that were guessed from attributes are said to be guesses, in the heading too."""
    found = figures(summary, like(1000), None)
    assert "are guessed to be in" in scored_heading(summary, found, drift(summary, found))
    assert "Guessed from attributes" in guess_band(summary).text


def test_naughty_names_stay_text(summary: RunSummary) -> None:
    """A segment that is called like markup is shown by its signs wherever a score shows it."""
    named = replace(summary, segments=(replace(summary.segments[0], name=NAUGHTY), *summary.segments[1:]))
    found = figures(named, tuple(1000 if place == 0 else 0 for place in range(len(named.segments))), 900)
    other = drift(named, found)
    assert other is not None
    for shown in (where(named, found), facts(named, found), drift_band(named, other, "demo")):
        assert "<script>" not in shown.text
