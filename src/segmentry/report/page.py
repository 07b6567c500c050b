"""The report: one file with everything in it, that loads nothing and runs nothing."""

from functools import cache
from importlib.resources import files

from segmentry.markup.build import Markup, element, escape, join
from segmentry.markup.ledger import ledger
from segmentry.markup.opening import headline
from segmentry.report.brand import Brand
from segmentry.report.changes import changes
from segmentry.report.differences import differences
from segmentry.report.figure import Showing, run_figures
from segmentry.report.glossary import glossary
from segmentry.report.lookalike import lookalike
from segmentry.report.maps import maps
from segmentry.report.method import method
from segmentry.report.opening import finding
from segmentry.report.portraits import portraits
from segmentry.report.sources import sources
from segmentry.report.start import start
from segmentry.report.trust import trust
from segmentry.report.typeface import faces
from segmentry.summary import RunSummary

__all__ = ["html"]

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
"""Even if text should ever become markup, the browser runs no script and fetches nothing."""

SHEETS = (
    ("segmentry.markup", "style/tokens.css"),
    ("segmentry.markup", "style/ledger.css"),
    ("segmentry.report", "report.css"),
)

CONTENTS = (
    ("finding", "Finding"),
    ("segments", "Segments"),
    ("start", "Where to start"),
    ("differences", "Differences"),
    ("map", "Map"),
    ("changes", "What changed"),
    ("trust", "Trust"),
    ("lookalike", "People without orders"),
    ("data", "Data"),
    ("method", "Method"),
    ("glossary", "Glossary"),
)


@cache
def _style() -> str:
    return "\n".join(files(package).joinpath(name).read_text(encoding="utf-8") for package, name in SHEETS)


def html(summary: RunSummary, brand: Brand | None = None) -> str:
    """Write the report of a run as one HTML file.

    It holds aggregates and, on maps, where customers lie, never a customer's id; it needs no network and no script, and
    it can be printed.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    brand : Brand or None, default None
        A company's own look.

    Returns
    -------
    str
        A whole HTML document, to be saved as UTF-8.
    """
    brand = brand or Brand()
    main = _main(summary, brand, Showing(lesser="wide"))
    return _document(f"{headline(summary)} · {summary.run}", main, brand)


def _main(summary: RunSummary, brand: Brand, showing: Showing) -> Markup:
    changed = changes(summary)
    there = {
        "differences": summary.k > 1,
        "changes": changed is not None,
        "map": bool(summary.maps),
        "lookalike": summary.lookalike is not None,
    }
    links = (element("a", title, href=f"#{place}") for place, title in CONTENTS if there.get(place, True))
    return element(
        "main",
        finding(summary, brand),
        element("nav", *links, aria_label="Contents"),
        run_figures(summary, "share-balance", level=2, showing=showing),
        ledger(summary),
        start(summary),
        portraits(summary, showing),
        differences(summary) if summary.k > 1 else None,
        maps(summary, showing),
        changed,
        trust(summary, showing),
        lookalike(summary),
        sources(summary, showing),
        method(summary),
        glossary(),
        element("footer", f"segmentry {summary.version} · {summary.created} · no customer is named in this report"),
    )


def _document(title: str, main: Markup, brand: Brand) -> str:
    head = join(
        [
            Markup('<meta charset="utf-8">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", title),
            # Our own file: a style element holds raw text, so escaping would break its quotes.
            Markup(f"<style>\n{faces(title + main.text)}{_style()}{brand.style()}</style>"),
        ],
        "\n",
    )
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head.text}\n</head>\n<body>\n{main.text}\n</body>\n</html>\n'
