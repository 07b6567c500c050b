"""The one way in: every route by every kind of key, browsers that sign in, and what is too much."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, compile_path
from starlette.testclient import TestClient

from segmentry.web import Site, create_app
from segmentry.web.background import limits
from segmentry.web.entrance.access import Access
from segmentry.web.entrance.callers import COOKIE
from segmentry.web.entrance.keys import Keys
from segmentry.web.entrance.policy import RIGHTS, Found, Routes, allows, needs

BLANK = re.compile(r"\{[^}]*\}")
PAGE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Give the keys of an empty workspace: none yet."""
    return Keys(tmp_path_factory.mktemp("keyed"))


@pytest.fixture(scope="module")
def secrets(keys: Keys) -> dict[str, str]:
    """Give a key of each kind, by its right; and one that was revoked."""
    made = {right: keys.new(right, right, 1_000_000)[1] for right in RIGHTS[1:]}
    made["revoked"] = keys.new("revoked", "manage")[1]
    keys.revoke("revoked")
    return made


@pytest.fixture(scope="module")
def app(keys: Keys, secrets: dict[str, str]) -> FastAPI:
    """Make an app that asks for keys."""
    assert secrets
    return create_app(Site(keys.workspace), keys=keys)


@pytest.fixture
def asked(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Ask as somebody without a past: no cookies, and no wrong keys yet."""
    for buckets in (app.state.callers._guesses, app.state.callers._strangers):
        monkeypatch.setattr(buckets, "most", 1_000_000.0)
        buckets._known.clear()
    app.state.callers._seen.clear()
    yield TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    app.state.callers._sessions.clear()


def bearer(secret: str) -> dict[str, str]:
    """Give the header that a program sends."""
    return {"authorization": f"Bearer {secret}"}


def every(app: FastAPI) -> list[tuple[str, Found]]:
    """Give every route of the app with one of its methods."""
    return [(method, found) for methods, found in Routes(app.routes).all() for method in sorted(methods - {"HEAD"})]


def test_every_route_says_what_it_needs(app: FastAPI) -> None:
    """No endpoint is reachable that nobody decided about: a new one without @needs fails here."""
    found = every(app)
    assert len(found) > 40
    assert [(method, each.template) for method, each in found if each.needs not in RIGHTS] == []


def test_what_is_open_to_anybody_is_counted_out(app: FastAPI) -> None:
    """The list of what takes no key is short, and stands here word for word."""
    assert {each.template for _, each in every(app) if each.needs == "open"} == {
        "/health",
        "/sign-in",
        "/sign-out",
        "/static/fonts/{name}.ttf",
        "/static/style.css",
        "/static/{name}.js",
        "/theme",
    }


def test_what_changes_things_takes_more_than_reading(app: FastAPI) -> None:
    """Whatever is no GET needs the right to score or to manage, but for signing in and out and the colours."""
    free = {"/sign-in", "/sign-out", "/theme"}
    for method, each in every(app):
        if method != "GET" and each.template not in free:
            assert each.needs in ("score", "manage"), (method, each.template)


@pytest.mark.parametrize("kind", ["none", "wrong", "revoked", "read", "score"])
def test_every_route_opens_to_those_whom_it_names(
    app: FastAPI, asked: TestClient, secrets: dict[str, str], kind: str
) -> None:
    """Each route by each kind of key: 401 where there is none that stands, 403 where it may less, else let in."""
    headers = {} if kind == "none" else bearer(secrets.get(kind, "segmentry_guess"))
    held = kind if kind in RIGHTS else "open"
    wrong = []
    for method, each in every(app):
        # Signing in is open to all, and its own answer to no key would look like a refusal.
        form = {"key": secrets["read"]} if each.template == "/sign-in" else {}
        found = asked.request(method, BLANK.sub("nothing", each.template), headers=headers, data=form)
        asked.cookies.clear()
        assert each.needs is not None
        let_in = allows(held, each.needs)  # type: ignore[arg-type]
        expected = "let in" if let_in else 401 if held == "open" else 403
        if (found.status_code not in (401, 403)) if let_in else (found.status_code == expected):
            continue
        wrong.append((method, each.template, found.status_code, expected))
    assert wrong == []


@pytest.mark.parametrize(
    "address", ["/nowhere", "/v1/nowhere", "/runs/", "/runs//", "/v1/assignments/", "/%2e%2e/keys.json"]
)
def test_where_nothing_is_only_a_key_is_told(asked: TestClient, secrets: dict[str, str], address: str) -> None:
    """Without a key all unknown addresses look alike: 401."""
    assert asked.get(address).status_code == 401
    assert asked.get(address, headers=bearer(secrets["read"])).status_code in (307, 404)


def test_a_route_that_says_nothing_is_closed(keys: Keys, secrets: dict[str, str]) -> None:
    """Deny by default: without a declaration nobody gets in, whatever the key."""
    app = create_app(Site(keys.workspace), keys=keys)
    app.add_api_route("/forgotten", lambda: {"secret": 1}, methods=["GET"])
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    app.mount("/mounted", Starlette(routes=[Route("/inside", lambda _: Response("secret"))]))
    for address in ("/forgotten", "/mounted/inside"):
        assert client.get(address).status_code == 401
        assert client.get(address, headers=bearer(secrets["manage"])).status_code == 403


def test_routes_are_found_as_the_app_finds_them(app: FastAPI) -> None:
    """For every route, the one that is asked about is the one that answers: never another's right."""
    routes = Routes(app.routes)
    for method, each in every(app):
        path = BLANK.sub("x1", each.template)
        fits = [found for methods, found in routes.all() if method in methods and _fits(found, path)]
        assert routes.find(method, path) == fits[0], path
    assert routes.find("BREW", "/sign-in").needs == "open"
    assert routes.find("GET", "/forgotten").needs == "read"


def _fits(found: Found, path: str) -> bool:
    return compile_path(found.template)[0].match(path) is not None


def test_nothing_of_a_body_is_read_before_the_key(app: FastAPI) -> None:
    """Who isn't let in is answered from the headers alone."""
    sent: list[Any] = []

    async def never() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-length", b"900000000")]
    for path in ("/v1/assignments", "/new", "/runs/x/score/file", "/nowhere"):
        scope = {
            "type": "http", "method": "POST", "path": path, "root_path": "", "query_string": b"", "headers": headers,
            "client": ("192.0.2.1", 1), "scheme": "http", "server": ("127.0.0.1", 80), "http_version": "1.1",
        }  # fmt: skip
        asyncio.run(app(scope, never, send))
        assert sent[-2]["status"] == 401
        assert (b"www-authenticate", b'Bearer realm="segmentry"') in sent[-2]["headers"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {}x", "Bearer x{}", "Token {}", "Bearer {} {}"],
)
def test_a_key_comes_in_one_way(asked: TestClient, secrets: dict[str, str], header: str) -> None:
    """Only ``Authorization: Bearer KEY`` is a key; in an address or another header it is none."""
    secret = secrets["manage"]
    assert asked.get("/v1/models", headers={"authorization": header.replace("{}", secret)}).status_code == 401
    assert asked.get(f"/v1/models?key={secret}", headers={"x-api-key": secret}).status_code == 401
    assert asked.get("/v1/models", headers={"authorization": f"bearer {secret}"}).status_code == 200


def test_a_refusal_is_read_by_programs_and_people(asked: TestClient, secrets: dict[str, str]) -> None:
    """A program gets JSON that says what, evidence and way out; a browser a page that asks for a key, and no run."""
    told = asked.get("/v1/models")
    assert set(told.json()["error"]) == {"what", "evidence", "way_out"}
    shown = asked.get("/", headers=PAGE)
    assert (shown.status_code, shown.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert 'action="/sign-in"' in shown.text
    little = asked.get("/new", headers=bearer(secrets["read"]))
    assert little.status_code == 403
    assert "manage" in json.dumps(little.json())


def test_a_browser_signs_in_once(asked: TestClient, keys: Keys) -> None:
    """A key typed once gives a cookie that no script reads and no other site sends; it ends with the key."""
    key, secret = keys.new("person", "read")
    wrong = asked.post("/sign-in", data={"key": "segmentry_guess", "back": "/"}, headers=PAGE)
    assert wrong.status_code == 401
    assert COOKIE not in asked.cookies
    entered = asked.post("/sign-in", data={"key": f" {secret}\n", "back": "/compare"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/compare")
    cookie = entered.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert secret.lower() not in cookie
    home = asked.get("/", headers=PAGE)
    assert home.status_code == 200
    assert "Signed in" in home.text
    assert "/new" not in home.text.partition("<main")[0]  # what this key may not do isn't offered
    assert asked.post("/sample", headers=PAGE).status_code == 403
    keys.revoke(key.id)
    assert asked.get("/", headers=PAGE).status_code == 401


def test_a_browser_signs_out(asked: TestClient, secrets: dict[str, str]) -> None:
    """After signing out the cookie opens nothing, even if somebody kept it."""
    asked.post("/sign-in", data={"key": secrets["read"]})
    kept = asked.cookies[COOKIE]
    assert asked.get("/").status_code == 200
    assert asked.post("/sign-out").status_code == 303
    assert COOKIE not in asked.cookies
    assert asked.get("/", headers={"cookie": f"{COOKIE}={kept}"}).status_code == 401


def test_a_session_ends_by_itself(asked: TestClient, app: FastAPI, secrets: dict[str, str]) -> None:
    """A cookie is worth nothing after its time, and the oldest go where there are too many."""
    asked.post("/sign-in", data={"key": secrets["read"]})
    sessions = app.state.callers._sessions
    (hashed,) = sessions
    sessions[hashed] = sessions[hashed][0], 0.0
    assert asked.get("/").status_code == 401
    assert not sessions
    for number in range(limits.SESSIONS + 1):
        sessions[b"%d" % number] = "x", 1e18
    asked.post("/sign-in", data={"key": secrets["read"]})
    assert len(sessions) == limits.SESSIONS
    assert b"0" not in sessions


@pytest.mark.parametrize(
    "back", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test", "javascript:1", "/a\r\nb: c"]
)
def test_signing_in_leads_to_our_own_pages_only(asked: TestClient, secrets: dict[str, str], back: str) -> None:
    """Nobody is sent elsewhere by a link that asks for the key first."""
    found = asked.post("/sign-in", data={"key": secrets["read"], "back": back})
    assert found.headers["location"] == "/"


def test_the_way_back_is_kept_and_escaped(asked: TestClient) -> None:
    """The page that asks for a key leads to where somebody was going, and shows it as text."""
    shown = asked.get('/runs/a%22%3E%3Cscript%3E?q="><script>', headers=PAGE).text
    assert "<script>" not in shown
    assert 'name="back" value="/runs/' in shown


def test_the_cookie_is_for_encrypted_ways_where_there_is_one(app: FastAPI, secrets: dict[str, str]) -> None:
    """Behind https the cookie never travels in the clear."""
    client = TestClient(app, base_url="https://127.0.0.1", follow_redirects=False)
    assert "secure" in client.post("/sign-in", data={"key": secrets["read"]}).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "headers", [{"origin": "http://elsewhere.test"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_other_sites_cant_use_a_cookie_but_programs_use_keys(
    asked: TestClient, secrets: dict[str, str], headers: dict[str, str]
) -> None:
    """A form of another site is refused though its browser is signed in; a key says by itself who asks."""
    asked.post("/sign-in", data={"key": secrets["manage"]})
    assert asked.post("/jobs/0123456789abcdef/stop", headers=headers).status_code == 403
    assert asked.post("/sign-in", data={"key": secrets["manage"]}, headers=headers).status_code == 403
    assert asked.post("/jobs/0123456789abcdef/stop").status_code == 404
    keyed = headers | bearer(secrets["manage"])
    assert asked.post("/jobs/0123456789abcdef/stop", headers=keyed).status_code == 404
    # A key that is none doesn't fall back to the cookie beside it.
    assert asked.post("/jobs/0123456789abcdef/stop", headers=headers | bearer("x")).status_code == 401


def test_a_link_of_another_site_finds_its_way(asked: TestClient) -> None:
    """A strict cookie isn't sent where another site leads here: the page leads to itself once, and then it is."""
    assert 'http-equiv="refresh"' in asked.get("/", headers=PAGE | {"sec-fetch-site": "cross-site"}).text
    assert 'http-equiv="refresh"' not in asked.get("/", headers=PAGE | {"sec-fetch-site": "same-origin"}).text


def test_guessing_is_slowed_by_address(
    asked: TestClient, app: FastAPI, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ten wrong keys an address waits, with right ones too, unless they came from there before."""
    monkeypatch.setattr(app.state.callers._guesses, "most", float(limits.GUESSES))
    assert asked.get("/v1/models", headers=bearer(secrets["read"])).status_code == 200
    tried = [asked.get("/v1/models", headers=bearer(f"segmentry_{n}")).status_code for n in range(limits.GUESSES + 2)]
    assert tried == [401] * limits.GUESSES + [429] * 2
    late = asked.get("/v1/models", headers=bearer(secrets["score"]))
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) >= 1
    assert asked.post("/sign-in", data={"key": secrets["score"]}).status_code == 429
    assert asked.get("/v1/models", headers=bearer(secrets["read"])).status_code == 200
    elsewhere = TestClient(app, base_url="http://127.0.0.1:8000", client=("192.0.2.9", 1))
    assert elsewhere.get("/v1/models", headers=bearer(secrets["score"])).status_code == 200


def test_a_key_may_ask_so_often(asked: TestClient, keys: Keys, secrets: dict[str, str]) -> None:
    """A key's requests past its number a second are told when to come again; other keys aren't held up."""
    _, secret = keys.new("slow", "read", per_second=2)
    codes = [asked.get("/v1/models", headers=bearer(secret)).status_code for _ in range(4)]
    assert codes == [200] * 4
    late = asked.get("/v1/models", headers=bearer(secret))
    assert (late.status_code, late.headers["retry-after"]) == (429, "1")
    assert asked.get("/v1/models", headers=bearer(secrets["read"])).status_code == 200


def test_strangers_may_ask_so_often(asked: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key an address has few requests a second, open pages included."""
    monkeypatch.setattr(app.state.callers._strangers, "most", 3.0)
    monkeypatch.setattr(app.state.callers._strangers, "per_second", 0.01)
    assert [asked.get("/health").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("mine", "others"), [(limits.STRANGERS_AT_ONCE, 0), (0, limits.AT_ONCE // 2)])
def test_strangers_under_way_keep_no_key_out(app: FastAPI, secrets: dict[str, str], mine: int, others: int) -> None:
    """Forms without an end that anybody may send take some places, of an address and of all; a key's are left."""
    stranger = TestClient(app, base_url="http://127.0.0.1:8000", client=("192.0.2.1", 1))
    assert stranger.get("/health").status_code == 200
    access = entrance_of(app)
    access._strangers.update({"192.0.2.1": mine, **{f"192.0.2.{n}": 1 for n in range(10, 10 + others)}})
    before = access._strangers.copy()
    found = stranger.get("/health")
    assert (found.status_code, found.headers["retry-after"]) == (429, "1")
    assert access._strangers == before
    assert stranger.get("/v1/models", headers=bearer(secrets["read"])).status_code == 200
    access._strangers.clear()
    assert stranger.get("/health").status_code == 200
    assert not access._strangers


def entrance_of(app: FastAPI) -> Access:
    """Find the entrance among what surrounds the routes."""
    layer: Any = app.middleware_stack
    while not isinstance(layer, Access):
        layer = layer.app
    return layer


def test_too_much_at_once_is_put_off(app: FastAPI, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the most requests at a time, of all or of a key, the next is told when to come again."""
    for limit, status in (("AT_ONCE", 503), ("KEY_AT_ONCE", 429)):
        with monkeypatch.context() as patched:
            patched.setattr(f"segmentry.web.entrance.access.{limit}", 0)
            client = TestClient(app, base_url="http://127.0.0.1:8000")
            found = client.get("/v1/models", headers=bearer(secrets["read"]))
            assert (found.status_code, found.headers["retry-after"]) == (status, "1")
            assert client.get("/v1/models", headers=bearer(secrets["read"])).status_code == status
    assert client.get("/v1/models", headers=bearer(secrets["read"])).status_code == 200


def test_bodies_under_way_have_a_bound_together(
    app: FastAPI, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is being received may not fill the memory, many callers together included."""
    monkeypatch.setattr("segmentry.web.entrance.access.BYTES_AT_ONCE", 10)
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    assert client.post("/v1/assignments", headers=bearer(secrets["score"]), content=b"a" * 11).status_code == 503
    assert client.post("/v1/assignments", headers=bearer(secrets["score"]), content=b"a").status_code == 415


@pytest.fixture
def small(tmp_path: Path) -> TestClient:
    """Ask an app with one endpoint that reads all it is sent: at most ten bytes, in a twentieth of a second."""
    app = create_app(Site(tmp_path))

    @needs("score", body=10, seconds=0.05)
    async def take(request: Request) -> dict[str, int]:
        return {"took": len(await request.body())}

    app.add_api_route("/take", take, methods=["POST"])
    return TestClient(app, base_url="http://127.0.0.1:8000")


def test_a_body_is_cut_at_its_bound(small: TestClient) -> None:
    """Said to be long, or long without saying so: refused with 413; what fits is taken."""
    assert small.post("/take", content=b"a" * 10).json() == {"took": 10}
    assert small.post("/take", content=b"a" * 11).status_code == 413
    assert small.post("/take", content=(b"a" * 6 for _ in range(2))).status_code == 413
    assert small.post("/take", headers={"content-length": "9" * 30}, content=b"").status_code == 413


def test_a_body_that_comes_too_slowly_is_cut(small: TestClient) -> None:
    """Bytes that don't come in their time end the request with 408."""
    sent: list[Any] = []

    async def nothing() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-length", b"3")]
    scope = {
        "type": "http", "method": "POST", "path": "/take", "root_path": "", "query_string": b"", "headers": headers,
        "client": ("127.0.0.1", 1), "scheme": "http", "server": ("127.0.0.1", 80), "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(small.app(scope, nothing, send))
    assert sent[0]["status"] == 408


def test_health_tells_anybody_little_and_metrics_take_a_key(
    asked: TestClient, app: FastAPI, secrets: dict[str, str]
) -> None:
    """/health names no run; /metrics counts by route and code, and no label is what was typed."""
    assert asked.get("/health").json() == {"status": "ok", "model": "none"}
    asked.get("/runs/typed-by-hand?id=C1", headers=bearer(secrets["read"]))
    asked.request("BREW", "/nowhere-either", headers=bearer(secrets["read"]))
    app.state.metrics.placed.inc(3)
    text = asked.get("/metrics", headers=bearer(secrets["read"])).text
    assert "_created" not in text
    assert 'segmentry_requests_total{method="GET",route="/runs/{name}",status="404"}' in text
    assert 'segmentry_requests_total{method="other",route="(none)",status="404"}' in text
    assert "segmentry_customers_placed_total 3.0" in text
    assert 'segmentry_jobs{state="waiting"} 0.0' in text
    for known in ("segmentry_request_seconds_bucket", "segmentry_model_swaps_total", "segmentry_model_failing"):
        assert known in text
    for typed in ("typed-by-hand", "C1", "BREW", "nowhere-either"):
        assert typed not in text


def test_a_model_that_fails_to_come_shows(app: FastAPI, asked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the newest model can't be had and an older one serves, /health says so without saying which."""
    monkeypatch.setattr(app.state.champion, "_serving", object())
    assert asked.get("/health").json() == {"status": "ok", "model": "ready"}
    monkeypatch.setattr(app.state.champion, "fault", "spring is damaged")
    assert asked.get("/health").json() == {"status": "degraded", "model": "failing"}


def test_without_keys_this_computer_is_asked_for_none(tmp_path: Path) -> None:
    """Pages opened on this computer need no signing in; other sites are kept out all the same, whatever they send."""
    client = TestClient(create_app(Site(tmp_path)), base_url="http://127.0.0.1:8000", follow_redirects=False)
    assert client.get("/metrics").status_code == client.get("/new").status_code == 200
    assert (client.get("/sign-in").status_code, client.get("/sign-in").headers["location"]) == (303, "/")
    assert client.post("/sign-in", data={"key": "x"}).status_code == 401
    evil = {"origin": "http://elsewhere.test", "authorization": "Bearer x"}
    assert client.post("/theme", headers=evil).status_code == 403


def test_all_of_a_computers_addresses_are_its_own(tmp_path: Path, secrets: dict[str, str], keys: Keys) -> None:
    """Where all addresses are listened on, each is answered as, and so is a name that was given; no other name is."""
    del tmp_path
    app = create_app(Site(keys.workspace), hosts=("0.0.0.0", "Shop.test"), keys=keys)  # noqa: S104 - what is tested
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    for host, status in (
        ("192.0.2.7:8700", 200), ("[2001:db8::1]:8700", 200), ("shop.test", 200), ("SHOP.test:1", 200),
        ("elsewhere.test", 421), ("192.0.2.7.elsewhere.test", 421), ("[", 421),
    ):  # fmt: skip
        assert client.get("/v1/models", headers={"host": host} | bearer(secrets["read"])).status_code == status, host


def test_sockets_are_closed(app: FastAPI) -> None:
    """There is nothing to talk to but requests."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    asyncio.run(app({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    assert any(each.cls is Access for each in app.user_middleware)


def test_customers_who_are_placed_are_counted(client: TestClient) -> None:
    """Every customer in an answer counts, whichever way the request took."""
    schema = client.get("/v1/assignments/schema").json()
    asked = schema["examples"][0]
    customers = asked["customers"][:1]
    for model in ("", "?model=demo"):
        many = [customer | {"customer_id": f"C{n}"} for n, customer in enumerate(customers * 3)]
        assert client.post(f"/v1/assignments{model}", json={"customers": many}).status_code == 200
    assert client.post("/v1/assignments", json={"customers": "none"}).status_code == 422
    assert "segmentry_customers_placed_total 6.0" in client.get("/metrics").text
