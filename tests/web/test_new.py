"""New run: from a file to the recipe that the command line would make."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from segmentry.recipe import Recipe
from segmentry.web.background.uploads import Received, Upload
from segmentry.web.pieces.choices import Decided, answers_of, asked_of, recipe_of

Send = Callable[..., str]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def send(client: TestClient) -> Send:
    """Send a file as the form does, and give the address that follows."""

    def sent(content: str, name: str = "orders.csv", **more: str) -> str:
        files = {"data": (name, content.encode())} | {key: (f"{key}.csv", text.encode()) for key, text in more.items()}
        found = client.post("/new", files=files)
        assert found.status_code == 303, found.text
        return str(found.headers["location"])

    return sent


def shown(client: TestClient, address: str) -> str:
    """Give the page of an upload once it was looked at."""
    for _ in range(30):
        text = client.get(address).text
        if "Reading every row" not in text:
            return text
    raise AssertionError("it takes too long")


def questions(text: str) -> str:
    """Give the part of a page that asks."""
    return text.partition('class="fields questions"')[2].partition("<details")[0]


AMBIGUOUS = "customer,date,amount\n" + "".join(
    f"c{n % 7},0{1 + n % 9}/0{1 + n % 8}/2024,{n + 1}.5\n" for n in range(60)
)


def test_ambiguous_dates_are_asked_about_and_the_answer_settles_them(client: TestClient, send: Send) -> None:
    """Day or month first is never guessed: two choices, and the one that is taken is what the file is read by."""
    address = send(AMBIGUOUS)
    text = shown(client, address)
    assert "1 question to settle about orders.csv" in text
    assert questions(text).count('type="radio" name="dayfirst"') == 2
    assert "checked" not in questions(text)
    assert 'action="' + address + "/run" not in text
    assert client.post(f"{address}/answers", data={"dayfirst": "yes"}).headers["location"].startswith(address)
    settled = shown(client, address)
    assert "60 of 60 rows can be used: 7 customers" in settled
    assert "Aug 2024" in settled
    assert "segmentry run orders.csv --dayfirst" in settled


def test_a_column_that_cannot_be_told_is_chosen_among_all(client: TestClient, send: Send) -> None:
    """Where the amount can't be told, every column is offered, and counting orders only."""
    rows = "".join(f"c{n % 9},2024-01-{1 + n % 28:02},x{n % 3}\n" for n in range(90))
    address = send("customer_id,order_date,note\n" + rows)
    text = shown(client, address)
    asked = questions(text).partition('name="amount"')[2].partition("</select>")[0]
    assert "No amount: count orders only" in asked
    assert re.findall(r">(customer_id|order_date|note)</option>", asked) == ["customer_id", "order_date", "note"]
    client.post(f"{address}/answers", data={"amount": "none"})
    assert "90 of 90 rows can be used" in shown(client, address)


def test_what_people_sent_is_shown_as_text(client: TestClient, send: Send) -> None:
    """Names of files and columns, and values, may hold anything: it is text on the page."""
    name = f"a\"'{SCRIPT[:8]}>&{{{{7*7}}}}.csv"
    text = shown(client, send(f"customer,{SCRIPT},amount\nc1,{SCRIPT},1\n", name))
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{7*7}}" in text.partition("<h1>")[2].partition("</h1>")[0]


def test_what_cannot_be_read_says_so(client: TestClient, send: Send) -> None:
    """A file that is no table has its reason and another way on; there is no third step."""
    text = shown(client, send("\x89PNG\r\n", "orders.csv"))
    assert "can&#39;t be used as it is" in text or "can't be used as it is" in text
    assert "Must fix" in text
    assert "choose another file" in text
    assert "Find segments" not in text


def test_a_contradiction_is_said_on_the_page_and_entries_stay(client: TestClient, send: Send) -> None:
    """What the command line refuses the page refuses in the same words, with all that was entered."""
    rows = "".join(f"c{n % 40},2024-01-{1 + n % 28:02},{n}\n" for n in range(1, 200))
    address = send("customer_id,order_date,amount\n" + rows)
    shown(client, address)
    form = {
        "how": "range",
        "lowest": "9",
        "highest": "3",
        "currency": "£",
        "returns": "drop",
        "measure": ["0"],
        "method": "ward",
    }
    found = client.post(f"{address}/run", data=form)
    assert found.status_code == 422
    assert "can&#39;t make 9-3 segments" in found.text or "can't make 9-3 segments" in found.text
    assert 'name="lowest" inputmode="numeric" value="9"' in found.text
    assert 'value="£"' in found.text
    assert re.search(r'<option value="ward" selected', found.text)
    for wrong in (
        {"name": "../up"},
        {"as_of": "soon"},
        {"seed": "-1"},
        {"how": "number", "number": "x"},
        {"measure": []},
    ):
        assert client.post(f"{address}/run", data=form | {"how": "auto"} | wrong).status_code == 422, wrong


@pytest.mark.parametrize("name", ["0" * 15, "../demo", "%2e%2e", "..%2f..%2fruns", "0" * 16 + ".", "zzzzzzzzzzzzzzzz"])
@pytest.mark.parametrize("place", ["/uploads/{}", "/jobs/{}", "/jobs/{}/news"])
def test_ids_lead_nowhere_else(client: TestClient, place: str, name: str) -> None:
    """An id that is none of ours reaches no path."""
    assert client.get(place.format(name)).status_code == 404


def test_a_page_of_one_run_makes_no_others(workspace: Path) -> None:
    """Where one run alone is shown, nothing is uploaded or started."""
    from segmentry.web import Site, create_app

    with TestClient(create_app(Site.at(workspace / "runs" / "demo")), base_url="http://127.0.0.1") as client:
        assert client.get("/new").status_code == 404
        assert client.post("/sample").status_code == 404
        assert client.get("/").status_code == 200
        assert not (workspace / "runs" / "jobs").exists()


LOOKED = {
    "kind": "orders",
    "columns": [{"name": name} for name in ("who", "when", "a\r\nb")],
    "beside": [],
    "sheets": ["One", "Two"],
    "measures": [
        {"name": "recency_days", "part": "forms"},
        {"name": "spend", "part": "forms"},
        {"name": "age", "part": "describes"},
    ],
}


@pytest.mark.parametrize(
    ("way_out", "asked"),
    [
        ("--dayfirst or --monthfirst", {"dayfirst"}),
        ("--amount Total; without money: --no-amount", {"amount"}),
        (
            "--customer COLUMN --date when --amount COLUMN; a customer table: --id COLUMN",
            {"customer", "date", "amount", "id"},
        ),
        ("--sheet 'One'", {"sheet"}),
        ("--decimal . or --decimal ,", {"decimal"}),
        ("add a first line that names the columns, or --no-header", {"no_header"}),
        ("rename one of them", set()),
    ],
)
def test_what_must_be_fixed_is_asked_by_the_field_that_settles_it(way_out: str, asked: set[str]) -> None:
    """Each option that a message names has its field on the page."""
    assert asked_of([{"grade": "must fix", "way_out": way_out}]) == asked


def test_answers_are_read_by_place() -> None:
    """Columns are named by their place, since browsers change line ends in names; other places are nothing."""
    form = {
        "customer": "0",
        "date": "2",
        "amount": "none",
        "order": "7",
        "sheet": "1",
        "dayfirst": "no",
        "decimal": "x",
    }
    expected = {"customer": "who", "date": "a\r\nb", "no_amount": "yes", "sheet": "Two", "dayfirst": "no"}
    assert answers_of(form, LOOKED) == expected


def test_choices_make_the_recipe_of_the_command_line() -> None:
    """What is left as it is becomes no option; what is ticked beside the usual measures becomes all of them."""
    upload = Upload(Path("/w/uploads/0"), (Received("data", "o.csv", "o.csv", 1),), {"dayfirst": "yes"})
    usual = Decided.of({"how": "auto"}, ["0", "1"], LOOKED)
    assert recipe_of(upload, usual, LOOKED) == Recipe().reading(["o.csv"]).having(dayfirst=True)
    chosen = Decided.of(
        {"how": "number", "number": "4", "as_of": "2026-01-31", "returns": "drop", "seed": "3"}, ["1", "2"], LOOKED
    )
    expected = {"segments": 4, "as_of": "2026-01-31", "returns": "drop", "seed": 3, "measures": ["spend", "age"]}
    assert recipe_of(upload, chosen, LOOKED) == Recipe().reading(["o.csv"]).having(dayfirst=True, **expected)
