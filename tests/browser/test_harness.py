"""The harness itself: each fault that it looks for, planted, is found."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from harness.chromium import look
from harness.examine import accessibility, charts, keyboard, layout
from harness.server import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = "<!doctype html><html lang=en><title>A page</title><body><main><h1>A page</h1>{}</main>"
CHART = '<figure><figcaption>A chart</figcaption><svg class="chart" width="300" height="60">{}</svg>{}</figure>'
TABLE = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
SOUND = (
    "<p style='font-size:12px'>Text</p>"
    "<div style='overflow-x:auto;width:200px' tabindex=0><div style='width:900px'>Wide</div></div>"
    "<label>Name <input></label> <button>Go</button> <a href='#a'>Link</a>"
    + CHART.format('<text x="10" y="20">one</text><text x="10" y="50">two</text>', TABLE)
)

BAD_LAYOUT = {
    "the page is": "<div style='width:1500px'>Wide</div>",
    "text of 10.0 px: ": "<p style='font-size:10px'>Small</p>",
    "cut off at the side": "<p style='width:40px;overflow:hidden;white-space:nowrap'>Much too long for it</p>",
    "cut off below": "<p style='height:10px;overflow:hidden'>Too high for it</p>",
    "text on text: ": "<p>First</p><p style='margin-top:-34px'>Second</p>",
    "text of 8.0 px in chart": CHART.format(
        '<g transform="scale(.5)"><text x="9" y="50" font-size="16">tiny</text></g>', ""
    ),
    "text on text in chart": CHART.format('<text x="10" y="30">one</text><text x="15" y="34">two</text>', ""),
    "text on a segment's colour": "<style>:root { --seg-2: #0a0 }</style>"
    + CHART.format('<rect y="10" width="99" height="40" fill="#0a0"/><text x="10" y="30">one</text>', ""),
    "text leaves chart": CHART.format('<text x="280" y="30">far too long</text>', ""),
}
BAD_CHARTS = {
    "stands in no figure": '<svg class="chart" aria-label="Alone"></svg>',
    "no table of its numbers": CHART.format("", ""),
    "no titles of columns": CHART.format("", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    "has no title": f'<figure><svg class="chart"></svg>{TABLE}</figure>',
}
BAD_KEYBOARD = {
    "no sign of focus": "<style>a:focus { outline: none }</style><a href='#a'>Link</a>",
    "not reached": "<div onclick='0' tabindex='0' style='visibility:visible'>One</div><input type=checkbox inert>",
    "out of order": "<a href='#a'>First</a><a href='#b' tabindex=2>Second</a>",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a workspace without runs."""
    with opened(tmp_path_factory.mktemp("empty")) as address:
        yield address


def test_a_sound_page_has_no_fault(chromium: "Browser") -> None:
    """What is right isn't complained about."""
    with look(chromium, width=390) as page:
        page.set_content(PAGE.format(SOUND))
        assert layout(page) + charts(page) + accessibility(page) + keyboard(page) == []


@pytest.mark.parametrize("fault", BAD_LAYOUT)
def test_faults_of_layout_are_found(chromium: "Browser", fault: str) -> None:
    """Too wide, too small, cut off, or on top of other text: each is found by itself."""
    with look(chromium) as page:
        page.set_content(PAGE.format(BAD_LAYOUT[fault]))
        assert len([one for one in layout(page) if one.startswith(fault)]) == 1


@pytest.mark.parametrize("fault", BAD_CHARTS)
def test_charts_without_their_numbers_are_found(chromium: "Browser", fault: str) -> None:
    """A chart needs a figure, a title, and a table with titles."""
    with look(chromium) as page:
        page.set_content(PAGE.format(BAD_CHARTS[fault]))
        assert [one for one in charts(page) if fault in one]


@pytest.mark.parametrize("fault", BAD_KEYBOARD)
def test_what_the_keyboard_misses_is_found(chromium: "Browser", fault: str) -> None:
    """Stops without a sign, out of order, or not stopped at."""
    with look(chromium) as page:
        page.set_content(PAGE.format(BAD_KEYBOARD[fault]))
        assert [one for one in keyboard(page) if one.startswith(fault)]


@pytest.mark.parametrize("fault", ["<img src='data:,'>", "<p style='color:#ccc;background:#fff'>Pale</p>", "<input>"])
def test_faults_of_accessibility_are_found(chromium: "Browser", fault: str) -> None:
    """A picture without words, text too pale to read, a field without a label."""
    with look(chromium) as page:
        page.set_content(PAGE.format(fault))
        assert len(accessibility(page)) == 1


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("console.error('broken')", "error in the console: broken"),
        ("setTimeout(() => { throw new Error('thrown') })", "error of a script: thrown"),
        ("setTimeout(() => alert(1))", "a dialog: 1"),
        ("new Image().src = 'http://example.org/a.png'", "a request to http://example.org/a.png"),
        ("fetch('/no/such/thing')", "404 from"),
        (
            "document.body.append(Object.assign(document.createElement('style'), { textContent: 'b { }' }))",
            "Content Security Policy",
        ),
    ],
)
def test_what_a_page_must_not_do_is_noticed(chromium: "Browser", empty: str, deed: str, said: str) -> None:
    """An error, a dialog, a request to others, or anything against the content-security policy fails the visit."""

    def misbehave() -> None:
        with look(chromium, empty) as page:
            page.goto("/")
            page.evaluate(f"() => {{ {deed}; }}")
            page.wait_for_timeout(300)

    with pytest.raises(AssertionError, match=said):
        misbehave()
