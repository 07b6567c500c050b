"""One Chromium a process, and workspaces whose pages are looked at."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from harness.chromium import browser, look
from harness.server import command, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
Visit = Callable[..., AbstractContextManager["Page"]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that none runs where no browser was asked for."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Give Chromium, started once."""
    with browser() as started:
        yield started


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with runs of one shop: demo; later, which goes on from it; table, of its customers alone."""
    folder = tmp_path_factory.mktemp("finished")
    here = ("--workspace", str(folder), "--quiet")
    command("demo", "--customers", "600", *here)
    shop = folder / "sample-shop"
    before = str(folder / "runs" / "demo" / "model.segmentry")
    orders = str(shop / "orders.csv")
    command("run", orders, "--window", "500", "--previous", before, "--name", "later", "--currency", "£", *here)
    command("run", str(shop / "customers.csv"), "--name", "table", *here)
    return folder


@pytest.fixture(scope="session")
def origin(workspace: Path) -> Iterator[str]:
    """Give the address of that workspace's pages."""
    with opened(workspace) as address:
        yield address


@pytest.fixture
def visit(chromium: "Browser", origin: str) -> Visit:
    """Open a watched page on the finished runs: ``with visit("/runs/demo", width=390) as page``."""

    @contextmanager
    def visited(path: str, **settings: Any) -> Iterator["Page"]:
        with look(chromium, origin, **settings) as page:
            page.goto(path)
            yield page

    return visited
