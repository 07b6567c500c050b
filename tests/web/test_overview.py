"""The overview of a run."""

from starlette.testclient import TestClient


def test_the_heading_is_the_finding(client: TestClient) -> None:
    """A page's h1 is a finding with a number, never a page's name."""
    found = client.get("/runs/demo")
    assert found.status_code == 200
    assert "% of customers bring" in found.text.split("<h1>")[1].split("</h1>")[0]
