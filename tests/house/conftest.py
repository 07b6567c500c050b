"""The repository's own files, for tests about the repository."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "benchmarks", "docs", ".ci")
TEXTS = {".py", ".md", ".toml", ".css", ".html", ".lock", ""}


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def texts() -> Mapping[Path, str]:
    """Give every text file of the repository by its path from the root."""
    found = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXTS]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in TEXTS]
    ours = [path for path in found if not {"__pycache__"} & set(path.parts) and ".egg-info" not in str(path)]
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in sorted(ours)}


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """Give pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
