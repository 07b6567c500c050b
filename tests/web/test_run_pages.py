"""What the pages of a run promise: the overview, a segment, a customer, differences, trust, files."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient

from segmentry.figures import FIGURES, SEGMENT_FIGURES
from segmentry.segment import segment
from segmentry.summary import RunSummary
from segmentry.web import Site, create_app
from segmentry.web.pieces import people
from segmentry.web.pieces.charts import KINDS
from segmentry.web.pieces.freshness import age, today
from segmentry.web.pieces.shelf import Shelf
from segmentry.workspace import open_run, save_run


def h1(page: str) -> str:
    """Give the heading of a page."""
    (found,) = re.findall(r"<h1>(.*?)</h1>", page, re.DOTALL)
    return str(found)


@pytest.fixture
def renamable(workspace: Path, tmp_path: Path) -> Iterator[TestClient]:
    """Ask for pages of a copy of the run, which may be changed."""
    shutil.copytree(workspace / "runs", tmp_path / "runs")
    with TestClient(create_app(Site(tmp_path)), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


def test_the_keep_rate_is_a_hundred_dots(client: TestClient, workspace: Path) -> None:
    """As many dots are filled as the sentence beside them says, and the picture says the same to who hears it."""
    found = client.get("/runs/demo").text
    headline = open_run("demo", workspace).summary.headline
    kept = int(headline.split()[0])
    assert found.count('class="full"') == kept
    assert found.count('class="full"') + found.count('class="hollow"') == 100
    assert f'aria-label="{headline}"' in found


def test_where_to_start_shows_evidence_and_its_limits(client: TestClient, workspace: Path) -> None:
    """One to three places to start, the run's own first, under the words that a suggestion needs."""
    start = open_run("demo", workspace).summary.start_with
    assert start is not None
    found = client.get("/runs/demo").text
    cards = found.split('class="starts"')[1].split("</ol>")[0]
    assert 1 <= cards.count("<li") <= 3
    assert cards.index(f"/segments/{start.letter}") == min(place.start() for place in re.finditer("/segments/", cards))
    assert "Suggestion from common practice, not a prediction. Keep a control group to find out." in found
    assert f"Start with {start.letter}</a>" in found


@pytest.mark.parametrize(
    ("days", "said"),
    [(61, "61 days ago"), (94, "94 days ago"), (60, None), (0, None), (-30, None), (1000, "2 years ago")],
)
def test_old_data_say_so(summary: RunSummary, days: int, said: str | None) -> None:
    """From the 61st day on the data's end is told; a day that lies ahead is not old."""
    assert summary.last is not None
    found = age(summary, summary.last + timedelta(days=days))
    assert found is None if said is None else found is not None and said in found


def test_the_overview_tells_how_old_the_data_are(workspace: Path) -> None:
    """The clock is the reader's, and the next step stands beside."""
    last = open_run("demo", workspace).summary.last
    assert last is not None
    app = create_app(Site(workspace))
    pages = {}
    for days in (10, 94):
        app.dependency_overrides[today] = lambda days=days: last + timedelta(days=days)
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            pages[days] = client.get("/runs/demo").text
    assert "Data ends" not in pages[10]
    assert "Data ends 94 days ago" in pages[94]
    assert 'href="/new"' in pages[94].split("Data ends")[1].split("</p>")[0]


def test_no_date_and_no_sample_are_old(summary: RunSummary) -> None:
    """Without dates nothing is old, and made-up customers don't age."""
    assert age(replace(summary, first=None, last=None), date(2040, 1, 1)) is None
    assert age(replace(summary, sources=("/w/sample-shop/orders.csv",)), date(2040, 1, 1)) is None


def test_an_unknown_letter_shows_those_there_are(client: TestClient, workspace: Path) -> None:
    """A segment that isn't there is 404 with the letters and names of those that are."""
    found = client.get("/runs/demo/segments/Z")
    assert found.status_code == 404
    for one in open_run("demo", workspace).summary.segments:
        assert f"{one.letter} · " in found.text


def test_a_segment_is_found_by_its_name_too(client: TestClient, workspace: Path) -> None:
    """A small letter or a name leads to the segment's own address."""
    first = open_run("demo", workspace).summary.segments[0]
    for called in (first.letter.lower(), first.name):
        answer = client.get(f"/runs/demo/segments/{called}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"/runs/demo/segments/{first.letter}")


def test_a_page_of_customers_is_sorted_as_asked(client: TestClient, workspace: Path) -> None:
    """25 a page, by the measure in the address, and all pages together hold everybody once."""
    run = open_run("demo", workspace)
    largest = max(run.summary.segments, key=lambda one: one.customers)
    table = run.customers()
    own = table[table["segment"] == largest.letter].sort_values(["spend", "customer_id"], ascending=[False, True])
    seen: list[str] = []
    for number in range(1, people.count_pages(largest.customers) + 1):
        page = client.get(f"/runs/demo/segments/{largest.letter}", params={"sort": "spend", "page": number}).text
        rows = re.findall(r'<th scope="row"><span class="v"><bdi>([^<]*)</bdi> <a', page)
        assert len(rows) <= people.PAGE
        seen += rows
    assert seen == list(own["customer_id"])


@pytest.mark.parametrize(
    "asked", ["page=0", "page=-3", "page=99999999999999999999", "page=x", "sort=nothing", "sort=c0;"]
)
def test_a_wrong_page_or_order_gives_the_nearest(client: TestClient, asked: str) -> None:
    """What no link says is taken for the nearest that one says."""
    assert client.get(f"/runs/demo/segments/A?{asked}").status_code == 200


def test_a_customer_is_explained(client: TestClient, workspace: Path) -> None:
    """Three reasons, what one order more would do, and the same words as the model gives."""
    run = open_run("demo", workspace)
    row = run.customers().iloc[0]
    why = run.model.explain(run.customer(row["customer_id"]))
    found = client.get("/runs/demo/customers", params={"id": row["customer_id"]}).text
    assert f"is in {row['segment']}" in h1(found)
    assert found.split('class="reasons"')[1].split("</ol>")[0].count("<li>") == min(3, len(why.reasons))
    assert why.one_order is not None
    assert why.one_order.text in found


def test_fit_is_what_the_model_says(client: TestClient, workspace: Path) -> None:
    """The words on the page are those of placing the same customers."""
    run = open_run("demo", workspace)
    table = run.customers()
    first = table[table["segment"] == "A"].sort_values("customer_id").head(people.PAGE)
    placed = run.model.assign(first.drop(columns=["segment", "name"]))
    assert re.findall(r'class="fit \w+">(\w+)<', client.get("/runs/demo/segments/A").text) == list(placed["fit"])


def test_a_name_is_changed_everywhere(renamable: TestClient) -> None:
    """A new name stands on every page, and the generated one stays as "also known as"."""
    before = re.findall(r'class="name"><bdi>(.*?)</bdi>', renamable.get("/runs/demo/segments").text)[0]
    answer = renamable.post("/runs/demo/segments/A/name", data={"name": "Our <b>best</b>"})
    assert answer.status_code == 303
    found = renamable.get("/runs/demo/segments/A").text
    assert "Our &lt;b&gt;best&lt;/b&gt;" in found
    assert f"Also known as <bdi>{before}</bdi>" in found
    assert "Our &lt;b&gt;best" in renamable.get("/runs/demo").text
    assert "Our <b>best</b>" in renamable.get("/runs/demo/segments/A/list.csv").text


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines", "B"])
def test_a_name_that_will_not_do_stays_in_its_field(renamable: TestClient, name: str) -> None:
    """What is wrong stands beside the field, which keeps what was typed; nothing changes."""
    answer = renamable.post("/runs/demo/segments/A/name", data={"name": name})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    (kept,) = re.findall(r'name="name" value="([^"]*)"', answer.text)
    assert kept == name
    assert 'role="alert"' not in renamable.get("/runs/demo/segments/A").text


def test_another_site_renames_nothing(renamable: TestClient) -> None:
    """A form of another site is refused."""
    there = {"origin": "http://evil.example"}
    assert renamable.post("/runs/demo/segments/A/name", data={"name": "x"}, headers=there).status_code == 403


def test_filters_leave_what_they_say(client: TestClient, workspace: Path) -> None:
    """Only what counts leaves rows with a mark, only forming measures those with a star; both stand in the URL."""

    def rows(page: str) -> list[str]:
        return re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page.split('id="differences"')[1])

    everything = rows(client.get("/runs/demo/differences").text)
    counting = rows(client.get("/runs/demo/differences?counts=1").text)
    forming = rows(client.get("/runs/demo/differences?forming=1").text)
    assert counting == [row for row in everything if "▲" in row or "▼" in row]
    assert forming == [row for row in everything if "★" in row]
    assert len(forming) == sum(m.part == "forms" for m in open_run("demo", workspace).summary.measures)
    assert 'name="forming" value="1" checked' in client.get("/runs/demo/differences?forming=1").text


def test_technical_figures_are_closed(client: TestClient) -> None:
    """What only people who know the methods ask for stands behind a closed fold."""
    page = client.get("/runs/demo/trust").text
    assert "Davies-Bouldin" in page.split('<details class="technical">')[1]
    assert "<details open" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_figures_are_files(client: TestClient, kind: str) -> None:
    """Every figure that the run has comes as a picture and as numbers, to be saved."""
    names = list(FIGURES) if kind == "csv" else ["share-balance"]
    found = {name: client.get(f"/runs/demo/figures/{name}.{kind}") for name in names}
    found |= {name: client.get(f"/runs/demo/segments/A/figures/{name}.{kind}") for name in SEGMENT_FIGURES}
    assert found["share-balance"].status_code == found["dot-range"].status_code == 200
    for answer in found.values():
        if answer.status_code == 200:
            assert answer.headers["content-type"] == KINDS[kind]
            assert answer.headers["content-disposition"].startswith("attachment; ")
        else:
            assert answer.status_code == 404
    starts = {"png": b"\x89PNG", "svg": b"<svg", "csv": b"Segment,"}
    assert found["share-balance"].content.startswith(starts[kind])


def test_numbers_of_a_figure_run_nothing_in_a_spreadsheet(renamable: TestClient) -> None:
    """A name that a spreadsheet would run as a formula has a sign in front in the figure's numbers."""
    renamable.post("/runs/demo/segments/A/name", data={"name": "=1+1"})
    text = renamable.get("/runs/demo/figures/keep-ranges.csv").text
    table = pd.read_csv(io.StringIO(text), dtype=str)
    assert not table.map(lambda cell: str(cell).startswith(("=", "+", "@"))).any().any()


@pytest.mark.parametrize("file", ["nothing.png", "share-balance.exe", "..%2f..%2fetc.csv"])
def test_no_other_figure_is_given(client: TestClient, file: str) -> None:
    """A figure that isn't there is 404, whatever its name."""
    assert client.get(f"/runs/demo/figures/{file}").status_code == 404


def test_the_report_is_shown_and_the_rest_saved(client: TestClient, workspace: Path) -> None:
    """The report opens with a policy of its own; the other files are attachments, byte for byte."""
    report = client.get("/runs/demo/files/report.html")
    assert "unsafe-inline" in report.headers["content-security-policy"]
    assert "script-src" not in report.headers["content-security-policy"]
    assert "content-disposition" not in report.headers
    for file in ("segments.csv", "segments.parquet", "rejects.csv", "model.segmentry", "recipe.toml", "run.json"):
        answer = client.get(f"/runs/demo/files/{file}")
        assert answer.content == (workspace / "runs" / "demo" / file).read_bytes()
        assert answer.headers["content-disposition"] == f'attachment; filename="demo-{file}"'


@pytest.mark.parametrize("file", ["customers.parquet", "..%2frun.json", "%2e%2e", "other.txt", "report.html%00"])
def test_no_other_file_is_given(client: TestClient, file: str) -> None:
    """Only the files that are meant to be given are given."""
    assert client.get(f"/runs/demo/files/{file}").status_code == 404


def test_columns_that_differ_by_case_keep_apart(tmp_path: Path) -> None:
    """A row of the file has the names that the measures have, though Parquet's writer numbers alike ones."""
    calls = [place * 7 % 31 for place in range(60)]
    ids = [f"k{place}" for place in range(60)]
    table = pd.DataFrame({"id": ids, "Calls": calls, "calls": [call * 3 % 17 for call in calls]})
    save_run(tmp_path / "runs" / "case", segment(table, id="id", name="case", segments=2, rebuilds=5), lambda _: "")
    run = open_run("case", tmp_path)
    found = people.find_customer(run, "k40")
    assert found is not None
    assert (found[1]["Calls"].iloc[0], found[1]["calls"].iloc[0]) == (calls[40], calls[40] * 3 % 17)


def test_a_shelf_holds_no_more_than_its_room() -> None:
    """Those not asked for longest go first, and what is larger than all of it is never kept."""
    shelf = Shelf(room=10)
    made: list[str] = []

    def maker(piece: str) -> Callable[[], str]:
        def make() -> str:
            made.append(piece)
            return piece

        return make

    for piece in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb", "x" * 11, "x" * 11):
        assert shelf.take(piece, maker(piece)) == piece
    assert made == ["aaaa", "bbbb", "cccc", "bbbb", "x" * 11, "x" * 11]
