"""What a page shows, examined: layout, accessibility, the numbers behind charts, the keyboard."""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.chromium import SIZES, THEMES

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["accessibility", "charts", "everything", "keyboard", "layout", "struck", "unfold"]

HERE = Path(__file__).parent
AXE = HERE.parents[2] / "build" / "axe" / "axe.min.js"
MOST_STOPS = 2
"""Presses of Tab a stop, on the whole: a field for a date has four by itself."""
GRAVE = ("serious", "critical")


@cache
def _script(name: str) -> str:
    return (HERE / f"{name}.js").read_text(encoding="utf-8")


@cache
def _axe() -> str:
    path = Path(os.environ.get("AXE", AXE))
    assert path.is_file(), "axe-core is not here: make test-browser fetches it"
    return path.read_text(encoding="utf-8")


def unfold(page: "Page") -> None:
    """Open all that is folded away, so that it is examined too."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def layout(page: "Page") -> list[str]:
    """Give the faults of layout at the page's present width and theme."""
    found: list[str] = page.evaluate(_script("layout"))
    return found


def charts(page: "Page") -> list[str]:
    """Give the charts that lack a title or a table of their numbers."""
    found: list[str] = page.evaluate(_script("tables"))
    return found


def struck(page: "Page") -> list[str]:
    """Give the places where text from data became an element, an attribute or a script."""
    found: list[str] = page.evaluate(_script("struck"))
    return found


def accessibility(page: "Page") -> list[str]:
    """Give the serious and critical faults that axe-core finds, with the first element of each."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{fault['id']}: {fault['help']}, {len(fault['nodes'])} times: {fault['nodes'][0]['html'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
    ]


def keyboard(page: "Page") -> list[str]:
    """Press Tab through the whole page; give what wasn't reached, came out of order, or didn't show."""
    page.wait_for_load_state()
    wanted: list[str] = page.evaluate(_script("keyboard"))
    # From the top, wherever a fragment of the address or a click had led.
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); scrollTo(0, 0); }")
    page.evaluate("document.body.removeAttribute('tabindex')")
    placed: list[int] = page.eval_on_selector_all("[tabindex]", "all => all.map(one => one.tabIndex)")
    faults = [f"out of order: a tabindex of {at}" for at in placed if at > 0]
    reached: list[int] = []
    for _ in range(MOST_STOPS * len(wanted) + 3):
        page.keyboard.press("Tab")
        at = page.evaluate(_script("stop"))
        if at is not None and reached and at["stop"] == reached[-1]:
            continue  # day, month and year of one field
        if at is None or at["stop"] in reached:
            break
        if at["stop"] is not None:
            reached.append(at["stop"])
        if not at["shows"]:
            faults.append(f"no sign of focus: {at['said']}")
        if not at["on"]:
            faults.append(f"reached out of sight: {at['said']}")
    faults += [f"not reached: {what}" for number, what in enumerate(wanted) if number not in reached]
    if reached != sorted(reached):
        faults.append(f"out of order: {[wanted[number] for number in reached]}")
    return faults


def everything(page: "Page") -> list[str]:
    """Examine a page at every width, light and dark; give every fault once, with where it was seen first."""
    before = page.viewport_size
    page.wait_for_load_state()
    unfold(page)
    faults = dict.fromkeys(charts(page), "")
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for fault in layout(page):
                faults.setdefault(fault, f"{width} px, {theme}")
        for fault in accessibility(page):
            faults.setdefault(fault, theme)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if before is not None:
        page.set_viewport_size(before)
    return [f"{fault} ({where})" if where else fault for fault, where in faults.items()]
