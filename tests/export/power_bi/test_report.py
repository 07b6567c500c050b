"""The report definition: what its pages show is there in the model, and has room on them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry.export.power_bi.dax import measures
from segmentry.export.power_bi.page import HEIGHT, WIDTH, Page
from segmentry.export.power_bi.pages import LEADING, pages
from segmentry.export.power_bi.report import report_files
from segmentry.export.power_bi.star import FIGURES, SEGMENTS, Star
from segmentry.export.power_bi.tables import star
from segmentry.export.power_bi.visuals import Box, Visual
from segmentry.figures.palette import colours
from segmentry.report import Brand
from segmentry.report.kpis import KPIS
from segmentry.segment import segment
from segmentry.workspace import open_run, save_run

BRAND = Brand("Northwind", colours=(("accent", "#7A1F3D"), ("1", "#0B5D4B")))
NOTHING_TO_SAY = ("textbox", "actionButton", "cardVisual", "slicer")
"""Visuals that need no title: they are a title, a label or a row of labelled figures."""


def _orders() -> pd.DataFrame:
    """Give the orders of sixty customers who differ in how many they make."""
    draw = np.random.default_rng(0)
    rows = [
        (f"C{who}", pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(draw.integers(0, 400))), 5.0 + who % 40)
        for who in range(60)
        for _ in range(1 + 4 * (who % 3))
    ]
    return pd.DataFrame(rows, columns=["customer", "date", "amount"])


def _visits(groups: int) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    return pd.DataFrame({"visits": np.repeat(np.arange(groups) * 100.0, 12) + draw.normal(size=12 * groups)})


KINDS: Mapping[str, tuple[pd.DataFrame, int]] = {
    "orders": (_orders(), 3),
    "customers": (_visits(3), 3),
    "ten segments": (_visits(10), 10),
    "one segment": (_visits(1), 1),
}


@pytest.fixture(scope="module")
def stars(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Star]:
    """Give the tables of a run of each kind."""
    workspace, found = tmp_path_factory.mktemp("power-bi"), {}
    for kind, (table, k) in KINDS.items():
        name = kind.replace(" ", "-")
        save_run(workspace / "runs" / name, segment(table, segments=k, rebuilds=2, name=name), lambda _: "")
        found[kind] = star(open_run(name, workspace))
    return found


@pytest.fixture(params=KINDS)
def one(request: pytest.FixtureRequest, stars: dict[str, Star]) -> Star:
    """Give the tables of one of them."""
    return stars[request.param]


def _fields(page: Page) -> Iterator[tuple[str, Any]]:
    for visual in page.visuals:
        for field in visual.fields:
            yield f"{page.name}/{visual.name}", field
    for field in page.drill_by:
        yield page.name, field


def _is_known(one: Star, field: Any) -> bool:
    if field.measure:
        return field.table == FIGURES and field.name in {measure.name for measure in measures(one)}
    return one.has(field.table, field.name)


def test_every_field_is_in_the_model(one: Star) -> None:
    """What a visual refers to is a column of its table, or a measure."""
    missing = [
        (where, field) for page in pages(one, BRAND) for where, field in _fields(page) if not _is_known(one, field)
    ]
    assert missing == []


def test_fields_of_a_visual_have_names_of_their_own(one: Star) -> None:
    """Within a visual no two fields are referred to by one name."""
    for page in pages(one, BRAND):
        for visual in page.visuals:
            state = visual.to_json(0)["visual"].get("query", {}).get("queryState", {})
            for key in ("queryRef", "nativeQueryRef"):
                named = [each[key].casefold() for role in state.values() for each in role["projections"]]
                assert len(set(named)) == len(named), visual.name


def test_a_brand_says_what_leads(stars: dict[str, Star]) -> None:
    """Its figures stand first in its order; those that this run doesn't know are passed over."""
    asked = Brand(kpis=("verdict", "revenue", "customers", "at_stake"))
    for kind, led in (
        ("orders", ["Verdict", "Revenue", "Number of customers"]),
        ("customers", ["Verdict", "Number of customers"]),
    ):
        head = next(visual for visual in pages(stars[kind], asked)[0].visuals if visual.name == "figures")
        assert [field.name for field in head.fields] == led


def test_every_leading_figure_can_be_a_measure(stars: dict[str, Star]) -> None:
    """The names that stand for a brand's figures are those of the model."""
    assert set(LEADING.values()) <= {measure.name for measure in measures(stars["orders"])}
    assert set(LEADING) <= set(KPIS)


def test_a_field_that_is_not_in_the_model_is_noticed(stars: dict[str, Star]) -> None:
    """The pages of a run with money don't fit the model of one without."""
    rich, poor = stars["orders"], stars["customers"]
    assert not all(_is_known(poor, field) for page in pages(rich, BRAND) for _, field in _fields(page))


def _crowded(page: Page) -> Iterator[str]:
    """Say which visuals leave the page, and which lie on another."""
    for visual in page.visuals:
        x, y, width, height = (visual.box.x, visual.box.y, visual.box.width, visual.box.height)
        if min(x, y) < 0 or min(width, height) <= 0 or x + width > WIDTH or y + height > HEIGHT:
            yield f"{visual.name} leaves the page"
    for one, other in combinations(page.visuals, 2):
        a, b = one.box, other.box
        across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
        down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
        if across > 0 and down > 0:
            yield f"{one.name} lies on {other.name}"


def test_visuals_have_room(one: Star) -> None:
    """Every visual lies within its page, and none on another."""
    assert [said for page in pages(one, BRAND) for said in _crowded(page)] == []


def test_a_crowded_page_is_noticed(stars: dict[str, Star]) -> None:
    """A visual that is moved onto its neighbour, or over the edge, is found."""
    page = pages(stars["orders"], BRAND)[0]
    first, second, *rest = page.visuals
    for box in (first.box, Box(WIDTH - 10, 0, 20, 20)):
        assert list(_crowded(replace(page, visuals=(first, replace(second, box=box), *rest))))


def test_the_keyboard_walks_a_page_as_it_is_read(one: Star) -> None:
    """The order of the tab key goes down the page, and from left to right where visuals stand side by side."""
    for page in pages(one, BRAND):
        written = [visual.to_json(place)["position"] for place, visual in enumerate(page.visuals)]
        assert [position["tabOrder"] for position in written] == sorted({p["tabOrder"] for p in written})
        for before, after in pairwise(visual.box for visual in page.visuals):
            assert after.y >= before.y + before.height or after.x >= before.x + before.width


def test_everything_is_described(one: Star) -> None:
    """Each visual has a text for whoever hears the page, and a title where its marks don't say what they are."""
    for page in pages(one, BRAND):
        for visual in page.visuals:
            assert visual.alt.endswith("."), visual.name
            assert visual.title or visual.kind in NOTHING_TO_SAY, visual.name


def test_no_visual_is_empty(stars: dict[str, Star]) -> None:
    """A run without money or months has no visual, and no column of one, about them."""
    for kind in ("customers", "ten segments", "one segment"):
        for page in pages(stars[kind], BRAND):
            said = " ".join([*(v.name for v in page.visuals), *(f"{f.table} {f.name}" for _, f in _fields(page))])
            assert not any(word in said.lower() for word in ("revenue", "month", "dates")), kind
    names = {visual.name for page in pages(stars["orders"], BRAND) for visual in page.visuals}
    assert {"revenue", "months"} <= names
    assert [page.name for page in pages(stars["one segment"], BRAND)] == ["overview", "customers"]
    assert "verdict" not in {visual.name for visual in pages(stars["one segment"], BRAND)[0].visuals}


def _painted(visual: Visual) -> dict[str, str]:
    """Give the colour of every letter that a visual paints."""
    found = {}
    for rule in visual.objects.get("dataPoint", ()):
        for scope in rule.get("selector", {}).get("data", ()):
            if "scopeId" not in scope:  # painted by a field
                continue
            letter = scope["scopeId"]["Comparison"]["Right"]["Literal"]["Value"].strip("'")
            found[letter] = rule["properties"]["fill"]["solid"]["color"]["expr"]["Literal"]["Value"].strip("'")
    return found


def test_a_segment_has_one_colour(one: Star) -> None:
    """Every visual that paints segments paints all of them, alike: in a brand's colour first, grey after the eighth."""
    painted = [found for page in pages(one, BRAND) for visual in page.visuals if (found := _painted(visual))]
    # Of a single segment nothing is divided, and without months nothing else is painted.
    assert painted or len(one.tables[SEGMENTS].rows) == 1
    assert all(found == painted[0] for found in painted)
    if not painted:
        return
    assert painted[0].keys() >= set(one.tables[SEGMENTS].rows["Letter"])
    assert (painted[0]["A"], painted[0]["B"]) == ("#0B5D4B", colours()["seg-2"])
    assert painted[0].get("J", colours()["muted-mark"]) == colours()["muted-mark"]


def test_charts_are_of_the_plain_kinds_and_begin_at_zero(one: Star) -> None:
    """No pies, no second axis; what has a length is measured from zero."""
    for page in pages(one, BRAND):
        for visual in page.visuals:
            assert not any(word in visual.kind.lower() for word in ("pie", "donut", "gauge", "radar", "funnel"))
            if "Chart" in visual.kind:
                axis = visual.objects["valueAxis"][0]["properties"]
                begins = axis["start"]["expr"]["Literal"]["Value"]
                assert begins == "0D" or (begins, axis["end"]["expr"]["Literal"]["Value"]) == ("-100D", "100D")


def test_interactions_are_between_visuals_of_the_page(one: Star) -> None:
    """Each pair is said once, and both are there; every chart and table says what a click on it does."""
    for page in pages(one, BRAND):
        names = {visual.name for visual in page.visuals}
        pairs = [(source, target) for source, target, _ in page.interactions]
        assert len(set(pairs)) == len(pairs)
        assert {name for pair in pairs for name in pair} <= names
        clicked = {visual.name for visual in page.visuals if "Chart" in visual.kind or visual.kind == "tableEx"}
        assert clicked <= {source for source, _ in pairs}


def test_segments_lead_to_their_customers(one: Star) -> None:
    """One page can be drilled to by segment, from visuals of the others; it has a way back."""
    *others, customers = pages(one, BRAND)
    assert not any(page.drill_by for page in others)
    assert any(visual.kind == "actionButton" for visual in customers.visuals)
    for page in others:
        shown = [field for visual in page.visuals if visual.kind in ("tableEx", "lineChart") for field in visual.fields]
        by = {(field.table, field.name) for field in customers.drill_by}
        assert by & {(field.table, field.name) for field in shown}, page.name
    bound = {p["boundFilter"] for p in customers.to_json()["pageBinding"]["parameters"]}
    assert bound == {f["name"] for f in customers.to_json()["filterConfig"]["filters"]}


@cache
def _texts() -> tuple[str, ...]:
    return ("O'Brien", "'quoted'", "with \"both\" 'kinds'", '{"a": 1}', "líne · ünit", "#1D2129")


@pytest.mark.parametrize("text", _texts())
def test_text_of_people_stays_text(stars: dict[str, Star], text: str) -> None:
    """A brand's name or a segment's, whatever its signs, is a quoted text of the JSON."""
    files = report_files(stars["customers"], Brand(text), "amber")
    foot = files["amber.Report/definition/pages/overview/visuals/foot/visual.json"]
    run = foot["visual"]["objects"]["general"][0]["properties"]["paragraphs"][0]["textRuns"][0]["value"]
    assert run.startswith(text)
    altered = foot["visual"]["visualContainerObjects"]["general"][0]["properties"]["altText"]["expr"]["Literal"][
        "Value"
    ]
    assert altered[1:-1].replace("''", "").count("'") == 0


def test_every_file_says_what_it_is(stars: dict[str, Star]) -> None:
    """All but the theme name their schema; the same names give the same files, so that a newer export replaces it."""
    given = report_files(stars["orders"], BRAND, "amber")
    assert given == report_files(stars["orders"], BRAND, "amber")
    assert {file for file in given if "$schema" not in given[file]} == {
        "amber.Report/StaticResources/RegisteredResources/segmentry.json"
    }
    for file in given:
        name = file.split("/")[-2] if file.endswith(("page.json", "visual.json")) else None
        assert name is None or given[file]["name"] == name


def test_only_what_counts_stands_out(one: Star) -> None:
    """What sets a segment apart is dark where the difference counts and pale where not, by a column of the model."""
    rows = one.tables["Profile"].rows
    counts = rows["Difference"].str.startswith(("▲", "▼"))
    assert set(rows["Tone"][counts]) <= {colours()["ink-2"]}
    assert set(rows["Tone"][~counts]) <= {colours()["no-segment"]}
    for page in pages(one, BRAND):
        for visual in page.visuals:
            if visual.name == "apart":
                (rule,) = [rule for rule in visual.objects["dataPoint"] if "selector" in rule]
                shown = rule["properties"]["fill"]["solid"]["color"]["expr"]["Aggregation"]["Expression"]["Column"]
                assert (shown["Expression"]["SourceRef"]["Entity"], shown["Property"]) == ("Profile", "Tone")


def test_a_single_segment_is_not_divided(stars: dict[str, Star]) -> None:
    """Its first page shows no bar of 100%, and the line of the segment takes the room."""
    page = pages(stars["one segment"], BRAND)[0]
    assert [visual.name for visual in page.visuals] == ["finding", "figures", "ledger", "foot"]
