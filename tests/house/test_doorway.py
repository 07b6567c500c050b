import subprocess
import sys
from pathlib import Path

import pytest

import segmentry

NAMES = [
    "AmbiguousError",
    "ColumnError",
    "DataError",
    "ModelError",
    "NotFoundError",
    "ReadError",
    "ReadOptions",
    "Recipe",
    "RunSummary",
    "SampleShop",
    "SegmentModel",
    "Segmentation",
    "Segmenter",
    "SegmentryError",
    "TooFewError",
    "UsageError",
    "build",
    "compare",
    "explore",
    "fit_scores",
    "lint_grid",
    "load",
    "load_grid",
    "sample_shop",
    "score",
    "segment",
]
HEAVY = {"numpy", "pandas", "duckdb", "scipy", "sklearn", "rich"}
READING = {"duckdb", "python_calamine", "segmentry.data.load", "segmentry.check", "segmentry.compare"}
LEARNING = {"scipy", "sklearn", "rich.progress"}


def test_the_doorway_has_exactly_these_names() -> None:
    """The public names are a promise: adding or removing one is a decision, made here too."""
    assert segmentry.__all__ == NAMES


def test_names_stand_in_order() -> None:
    """Names are sorted, so that two people's additions don't collide."""
    assert sorted(NAMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there_with_its_documentation(name: str) -> None:
    """What the doorway promises can be used, and says what it is."""
    thing = getattr(segmentry, name)
    assert callable(thing)
    assert thing.__name__ == name
    assert thing.__doc__


def test_unknown_names_are_refused_as_python_does() -> None:
    """A misspelt name is an AttributeError, as with any module."""
    with pytest.raises(AttributeError, match="segmnt"):
        getattr(segmentry, "segmnt")  # noqa: B009 - the name must not be known to the type checker


@pytest.mark.parametrize("statement", ["import segmentry", "import segmentry.cli, segmentry.cli.main"])
def test_opening_the_door_imports_nothing_heavy(statement: str) -> None:
    """A short command must not wait for libraries that it doesn't use."""
    asked = f"{statement}\nimport sys\nprint(*sorted(set({sorted(HEAVY)!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """``segmentry --help`` is answered by click alone."""
    asked = (
        "import sys\nfrom segmentry.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print('heavy:', *sorted(set({sorted(HEAVY)!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "heavy:"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a small model and a file to score."""
    folder = tmp_path_factory.mktemp("placing")
    shop = segmentry.sample_shop(60, seed=0)
    orders = shop.orders[["customer_id", "order_date", "amount"]]
    segmentry.segment(orders, segments=2, rebuilds=2).model.save(folder / "shop.segmentry")
    orders.to_csv(folder / "orders.csv", index=False)
    return folder


def imported(code: str, asked: set[str], folder: Path) -> list[str]:
    """Say which of the modules asked for a piece of code has imported."""
    code += f"\nimport sys\nprint('heavy:', *sorted(set({sorted(asked)!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout.splitlines()[-1].split()[1:]


CUSTOMER = "{'recency_days': 12, 'orders': 7, 'spend': 900}"


@pytest.mark.parametrize("way", ["place_one", "assign"])
def test_placing_one_customer_needs_no_query_engine(saved: Path, way: str) -> None:
    """A service that places customers waits neither for what reads files nor for what learns segments."""
    code = f"from segmentry import SegmentModel\nSegmentModel.load('shop.segmentry').{way}({CUSTOMER})"
    assert imported(code, READING | LEARNING | {"rich"}, saved) == []


@pytest.mark.parametrize(
    ("command", "needless"),
    [
        (["assign", "shop.segmentry", "recency_days=12", "orders=7", "spend=900"], READING | LEARNING),
        (["score", "shop.segmentry", "orders.csv", "--as-of", "2030-01-01", "--out", "scored.csv"], LEARNING),
    ],
    ids=["assign", "score"],
)
def test_placing_commands_import_what_they_need(saved: Path, command: list[str], needless: set[str]) -> None:
    """``assign`` opens no query engine, and neither command waits for the libraries that a run learns by."""
    code = f"from segmentry.cli import main\ntry:\n    main({command!r})\n"
    code += "except SystemExit as end:\n    assert not end.code"
    assert imported(code, needless, saved) == []


UNUSED = {
    "measures": {"sklearn", "scipy.stats", "polars"},
    "run": {"sklearn.cluster", "sklearn.ensemble", "openTSNE", "umap", "polars"},
}


@pytest.mark.parametrize("command", UNUSED)
def test_a_command_imports_only_what_it_uses(tmp_path: Path, command: str) -> None:
    """What a plain command doesn't compute with, it doesn't wait for."""
    lines = [f"c{place % 40},2024-0{1 + place % 9}-11,{1 + place % 13}" for place in range(200)]
    (tmp_path / "orders.csv").write_text("\n".join(["customer_id,order_date,amount", *lines]), encoding="utf-8")
    more = {"measures": ["--out", "m.csv"], "run": ["--segments", "2"]}[command]
    asked = (
        "import sys\nfrom segmentry.cli import main\n"
        f"try:\n    main([{command!r}, 'orders.csv', '-q', *{more!r}])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"print('heavy:', *sorted({UNUSED[command]!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "heavy:"
