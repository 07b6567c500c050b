"""The form of one customer: the page says what the model says, and keeps what was typed."""

import html
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
from starlette.testclient import TestClient

from segmentry import report
from segmentry.cli.main import main
from segmentry.segment import segment
from segmentry.web import Site, create_app
from segmentry.workspace import Run, open_run, save_run

NAUGHTY = '<script>alert("1")</script>'
COLUMNS = {"number": "spend <b>&amp; 'more'", "category": "plan\n2", "yes-no": "a=b", "figure": "-visits"}


@pytest.fixture(scope="module")
def demo(workspace: Path) -> Run:
    """Open the run called demo."""
    return open_run("demo", workspace)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with a run on columns and levels that hold markup, line ends and signs of our own."""
    folder = tmp_path_factory.mktemp("odd")
    rows = range(60)
    table = pd.DataFrame(
        {
            "id": [f"<i>{row}" for row in rows],
            COLUMNS["number"]: [(row % 3) * 40.0 + row * 0.1 for row in rows],
            COLUMNS["category"]: [(NAUGHTY, "x=y", "plain")[row % 3] for row in rows],
            COLUMNS["yes-no"]: [("yes", "no")[row % 2] for row in rows],
            COLUMNS["figure"]: [(row % 3) * 5 + row % 2 for row in rows],
        }
    )
    found = segment(table, name="odd", segments=3, rebuilds=2, id="id", measures=list(COLUMNS.values()))
    save_run(folder / "runs" / "odd", found, report.html)
    return folder


@pytest.fixture
def asked(odd: Path) -> Iterator[TestClient]:
    """Ask for pages about the odd run."""
    with TestClient(create_app(Site(odd)), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


def heading(text: str) -> str:
    """Give a page's h1."""
    return html.unescape(text.split("<h1>")[1].split("</h1>", maxsplit=1)[0])


def shown_segment(text: str) -> str:
    """Give the letter of the segment that the page names first."""
    found = re.search(r'<dt>(?:Nearest s|S)egment</dt><dd>.*?class="badge [^"]+">([A-Z]+)<', text)
    assert found is not None
    return found[1]


def command(text: str) -> list[str]:
    """Give the words of the command at a page's foot."""
    return shlex.split(html.unescape(text.split("<code>")[1].split("</code>", maxsplit=1)[0]))


def test_the_page_says_what_assign_says(client: TestClient, demo: Run) -> None:
    """Each customer of the run is shown in the segment, with the fit, that the model gives."""
    customers = demo.customers().iloc[::37]
    assigned = demo.model.assign(customers)
    for (_, row), said in zip(customers.iterrows(), assigned.itertuples(), strict=True):
        values = {f"m.{each.name}": repr(float(row[each.name])) for each in demo.model.inputs}
        found = client.get(f"/runs/demo/score?{urlencode(values)}")
        assert found.status_code == 200
        assert shown_segment(found.text) == said.segment
        assert f"<dt>Fit</dt><dd>{said.fit} " in found.text
        assert ("Unlike anyone we learned from" in found.text) == said.unlike


def test_a_customer_of_the_run_is_filled_in(client: TestClient, demo: Run) -> None:
    """An id gives the segment that the run has for that customer, and her measures in the fields."""
    for row in demo.customers().iloc[::97].itertuples():
        found = client.get("/runs/demo/score", params={"of": row.customer_id})
        assert shown_segment(found.text) == row.segment
        assert f'name="m.orders" value="{int(row.orders)}"' in found.text


def test_an_unknown_customer_is_said_beside_the_field(client: TestClient) -> None:
    """An id that the run doesn't have is kept, and said to be unknown."""
    found = client.get("/runs/demo/score", params={"of": NAUGHTY})
    assert found.status_code == 404
    assert "<script>alert" not in found.text
    assert f'name="of" value="{html.escape(NAUGHTY).replace("&quot;", "&#34;")}"' in found.text
    assert "no customer of the run demo is" in found.text


def test_blanks_are_filled_as_the_model_fills_them(client: TestClient, demo: Run) -> None:
    """A field left blank is no error: it counts as the model counts a blank."""
    names = [each.name for each in demo.model.inputs]
    for kept in names:
        values = dict.fromkeys(names, "") | {kept: "2"}
        said = demo.model.assign([{name: value or None for name, value in values.items()}]).iloc[0]
        found = client.get(f"/runs/demo/score?{urlencode({f'm.{name}': text for name, text in values.items()})}")
        assert found.status_code == 200
        assert shown_segment(found.text) == said["segment"]


def test_nothing_filled_in_is_no_customer(client: TestClient) -> None:
    """A form sent empty is answered by what it lacks, and by no segment."""
    found = client.get("/runs/demo/score?m.recency_days=&m.orders=&m.spend=")
    assert found.status_code == 422
    assert "Nothing was filled in" in found.text
    assert "Where this customer belongs" not in found.text


@pytest.mark.parametrize("text", ["abc", "1,200", "inf", "-inf", "1e999", "12 days", NAUGHTY])
def test_what_is_no_number_is_said_beside_its_field(client: TestClient, text: str) -> None:
    """A value that can't be used is kept where it was typed, beside what is wrong; the others are kept too."""
    found = client.get("/runs/demo/score", params={"m.orders": text, "m.spend": "77.5", "m.recency_days": "3"})
    assert found.status_code == 422
    assert heading(found.text) == "1 value can't be read"
    field = found.text.split('name="m.orders"')[1].split("</div>")[0]
    assert html.unescape(field.split('value="')[1].split('"')[0]) == text
    assert 'aria-invalid="true"' in field
    assert "<b>This needs a number" in field
    assert 'value="77.5"' in found.text
    assert "<script>alert" not in found.text


@pytest.mark.parametrize("text", ["1e308", "-5", "0", "  7 ", "1e-300", "nan"])
def test_strange_numbers_get_an_answer(client: TestClient, text: str) -> None:
    """Any finite number is placed, or refused in words; the page never breaks."""
    found = client.get("/runs/demo/score", params={"m.orders": text, "m.spend": "77.5", "m.recency_days": "3"})
    assert found.status_code in (200, 422)


def test_who_is_like_nobody_is_marked(client: TestClient) -> None:
    """A customer further away than anyone the model learned from is marked, and no segment stands in the heading."""
    found = client.get("/runs/demo/score?m.recency_days=9000&m.orders=900&m.spend=9")
    assert heading(found.text) == "This customer is unlike all 400 that the model learned from"
    assert "Unlike anyone we learned from" in found.text
    assert "<dt>Nearest segment</dt>" in found.text


def test_the_empty_form_says_what_it_does(client: TestClient, demo: Run) -> None:
    """The heading has a number, every field a label, and nothing is placed before something was typed."""
    found = client.get("/runs/demo/score")
    assert heading(found.text) == f"Place a customer in one of {demo.summary.k} segments"
    ids = re.findall(r'<(?:input|select) id="([^"]+)"', found.text)
    assert len(ids) > len(demo.model.inputs)
    assert all(f'<label for="{one}">' in found.text for one in ids)
    assert "Where this customer belongs" not in found.text


def test_names_and_levels_are_text(asked: TestClient, odd: Path) -> None:
    """Columns and levels with markup are shown as text, and are read back to what they were."""
    run = open_run("odd", odd)
    empty = asked.get("/runs/odd/score")
    assert "<script>alert" not in empty.text
    assert "spend <b>" not in empty.text
    keys = [html.unescape(key) for key in re.findall(r'name="([mn]\.[^"]*)"', empty.text)]
    assert len(keys) == len(run.model.inputs)
    assert html.escape(NAUGHTY, quote=False) in empty.text.replace("&#34;", '"')
    for row in run.customers().iloc[::7].to_dict("records"):
        values = {key: str(row[each.name]) for key, each in zip(keys, run.model.inputs, strict=True)}
        found = asked.get("/runs/odd/score", params=values)
        assert found.status_code == 200
        assert shown_segment(found.text) == row["segment"]
        assert "<script>alert" not in found.text
        assert "not seen before" not in found.text


def test_a_level_that_nobody_had_is_kept_and_marked(asked: TestClient) -> None:
    """A level that isn't among the known ones stays chosen, and is said to be new."""
    found = asked.get("/runs/odd/score", params={"n.1": "<b>new", "m.-visits": "3", f"m.{COLUMNS['number']}": "1"})
    assert found.status_code == 200
    assert '<option value="&lt;b&gt;new" selected>&lt;b&gt;new (not seen before)</option>' in found.text


@pytest.mark.parametrize(
    "values", [{}, {"m.recency_days": "12", "m.orders": "3", "m.spend": ""}, {"m.orders": "-1e3", "m.spend": "0.5"}]
)
def test_the_command_gives_the_same(
    client: TestClient,
    workspace: Path,
    values: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command at the foot runs, and places the customer where the page does."""
    monkeypatch.chdir(workspace)
    found = client.get("/runs/demo/score", params=values)
    words = command(found.text)
    with pytest.raises(SystemExit) as left:
        main(words[1:])
    assert left.value.code == 0
    if values:
        assert f" {shown_segment(found.text)} · " in capsys.readouterr().out


def test_the_command_is_for_a_file_where_a_value_cannot_be_said(asked: TestClient) -> None:
    """A level with an equals sign is none that COLUMN=VALUE can say."""
    found = asked.get("/runs/odd/score", params={"n.1": "x=y"})
    assert command(found.text)[:4] == ["segmentry", "score", "odd", "customer.csv"]
