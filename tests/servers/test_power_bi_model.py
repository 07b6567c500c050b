"""The model of a Power BI project beside Microsoft's own parser of Power Query, and on a real shop's orders."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from power_bi_harness.checks import faults
from power_bi_harness.dax import Context, Model
from power_bi_harness.figures import compared
from power_bi_harness.npm import fetched
from power_bi_harness.tmdl import read

from segmentry.export.power_bi import write_project
from segmentry.export.power_bi.tables import star
from segmentry.report import Brand
from segmentry.segment import segment
from segmentry.workspace import Run, open_run, save_run

pytestmark = pytest.mark.server

PACKAGES = {
    "@microsoft/powerquery-parser@2.0.0": (
        "04SZYJub4WgGtKfVGt4AxOLNuwSvkNzlcpUoP1PE59YYkkPsls1HNcxC5cNVVa82O8c8mcpGxt8raqkUlOpPUA=="
    ),
    "grapheme-splitter@1.0.4": (
        "bzh50DW9kTPM00T8y4o8vQg89Di9oLJVLW/KaOGIXJWP/iqCN6WKYkbNOF04vFLJhwcpYUh9ydh/+5vpOqV4YQ=="
    ),
    "performance-now@2.1.0": "7EAHlyLHI56VEIdK57uwHdHKIaAGbnXPiw0yWbarQZOKaKpvUIgW0jWRVLiatnM+XXlSwsanIBH/hzGMJulMow==",
}
"""The parser and what it needs, each with the SHA-512 of its archive."""


@pytest.fixture(scope="module")
def parser() -> Path:
    """Give the folder of the parser."""
    return fetched("power-query", PACKAGES)


@pytest.fixture(scope="module")
def runs(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """Find segments in Online Retail, in it again as a run that follows, and among customers with many attributes."""
    workspace = tmp_path_factory.mktemp("power-bi-runs")
    orders = shared_data / "online_retail.parquet"
    retail = segment(orders, name="retail", currency="£", as_of="2011-10-31", rebuilds=20)
    later = segment(orders, name="later", currency="£", previous=retail, rebuilds=20)
    telco = segment(shared_data / "telco_churn.csv", name="telco", rebuilds=20)
    for found in (retail, later, telco):
        save_run(workspace / "runs" / found.summary.run, found, lambda _: "")
    return {name: open_run(name, workspace) for name in ("retail", "later", "telco")}


@pytest.fixture(scope="module")
def projects(runs: Mapping[str, Run], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Write each of them."""
    folder = tmp_path_factory.mktemp("power-bi-real")
    for name, run in runs.items():
        write_project(run, folder / name, Brand())
    return {name: folder / name for name in runs}


def _queries(project: Path) -> list[str]:
    """Give every text in M that the model holds."""
    nodes = [node for path in sorted(project.rglob("*.tmdl")) for node in read(path)]
    queries = [part.properties["source"] for node in nodes for part in node.all("partition")]
    return queries + [node.value for node in nodes if node.kind == "expression"]


def _said(parser: Path, queries: Sequence[str]) -> list[str]:
    """Give what the parser says of each; "" where nothing is wrong."""
    script = Path(__file__).with_name("power_bi_m.mjs")
    command = ["node", str(script), str(parser)]
    done = subprocess.run(command, input=json.dumps(queries), capture_output=True, text=True, check=True)
    said: list[str] = json.loads(done.stdout)
    return said


def test_every_query_is_power_query(parser: Path, projects: Mapping[str, Path]) -> None:
    """Microsoft's own parser reads each table's query and the parameter."""
    queries = [query for project in projects.values() for query in _queries(project)]
    assert len(queries) > 20
    assert set(_said(parser, queries)) == {""}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("in\n", "\n"),
        ("[PromoteAllScalars = true]", "PromoteAllScalars = true]"),
        ('"en-US")', '"en-US"'),
        (", null, Replacer", ", null Replacer"),
        ('"\\customers.csv"', '"\\customers.csv'),
    ],
)
def test_the_parser_finds_a_planted_fault(parser: Path, projects: Mapping[str, Path], right: str, wrong: str) -> None:
    """What ends too early, or never, is said to be wrong."""
    query = next(query for query in _queries(projects["later"]) if "customers.csv" in query)
    assert right in query
    assert all(_said(parser, [query.replace(right, wrong, 1)]))


@pytest.mark.parametrize("name", ["retail", "later", "telco"])
def test_the_model_of_a_real_run_has_no_fault(projects: Mapping[str, Path], name: str) -> None:
    """Names, types, keys, relationships, formulas, queries, words and data agree."""
    assert faults(projects[name]) == []


@pytest.mark.parametrize("name", ["retail", "later", "telco"])
def test_measures_give_the_figures_of_the_report(
    runs: Mapping[str, Run], projects: Mapping[str, Path], name: str
) -> None:
    """Each measure's formula, evaluated over the exported files: per segment and for the whole run."""
    found = list(compared(Model(projects[name]), star(runs[name]), runs[name].summary))
    assert len(found) > 10 * len(runs[name].summary.segments)
    for measure, letter, wanted, value in found:
        equal = (
            value == wanted if wanted is None or isinstance(wanted, str) else value == pytest.approx(wanted, rel=1e-9)
        )
        assert equal, f"{measure} of {letter or 'everybody'}: {value}, in the report {wanted}"


@pytest.mark.parametrize("name", ["retail", "later"])
def test_months_of_a_real_shop_add_up(runs: Mapping[str, Run], projects: Mapping[str, Path], name: str) -> None:
    """To the cent, customer by customer; and the measures over months to those over customers, segment by segment."""
    months, customers = runs[name].monthly(), runs[name].customers().set_index("customer_id")
    assert months is not None
    sums = months.groupby("customer_id")[["orders", "revenue"]].sum().reindex(customers.index)
    assert (sums["orders"] == customers["orders"]).all()
    assert (sums["revenue"] - customers["spend"]).abs().max() < 0.005
    model = Model(projects[name])
    for segment_ in runs[name].summary.segments:
        only = Context().having("Segments", "Letter", f"\"Letter\" = '{segment_.letter}'")
        assert model.value("Monthly revenue", only) == pytest.approx(segment_.revenue, abs=0.005)
