"""How a run shows itself in a notebook: one piece of HTML that brings its own style and touches no other cell."""

import re
from functools import cache
from importlib.resources import files

from segmentry.markup.build import Child, Markup, element
from segmentry.markup.ledger import ledger_table
from segmentry.markup.opening import band, headline, scope
from segmentry.summary import RunSummary

__all__ = ["code", "face", "overview", "scoped", "spoken"]

ROOT = "segmentry"
"""The class that all rules stand under."""

WEIGHT = f".{ROOT}.{ROOT}"
"""Named twice, so that a notebook's own rules for tables are weaker."""

LIGHT_PAGES = ('[data-jp-theme-light="true"]', ".vscode-light", "[data-theme=light]", "[theme=light]")
DARK_PAGES = ('[data-jp-theme-light="false"]', ".vscode-dark", "[data-theme=dark]", "[theme=dark]")
"""How JupyterLab, Visual Studio Code, Jupyter Book and Colab say which theme they have."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
BETWEEN = re.compile(r",(?![^(]*\))")
WHOLE_PAGE = ("html", "body", ":root", "[data-theme", "@")
"""What a rule for a whole page, or for paper, begins with."""


def overview(summary: RunSummary, *then: Child) -> str:
    """Show what a run found: the finding, the verdict, the segments, and what to call next.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    *then : Markup, str or None
        What comes next.

    Returns
    -------
    str
        HTML that needs neither script nor network. Text from people's data is escaped.
    """
    return face(
        element("h2", headline(summary)),
        element("p", scope(summary), class_="scope"),
        band(summary),
        ledger_table(summary, lambda _: None),
        element("p", *then, class_="note"),
    )


def face(*children: Child) -> str:
    """Put pieces into one with its style."""
    # Our own sheets: a style element holds raw text, so escaping would break its quotes.
    return element("div", Markup(f"<style>{_sheet()}</style>"), *children, class_=ROOT).text


def code(text: str) -> Markup:
    """Show what is to be typed."""
    return element("code", text)


def spoken(summary: RunSummary) -> str:
    """Say in one line what a run found, where HTML isn't shown; without anything that differs from run to run."""
    parts = [scope(summary), summary.verdict.lower() if summary.verdict else "", summary.headline]
    return " · ".join(part for part in parts if part)


@cache
def _sheet() -> str:
    """Give every rule that a piece needs, each under the class of the piece."""
    tokens, ledger, own = (
        files("segmentry.markup").joinpath(f"style/{name}.css").read_text(encoding="utf-8")
        for name in ("tokens", "ledger", "notebook")
    )
    light, dark = _block(tokens, ":root"), _block(tokens, "[data-theme=dark]")
    return "\n".join(
        [
            f".{ROOT} {{{light}}}",
            f"@media screen and (prefers-color-scheme: dark) {{ .{ROOT} {{{dark}}} }}",
            f"{_on(LIGHT_PAGES)} {{{light} color-scheme: light; }}",
            f"{_on(DARK_PAGES)} {{{dark} color-scheme: dark; }}",
            scoped(tokens),
            scoped(ledger),
            scoped(own),
        ]
    )


def scoped(sheet: str) -> str:
    """Put every rule of a style sheet under the class of a piece; ``&`` is the piece itself.

    Rules for the whole page are left out.

    Examples
    --------
    >>> scoped("a, b:is(p, q) { color: red } body { margin: 0 } & { color: blue }")
    '.segmentry.segmentry a, .segmentry.segmentry b:is(p, q) { color: red }.segmentry.segmentry { color: blue }'
    """

    def put(rule: re.Match[str]) -> str:
        selectors = [selector.strip() for selector in BETWEEN.split(rule[1])]
        able = [selector for selector in selectors if not selector.startswith(WHOLE_PAGE)]
        under = (WEIGHT if selector == "&" else f"{WEIGHT} {selector}" for selector in able)
        return f"{', '.join(under)} {{{rule[2]}}}" if able else ""

    return RULE.sub(put, COMMENT.sub("", sheet)).strip()


def _on(pages: tuple[str, ...]) -> str:
    return ", ".join(f"{page} .{ROOT}" for page in pages)


def _block(sheet: str, selector: str) -> str:
    """Give the declarations of the first rule with exactly this selector."""
    found = re.search(rf"^\s*{re.escape(selector)} \{{(.*?)\}}", sheet, re.MULTILINE | re.DOTALL)
    assert found is not None, selector
    return " ".join(found[1].split())
