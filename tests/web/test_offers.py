"""Pages offer to whoever looks at them only what that key may do."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from segmentry.web import Site, create_app
from segmentry.web.entrance.keys import Keys
from segmentry.web.entrance.policy import Routes, allows

LED_TO = re.compile(r'<(?:a|form)\b[^>]*?(?:method="(post)")?[^>]*?(?:href|action)="(/[^"]*)"')
PAGES = ("/", "/compare", "/nowhere", "/runs/demo", "/runs/demo/segments", "/runs/demo/segments/A", "/runs/demo/trust")


@pytest.mark.parametrize("right", ["read", "score"])
def test_no_page_offers_what_the_key_may_not(workspace: Path, tmp_path: Path, right: str) -> None:
    """Every link and every form of the pages that a key sees leads to a route that is open to it, runs or none."""
    keys = Keys(tmp_path)
    secret = keys.new("person", right)[1]
    refused, seen = [], 0
    for folder, pages in ((workspace, PAGES), (tmp_path, PAGES[:3])):
        app = create_app(Site(folder), keys=keys)
        routes = Routes(app.routes)
        asked = TestClient(app, base_url="http://127.0.0.1:8000", headers={"authorization": f"Bearer {secret}"})
        for page in pages:
            for method, to in LED_TO.findall(asked.get(page).text):
                found = routes.find(method.upper() or "GET", re.split("[?#]", to)[0])
                seen += 1
                if not allows(right, found.needs):
                    refused.append((page, to))
    assert refused == []
    assert seen > 60


def test_a_refusal_leads_back(tmp_path: Path) -> None:
    """Who may look but not start a run is told what that takes, and finds the way back to the pages."""
    keys = Keys(tmp_path)
    app = create_app(Site(tmp_path), keys=keys)
    asked = TestClient(app, base_url="http://127.0.0.1:8000")
    asked.post("/sign-in", data={"key": keys.new("person", "read")[1]})
    told = asked.get("/new", headers={"accept": "text/html"})
    assert told.status_code == 403
    assert '<a class="button" href="/">All runs</a>' in told.text
    assert "<code>segmentry keys new NAME --right manage</code>" in told.text
    assert "segmentry</p>" in told.text
