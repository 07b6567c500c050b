"""Two runs side by side: the figures of the command, and a next step where nothing can be compared."""

import html
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from starlette.testclient import TestClient

from segmentry.cli.comparing import compare as command
from segmentry.compare import compare
from segmentry.continuity import event_words
from segmentry.data import sample_shop
from segmentry.evaluate import of_100
from segmentry.segment import segment
from segmentry.web import Site, create_app
from segmentry.workspace import save_run

NAUGHTY = "<img src=x> & 'Z'"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with two runs on one shop, one on later orders, and one that has nothing in common."""
    folder = tmp_path_factory.mktemp("several")
    shop = sample_shop(300)
    found = {
        "six": segment(shop.orders, name="six", segments=6, rebuilds=2),
        "three": segment(shop.orders, name="three", segments=3, rebuilds=2, currency="£"),
        "later": segment(sample_shop(200, seed=5).orders, name="later", segments=4, rebuilds=2),
        "other": segment(
            pd.DataFrame({"height": [1.0, 2.0, 9.0] * 20, "weight": [4.0, 5.0, 30.0] * 20}),
            name="other", segments=2, rebuilds=2,
        ),
    }  # fmt: skip
    for name, one in found.items():
        if name == "three":
            letter = one.summary.segments[0].letter
            one = type(one)(one.model.renamed(letter, NAUGHTY), one.customers, one.rejects, one.carried)  # noqa: PLW2901
        save_run(folder / "runs" / name, one, lambda _: "no report here")
    return folder


@pytest.fixture
def pages(several: Path) -> Iterator[TestClient]:
    """Ask for pages about these runs."""
    with TestClient(create_app(Site(several)), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


def heading(text: str) -> str:
    """Give a page's h1."""
    return html.unescape(text.split("<h1>")[1].split("</h1>", maxsplit=1)[0])


def rows(text: str, title: str) -> list[list[str]]:
    """Give the cells of the table in the section of that title, as text."""
    table = text.split(f"<h2>{title}</h2>")[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]]
    return [[html.unescape(re.sub("<[^>]+>", "", cell)) for cell in row] for row in found]


@pytest.mark.parametrize(("old", "new"), [("six", "three"), ("three", "six"), ("six", "later")])
def test_the_figures_are_those_of_compare(pages: TestClient, several: Path, old: str, new: str) -> None:
    """The page's agreement, table, sizes, verdicts and changes are what ``compare`` gives."""
    found = compare(several / "runs" / old, several / "runs" / new)
    asked = pages.get(f"/compare?old={old}&new={new}")
    assert asked.status_code == 200
    assert found.agreement is not None
    assert heading(asked.text) == f"{of_100(found.agreement)} of 100 customers are in the same segment"
    table = [[int(cell.replace(",", "")) for cell in row[1:]] for row in rows(asked.text, "Who is where")]
    assert table == [list(row) for row in found.table]
    both = {row[0]: row[1:] for row in rows(asked.text, "The two runs")}
    assert both["Verdict"] == [found.left.verdict, found.right.verdict]
    assert found.left.keep_rate is not None
    assert both["Keep their segment"][0] == f"{of_100(found.left.keep_rate)} of 100"
    sizes = rows(asked.text, "Sizes before and now")
    assert sum(int(row[2].split()[0].replace(",", "")) for row in sizes if row[2] != "—") == found.right.customers
    assert sum(int(row[1].split()[0].replace(",", "")) for row in sizes if row[1] != "—") == found.left.customers
    changed = rows(asked.text, "What changed most in segments that both have") if found.changes else []
    assert len(changed) == len(found.changes)
    events = [one for one in found.events if one.kind != "kept"]
    plain = html.unescape(re.sub("<[^>]+>", "", asked.text))
    assert all(event_words(one) in plain for one in events)


def test_names_are_text(pages: TestClient) -> None:
    """A segment that people named with markup is shown by its letters and signs."""
    asked = pages.get("/compare?old=six&new=three")
    assert "<img" not in asked.text
    assert html.escape(NAUGHTY).replace("&quot;", "&#34;") in asked.text


def test_two_runs_are_chosen_by_a_form(pages: TestClient) -> None:
    """Without an address that names two runs, the page lists them all, each list with its label."""
    asked = pages.get("/compare")
    assert heading(asked.text) == "Compare 2 of 4 runs"
    for name in ("old", "new"):
        assert f'<label for="{name}">' in asked.text
        assert len(re.findall("<option", asked.text.split(f'<select id="{name}"')[1].split("</select>")[0])) == 4


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("old=six&new=six", 422, "1 run was named twice: six"),
        ("old=six&new=other", 422, "six and other have neither customers nor measures in common"),
        ("old=six", 422, "comparing takes 2 runs, and 1 was named"),
        ("old=six&new=none", 404, "there is no run 'none'"),
        ("old=../six&new=%3Cb%3E", 404, "there is no run '../six'"),
    ],
)
def test_what_cannot_be_compared_has_a_next_step(pages: TestClient, query: str, status: int, said: str) -> None:
    """A pair that can't be compared is refused in words, with a way out and the form to choose others."""
    asked = pages.get(f"/compare?{query}")
    assert (asked.status_code, heading(asked.text)) == (status, said)
    assert 'href="/"' in asked.text
    assert '<select id="new"' in asked.text
    assert "<b>'" not in asked.text


@pytest.mark.parametrize(("old", "new"), [("six", "three"), ("", "")])
def test_the_command_is_one(pages: TestClient, old: str, new: str) -> None:
    """The command at the foot is read by the command line, and names the two runs of the page."""
    asked = pages.get(f"/compare?old={old}&new={new}" if old else "/compare")
    words = shlex.split(html.unescape(asked.text.split("<code>")[1].split("</code>", maxsplit=1)[0]))
    assert words[:2] == ["segmentry", "compare"]
    with command.make_context("compare", words[2:]) as context:
        chosen = context.params["left"], context.params["right"]
    assert not old or chosen == (old, new)


def test_one_run_alone_is_told_what_to_do(client: TestClient) -> None:
    """With one run there is nothing to compare: the page says so and leads to a new one."""
    asked = client.get("/compare")
    assert heading(asked.text) == "Comparing takes 2 runs: 1 is here"
    assert '<a class="button primary" href="/new">New run</a>' in asked.text


def test_an_empty_workspace_is_told_what_to_do(tmp_path: Path) -> None:
    """Without any run the page says so and leads to a new one."""
    with TestClient(create_app(Site(tmp_path)), base_url="http://127.0.0.1:8000") as client:
        asked = client.get("/compare")
    assert heading(asked.text) == "Comparing takes 2 runs: 0 are here"
    assert 'href="/new">New run</a>' in asked.text
