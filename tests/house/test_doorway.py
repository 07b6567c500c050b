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
