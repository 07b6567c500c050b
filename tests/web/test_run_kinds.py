"""Runs of every kind that the pages meet: without money, of one segment, of a grid, not dependable, hostile."""

import html
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from segmentry.cli.main import segmentry
from segmentry.data import sample_shop
from segmentry.model import Segmentation
from segmentry.segment import segment
from segmentry.web import Site, create_app
from segmentry.workspace import open_run, save_run

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "=cmd|' /C calc'!A0",
    "</td></table>",
)
HOSTILE_IDS = (
    *PAYLOADS,
    "a/b?c=d&e#f",
    "100%",
    "it's",
    "'; DROP TABLE t; --",
    "Ω≈ç√∫",
    "\u202etest\u202c",
    "田中さん",
    "-x",
    "--customer",
    " lead and trail ",
    "../../etc/passwd",
    "%00",
    "👩‍👩‍👧",
)
"""Ids as files hold them: nothing of them may become markup, SQL, an address or an option."""


def _table() -> Segmentation:
    """Give a customer table without money or dates."""
    rng = np.random.default_rng(1)
    group = rng.integers(0, 3, 150)
    table = pd.DataFrame(
        {"visits": 10 * group + rng.normal(size=150), "calls": 5 * (group == 1) + rng.normal(size=150)}
    )
    return segment(table, name="table", segments="2-4", rebuilds=10)


def _one() -> Segmentation:
    """Give a run with one segment only."""
    rng = np.random.default_rng(2)
    return segment(pd.DataFrame({"visits": rng.normal(size=60), "calls": rng.normal(size=60)}), name="one", segments=1)


def _grid() -> Segmentation:
    """Give a run by scores of recency, frequency and money."""
    shop = sample_shop(300)
    return segment(shop.orders, shop.customers, name="grid", method="rfm-grid", rebuilds=10)


def _shaky() -> Segmentation:
    """Give a split that is not dependable, whose segments are called by their letters."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({f"m{place}": rng.normal(size=120) for place in range(5)})
    return segment(table, name="shaky", segments=11, rebuilds=10)


def _hostile() -> Segmentation:
    """Give a run whose ids, columns and levels are payloads."""
    rng = np.random.default_rng(3)
    group = np.arange(120) % 2
    ids = [*HOSTILE_IDS, *(f"C{place}" for place in range(120 - len(HOSTILE_IDS)))]
    table = pd.DataFrame(
        {
            "customer_id": ids,
            "<b>visits</b>": 10 * group + rng.normal(size=120),
            "calls\"'&": 5 * group + rng.normal(size=120),
            "</script>kind": [PAYLOADS[place % 2] for place in group],
        }
    )
    return segment(table, id="customer_id", name="hostile", segments=2, rebuilds=10)


KINDS: Mapping[str, Callable[[], Segmentation]] = MappingProxyType(
    {"table": _table, "one": _one, "grid": _grid, "shaky": _shaky, "hostile": _hostile}
)

PAGES = ("", "/segments", "/segments/A", "/customers", "/differences", "/differences?counts=1", "/trust", "/data")


class Tags(HTMLParser):
    """Collects tags with their attributes, and text by the tag that it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def heading(page: str) -> str:
    """Give the h1 as people read it."""
    (found,) = re.findall(r"<h1>(.*?)</h1>", page, re.DOTALL)
    return html.unescape(found)


def commands(page: str) -> list[list[str]]:
    """Give the words of every command at the foot of the page."""
    (found,) = re.findall(r"<pre[^>]*><code>([^<]*)</code></pre>\s*</footer>", page)
    return [shlex.split(line) for line in html.unescape(found).splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with a run of every kind."""
    folder = tmp_path_factory.mktemp("kinds")
    for name, make in KINDS.items():
        save_run(folder / "runs" / name, make(), lambda summary: f"<!doctype html><title>{summary.run}</title>")
    return folder


@pytest.fixture
def asked(kinds: Path) -> Iterator[TestClient]:
    """Ask for pages of that workspace."""
    with TestClient(create_app(Site(kinds)), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", KINDS)
def test_every_page_of_every_kind_of_run_answers(asked: TestClient, name: str, page: str) -> None:
    """A finding with a number, one primary action, nothing that the policy forbids, a command that works."""
    found = asked.get(f"/runs/{name}{page}")
    assert found.status_code == 200
    assert re.search(r"\d|None", heading(found.text)), heading(found.text)
    tags = Tags(found.text).tags
    assert sum("primary" in (given.get("class") or "").split() for _, given in tags) == 1
    assert not [given for _, given in tags if any(name == "style" or name.startswith("on") for name in given)]
    assert not [tag for tag, _ in tags if tag in ("style", "script", "iframe", "img")]
    ids = [given["id"] for _, given in tags if given.get("id")]
    assert len(ids) == len(set(ids))
    for words in commands(found.text):
        assert words[0] == "segmentry"
        command = segmentry.commands[words[1]]
        command.make_context(words[1], words[2:])


@pytest.mark.parametrize("name", KINDS)
def test_every_link_of_a_run_leads_somewhere(asked: TestClient, name: str) -> None:
    """No page of a run links to a page or a file that isn't there."""
    seen: set[str] = set()
    for page in ("", "/segments", "/segments/A", "/differences", "/trust", "/data"):
        for _, given in Tags(asked.get(f"/runs/{name}{page}").text).tags:
            href = (given.get("href") or "").split("#")[0]
            # Drawing every chart as a picture takes long and is tested by itself.
            if href.startswith(f"/runs/{name}") and not href.endswith((".png", ".svg", "/score")):
                seen.add(href)
    assert len(seen) > 10
    wrong = {href: status for href in sorted(seen) if (status := asked.get(href).status_code) != 200}
    assert wrong == ({f"/runs/{name}/segments/A/list.csv": 409} if name == "shaky" else {})


def test_ids_columns_and_levels_are_text(asked: TestClient) -> None:
    """What stands in people's files never becomes markup."""
    for page in (*PAGES, "/segments/B"):
        found = asked.get(f"/runs/hostile{page}").text
        assert not [payload for payload in PAYLOADS if payload in found]
        assert "<b>visits" not in found
        assert "{{" not in html.unescape(found).replace("{{ 7 * 7 }}", "")
        assert "49" not in heading(found)


def test_any_id_is_found_again(kinds: Path, asked: TestClient) -> None:
    """Every id of the hostile run has its page, by its link in the table and by the search form, shown as it is."""
    ids = open_run("hostile", kinds).customers()["customer_id"]
    links = set()
    for letter in "AB":
        for number in range(1, 4):
            page = asked.get(f"/runs/hostile/segments/{letter}?page={number}").text
            links |= {given.get("href") or "" for tag, given in Tags(page).tags if given.get("class") == "why"}
    assert len(links) == len(ids) == 120
    for customer in [one for one in ids if not re.fullmatch(r"C\d+", one)]:
        found = asked.get("/runs/hostile/customers", params={"id": customer})
        assert found.status_code == 200, customer
        assert customer in heading(found.text)
        assert str(found.url).removeprefix("http://127.0.0.1:8000") in links or asked.get(found.url).status_code == 200
        assert ["show", "hostile", f"--customer={customer}"] == commands(found.text)[0][1:4]
        command = segmentry.commands["show"].make_context("show", commands(found.text)[0][2:])
        assert command.params["customer"] == customer


@pytest.mark.parametrize("wanted", [*HOSTILE_IDS[:5], "' OR '1'='1", "C", "c1", "zzzz", "\x00", "x" * 5000])
def test_an_unknown_id_is_said_to_be_so(asked: TestClient, wanted: str) -> None:
    """An id that a run doesn't have gives a page with near ones and the entry kept, never somebody else."""
    found = asked.get("/runs/table/customers", params={"id": wanted})
    assert found.status_code == 404
    assert "None of the 150 customers" in heading(found.text)
    (kept,) = [given["value"] for tag, given in Tags(found.text).tags if tag == "input" and given.get("id") == "id"]
    assert kept == wanted


def test_a_list_that_is_not_dependable_is_asked_for_twice(asked: TestClient) -> None:
    """Without names, without a place to start, and a list only when asked for anyway."""
    assert "Segment A" in asked.get("/runs/shaky/segments/A").text
    overview = asked.get("/runs/shaky").text
    assert "Not dependable" in overview
    assert "Start with" not in overview
    first = asked.get("/runs/shaky/segments/A/list.csv")
    assert first.status_code == 409
    assert "anyway" in first.text
    second = asked.get("/runs/shaky/segments/A/list.csv?anyway=1")
    assert second.status_code == 200
    assert second.text.startswith("customer_id,segment,name\n")


def test_a_list_runs_nothing_in_a_spreadsheet(asked: TestClient) -> None:
    """Text that a spreadsheet would take for a formula gets a sign in front."""
    both = "".join(asked.get(f"/runs/hostile/segments/{letter}/list.csv").text for letter in "AB")
    assert "'=cmd|" in both
    assert not re.search(r"^[\"]?[=+@-]", both, re.MULTILINE)


def test_a_run_without_money_speaks_of_customers(asked: TestClient) -> None:
    """Without revenue there is neither a share of it nor anything at stake."""
    for page in ("", "/segments", "/segments/A"):
        found = asked.get(f"/runs/table{page}").text.lower()
        assert "revenue" not in found
        assert "at stake" not in found


def test_one_segment_is_no_split(asked: TestClient) -> None:
    """A run of one segment has no keep rate, and says what it has."""
    overview = asked.get("/runs/one").text
    assert "All 60 customers form one segment" in heading(overview)
    assert "of 100 customers keep" not in overview
    assert "1 segment with all 60 customers" in heading(asked.get("/runs/one/segments").text)
