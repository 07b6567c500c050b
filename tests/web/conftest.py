"""A workspace with a finished run, and a browser-less client on its pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from segmentry import report
from segmentry.data import sample_shop
from segmentry.segment import segment
from segmentry.web import Site, create_app
from segmentry.web.background import jobs, worker
from segmentry.web.background.jobs import Job, Jobs
from segmentry.workspace import save_run


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with one run of a small sample shop, called demo."""
    folder = tmp_path_factory.mktemp("workspace")
    shop = sample_shop(400)
    found = segment(shop.orders, shop.customers, name="demo", segments="2-6", rebuilds=20, currency="£")
    save_run(folder / "runs" / "demo", found, report.html)
    return folder


@pytest.fixture
def client(workspace: Path) -> Iterator[TestClient]:
    """Ask for pages as a browser on this computer would, redirects not followed."""
    with TestClient(create_app(Site(workspace)), base_url="http://127.0.0.1:8000", follow_redirects=False) as asked:
        yield asked


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Jobs, Job], Job]:
    """Give what does a job as its process would, in this process and when it is called; no job starts by itself."""
    monkeypatch.setattr(jobs, "JOBS_AT_ONCE", 0)
    monkeypatch.setattr(worker, "hold_job", lambda: None)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    monkeypatch.chdir(Path.cwd())

    def done(queue: Jobs, job: Job) -> Job:
        worker.main([str(job.folder)])
        return queue.find(job.id)

    return done
