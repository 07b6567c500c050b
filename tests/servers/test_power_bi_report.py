"""The report of a Power BI project beside checkers of others: the published schemas, and those of Power BI's maker.

The second is a package of npm. Its command line asks for a package that isn't published, so the same check is called as
a library; the schemas that it would fetch come from the folder beside this checkout.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from power_bi_harness.npm import fetched

from segmentry.export.power_bi import write_project
from segmentry.report import Brand
from segmentry.segment import segment
from segmentry.workspace import open_run, save_run

pytestmark = pytest.mark.server

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "@microsoft/powerbi-report-authoring-cli@0.4.0": (
        "B+Fke6TBqCuQTGBBowmQWM0hTjxJQGpjBuFD9/dQUgwlI5jajunWOd59QA1nnEkOS2F0zMFZdtjR46Ji+Qvvzw=="
    ),
    "@microsoft/powerbi-core-visual-schema@0.1.1": (
        "B318sRMjJ8Cn2LKzUmcmvl2Oplr4uOsFPh2MJFQV0Y1UzsdvJjt/Rg+mYKZXK3QtztUvu0BsuAlCMmJDihjCfg=="
    ),
    "ajv@8.20.0": "Thbli+OlOj+iMPYFBVBfJ3OmCAnaSyNn4M1vz9T6Gka5Jt9ba/HIR56joy65tY6kx/FCF5VXNB819Y7/GUrBGA==",
    "ajv-formats@3.0.1": "8iUql50EUR+uUcdRQ3HDqa6EVyo3docL8g5WJ3FNcWmu62IbkGUue/pEyLBW8VGKKucTPgqeks4fIU1DA4yowQ==",
    "fast-deep-equal@3.1.3": "f3qQ9oQy9j2AhBe/H9VC91wLmKBCCU/gDOnKNAYG5hswO7BLKj09Hc5HYNz9cGI++xlpDCIgDaitVs03ATR84Q==",
    "fast-uri@3.1.9": "hS/0Wt3Ya043oKXs0sIxrMpKQITXhMLIrVAKKXi4gozGC9v7YRWVnXIZzjNPTO02M9BdxLCWqK1yRXgNziVyJQ==",
    "json-schema-traverse@1.0.0": (
        "NM8/P9n3XjXhIZn1lLhkFaACTOURQXjWhV4BA/RnOv8xvgqtqpAX9IO4mRQxSx1Rlo4tqzeqb0sOlruaOy3dug=="
    ),
    "require-from-string@2.0.2": (
        "Xf0nWe6RseziFMu+Ap9biiUbmplq6S9/p+7w7YXP/JBHhrUDDUhwa+vANyubuqfZWTveU//DYVGsDG7RKL/vEw=="
    ),
}
"""The checker and what it needs, each with the SHA-512 of its archive."""
BRAND = Brand('O\'Brien & Co. "Tea"', colours=(("accent", "#7A1F3D"), ("2", "#0B5D4B")))
OVERVIEW = "definition/pages/overview"
LIST = "definition/pages/customers/visuals/list/visual.json"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="session")
def checker() -> Path:
    """Fetch the checker by its version, take it only if it is what its hash says, and give its folder."""
    return fetched("power-bi", PACKAGES)


@pytest.fixture(scope="session")
def schemas(shared_data: Path) -> Path:
    """Give the folder of published schemas, with their checker."""
    found = shared_data.parent / "powerbi"
    if not found.is_dir():
        assert not os.environ.get("CI"), "the folder shared/powerbi is not beside this checkout"
        pytest.skip("the folder shared/powerbi is not beside this checkout")
    return found


@pytest.fixture(scope="session")
def projects(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Export a shop's orders, the run that follows it, and customers without money, each by the project's folder."""
    root = tmp_path_factory.mktemp("power-bi")
    orders = shared_data / "online_retail.parquet"
    retail = segment(orders, name="retail", currency="£", as_of="2011-10-31", rebuilds=20)
    later = segment(orders, name="later", previous=retail, rebuilds=20)
    mall = segment(shared_data / "mall_customers.csv", name="mall", rebuilds=20)
    found = {}
    for run, brand in ((retail, Brand()), (later, BRAND), (mall, BRAND)):
        name = run.summary.run
        save_run(root / "runs" / name, run, lambda _: "")
        write_project(open_run(name, root), root / name, brand)
        found[name] = root / name
    return found


def _held_against_schemas(schemas: Path, project: Path) -> list[str]:
    """Give every fault that the published schemas find."""
    done = subprocess.run(
        [sys.executable, str(schemas / "check_pbip.py"), str(project)], capture_output=True, text=True, check=False
    )
    *faults, count = done.stdout.strip().splitlines()
    assert count.endswith(f"{len(faults)} faults"), done.stdout + done.stderr
    assert (done.returncode == 0) == (not faults)
    return faults


def _checked(checker: Path, schemas: Path, projects: Sequence[Path]) -> Iterator[set[str]]:
    """Give, for each project, the codes of all errors and warnings."""
    reports = [next(project.glob("*.Report")) for project in projects]
    command = ["node", str(HERE / "power_bi_report.mjs"), str(checker), str(schemas / "schemas"), *map(str, reports)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["missed"] == []
    for found in answer["found"]:
        yield set(found["diagnostics"])


@pytest.fixture
def altered(projects: dict[str, Path], tmp_path: Path) -> Callable[[str, Change], Path]:
    """Give a copy of a project in which one file of the report was changed."""

    def alter(file: str, change: Change) -> Path:
        copy = tmp_path / "later"
        shutil.copytree(projects["later"], copy)
        place = copy / file if file.endswith(".pbip") else next(copy.glob("*.Report")) / file
        document = json.loads(place.read_text("utf-8"))
        change(document)
        place.write_text(json.dumps(document), "utf-8")
        return copy

    return alter


@pytest.mark.parametrize("name", ["retail", "later", "mall"])
def test_the_published_schemas_find_no_fault(schemas: Path, projects: dict[str, Path], name: str) -> None:
    """Every JSON file of a project names a published schema and fits it."""
    assert _held_against_schemas(schemas, projects[name]) == []


def test_the_makers_checks_find_no_fault(checker: Path, schemas: Path, projects: dict[str, Path]) -> None:
    """No error and no warning: roles, formatting, theme, layout, interactions, drill-through, names."""
    assert list(_checked(checker, schemas, list(projects.values()))) == [set(), set(), set()]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("later.pbip", lambda d: d.pop("version")),
        (".platform", lambda d: d["config"].pop("logicalId")),
        ("definition/report.json", lambda d: d["settings"].update(exportDataMode="Everything")),
        ("definition/report.json", lambda d: d.pop("$schema")),
        ("definition/pages/pages.json", lambda d: d.update(pageOrder="overview")),
        (f"{OVERVIEW}/page.json", lambda d: d["visualInteractions"][0].update(type="Filter")),
        (f"{OVERVIEW}/page.json", lambda d: d.update(colour="red")),
        (LIST, lambda d: d["position"].update(x="left")),
        (LIST, lambda d: d["visual"]["query"]["sortDefinition"]["sort"][0].update(direction="Down")),
        (LIST, lambda d: d["visual"]["query"]["queryState"]["Values"]["projections"][0].pop("queryRef")),
    ],
)
def test_the_schemas_notice(schemas: Path, altered: Callable[[str, Change], Path], file: str, change: Change) -> None:
    """A planted fault of each kind of file is found."""
    assert _held_against_schemas(schemas, altered(file, change))


def _rule(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["visual"]["objects"]["legend"][0]["properties"]
    return found


@pytest.mark.parametrize(
    ("file", "change", "code"),
    [
        (LIST, lambda d: d["position"].update(x="left"), "PBIR_SCHEMA_VALIDATION_ERROR"),
        (LIST, lambda d: d["position"].update(width=2000), "PBIR_LAYOUT_OUT_OF_BOUNDS_WIDTH"),
        (LIST, lambda d: d["visual"].update(visualType="tabel"), "PBIR_VISUAL_TYPE_UNKNOWN"),
        (
            f"{OVERVIEW}/visuals/months/visual.json",
            lambda d: d["visual"]["query"]["queryState"].update(Rank=d["visual"]["query"]["queryState"].pop("Y")),
            "PBIR_ROLE_UNKNOWN",
        ),
        (
            f"{OVERVIEW}/visuals/months/visual.json",
            lambda d: _rule(d).update(place=_rule(d)["position"]),
            "PBIR_FORMATTING_PROP_UNKNOWN",
        ),
        (
            f"{OVERVIEW}/visuals/months/visual.json",
            lambda d: _rule(d)["position"]["expr"]["Literal"].update(Value="'Middle'"),
            "PBIR_FORMATTING_ENUM_INVALID",
        ),
        (
            f"{OVERVIEW}/page.json",
            lambda d: d["visualInteractions"][0].update(target="elsewhere"),
            "PBIR_VISUAL_INTERACTION_REF_MISSING",
        ),
        (
            "definition/pages/customers/page.json",
            lambda d: d["pageBinding"]["parameters"][0].update(boundFilter="another"),
            "PBIR_DRILLTHROUGH_BOUND_FILTER_REF_MISSING",
        ),
        ("definition/pages/pages.json", lambda d: d["pageOrder"].pop(), "PBIR_PAGE_DIR_NOT_IN_ORDER"),
        (
            "StaticResources/RegisteredResources/segmentry.json",
            lambda d: d.update(foreground="ink"),
            "PBIR_THEME_COLOR_INVALID",
        ),
        ("later.pbip", lambda d: d["artifacts"].clear(), "PBIR_PBIP_ARTIFACTS_EMPTY"),
    ],
)
def test_the_makers_checks_notice(
    checker: Path,
    schemas: Path,
    altered: Callable[[str, Change], Path],
    file: str,
    change: Change,
    code: str,
) -> None:
    """A planted fault is found under its name."""
    assert code in next(_checked(checker, schemas, [altered(file, change)]))
