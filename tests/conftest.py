"""What the tests of several rooms share: where real data lie, and that in CI none may be missing."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _folder(name: str) -> Path:
    """Find a folder of real data beside the checkout, or skip; in CI its absence is a failure."""
    folder = SHARED / name
    if not folder.is_dir():
        reason = f"the folder shared/{name} is not beside this checkout, so this test on real data is skipped"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data sets."""
    return _folder("data")


@pytest.fixture(scope="session")
def shared_torture() -> Path:
    """Give the folder of small order files with known answers."""
    return _folder("torture")
