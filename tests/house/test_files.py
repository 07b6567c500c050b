import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

MOST_LINES = 500
MOST_FUNCTION_LINES = 60
NO_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "base2"}
RUNS_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "read_pickle", "to_pickle"}
# What says nothing, or that work was left undone; tests may name such words in order to forbid them.
NEVER = ("insight", "ai-powered", "todo:", "fixme", "xxx:", "lorem ipsum")
# Products of others that are called by such a word.
CALLED_SO = ("app_insights", "application insights")
# Where only some machine looks: a host of packages, a folder.
NOWHERE = (
    "pypi.org",
    "pythonhosted.org",
    "anaconda.org",
    "--index-url",
    "--find-links",
    "--trusted-host",
    "/work/",
    "/opt/",
    "/root/",
)
SELF = Path("tests/house/test_files.py")


def _modules(texts: Mapping[Path, str], folder: str = "src") -> Iterator[tuple[Path, ast.Module]]:
    for path, text in texts.items():
        if path.suffix == ".py" and path.parts[0] == folder:
            yield path, ast.parse(text)


def test_no_file_is_longer_than_a_person_reads_at_once(texts: Mapping[Path, str]) -> None:
    """At most 500 lines a file, locks apart: a file is split where its ideas part."""
    lines = {str(path): text.count("\n") for path, text in texts.items() if path.suffix != ".lock"}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_no_function_is_longer_than_a_screen(texts: Mapping[Path, str]) -> None:
    """At most 60 lines of body, the docstring apart."""
    long = {}
    for path, tree in _modules(texts):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                if (length := (node.end_lineno or 0) - first.lineno + 1) > MOST_FUNCTION_LINES:
                    long[f"{path}: {node.name}"] = length
    assert long == {}


def test_modules_are_named_after_what_they_hold(texts: Mapping[Path, str]) -> None:
    """A module called utils or helpers is a drawer without a label."""
    named = {part.removesuffix(".py") for path in texts for part in path.parts}
    assert named & NO_NAMES == set()


def test_nothing_in_the_source_runs_what_it_reads(texts: Mapping[Path, str]) -> None:
    """No pickle, no joblib.load, no eval: a model file can never run code."""
    found = []
    for path, tree in _modules(texts):
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").split(".")[0], *(alias.name for alias in node.names)]
            elif isinstance(node, ast.Call):
                called = node.func
                # re.compile makes a pattern, not code: only the bare name counts.
                names = [called.id] if isinstance(called, ast.Name) else []
                if isinstance(called, ast.Attribute) and called.attr in {"read_pickle", "to_pickle"}:
                    names = [called.attr]
            found += [f"{path}:{getattr(node, 'lineno', 0)} {name}" for name in names if name in RUNS_CODE | RUNS_TEXT]
    assert found == []


def test_arrays_are_never_unpickled(texts: Mapping[Path, str]) -> None:
    """Every numpy.load says allow_pickle=False."""
    loads = [
        (path, node)
        for path, tree in _modules(texts)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"np.load", "numpy.load"}
    ]
    assert loads
    for path, node in loads:
        allowed = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "allow_pickle"]
        assert allowed == ["False"], f"{path}:{node.lineno}"


def test_optional_table_libraries_are_not_imported(texts: Mapping[Path, str]) -> None:
    """The core runs without pyarrow and polars, so it imports neither."""
    for path, tree in _modules(texts):
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported & {"pyarrow", "polars"} == set(), path


def test_every_test_states_its_rule(texts: Mapping[Path, str]) -> None:
    """Each test has a docstring: the sentence that would be broken if it failed."""
    without = [
        f"{path}: {node.name}"
        for path, tree in _modules(texts, "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert without == []


@pytest.mark.parametrize("phrase", NEVER)
def test_empty_phrases_stay_out(texts: Mapping[Path, str], phrase: str) -> None:
    """No advertising words, and no notes of work undone."""
    said = {path: text.lower() for path, text in texts.items() if path.parts[0] != "tests"}
    for name in CALLED_SO:
        said = {path: text.replace(name, "") for path, text in said.items()}
    assert [str(path) for path, text in said.items() if phrase in text] == []


@pytest.mark.parametrize("place", NOWHERE)
def test_no_file_names_a_place_of_one_machine(texts: Mapping[Path, str], place: str) -> None:
    """The repository works wherever it is cloned, with whatever index of packages people have."""
    assert [str(path) for path, text in texts.items() if path != SELF and place in text.lower()] == []


def test_every_file_ends_with_one_line_end_and_has_no_blanks_at_line_ends(texts: Mapping[Path, str]) -> None:
    """Text files are clean, so that a change shows only what was changed."""
    untidy = [
        str(path)
        for path, text in texts.items()
        if text and (not text.endswith("\n") or text.endswith("\n\n") or re.search(r"[ \t]\n", text) or "\r" in text)
    ]
    assert untidy == []
