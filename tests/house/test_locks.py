import re
from pathlib import Path
from typing import Any

import pytest

LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-browser.lock",
    "requirements-build.lock",
    "benchmarks/requirements.lock",
)
ENTRY = re.compile(r"^([a-z0-9][a-z0-9-]*)==([^ ;\\]+)", re.MULTILINE)


def _locked(root: Path, lock: str) -> set[tuple[str, str]]:
    return set(ENTRY.findall((root / lock).read_text(encoding="utf-8")))


def _names(requirements: list[str]) -> set[str]:
    """Give the names of requirements as locks write them (PEP 503)."""
    bare = [re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0] for requirement in requirements]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in bare}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(root: Path, lock: str) -> None:
    """Whoever installs uses the index that pip is configured for."""
    text = (root / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not [line for line in text.splitlines() if re.match(r"-|.* @ ", line)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_of_a_lock_has_a_hash(root: Path, lock: str) -> None:
    """A version without a hash could be exchanged on its way."""
    text = (root / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert entries
    assert [line for line in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", line)] == []


def test_the_libraries_measured_beside_are_locked(root: Path) -> None:
    """Each that benchmarks/requirements.txt asks for; what ours needs too has the very version of ours."""
    asked = (root / "benchmarks" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    locked = _locked(root, "benchmarks/requirements.lock")
    assert _names([line for line in asked if not line.startswith("#")]) <= {name for name, _ in locked}
    ours = _locked(root, "requirements-dev.lock")
    shared = {name for name, _ in ours} & {name for name, _ in locked}
    assert {entry for entry in locked if entry[0] in shared} <= ours


def test_every_dependency_is_locked(root: Path, project: dict[str, Any]) -> None:
    """What pyproject.toml asks for stands in the lock of its purpose."""
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
        "requirements-browser.lock": project["dependency-groups"]["browser"],
        "requirements-build.lock": project["build-system"]["requires"],
    }
    for lock, requirements in asked.items():
        assert _names(requirements) - {name for name, _ in _locked(root, lock)} == set(), lock


def test_locks_agree(root: Path) -> None:
    """The tests run with the very versions that people install."""
    development = _locked(root, "requirements-dev.lock")
    assert _locked(root, "requirements.lock") <= development
    assert _locked(root, "requirements-build.lock") <= development


def test_the_browser_is_driven_beside_the_versions_of_the_other_tests(root: Path) -> None:
    """Both locks are installed into one environment: what stands in both has one version."""
    development, browser = _locked(root, "requirements-dev.lock"), _locked(root, "requirements-browser.lock")
    shared = {name for name, _ in development} & {name for name, _ in browser}
    assert {entry for entry in browser if entry[0] in shared} <= development


def test_the_core_leaves_out_what_is_large_and_optional(root: Path) -> None:
    """Pyarrow alone would bring the installation above its limit."""
    names = {name for name, _ in _locked(root, "requirements.lock")}
    assert names.isdisjoint({"pyarrow", "polars", "mlflow", "torch", "matplotlib"})
