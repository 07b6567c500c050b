"""How it was done, and how to do it again."""

from segmentry.choose import METHOD_WORDS
from segmentry.features import DEFINITIONS, RULES
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import day
from segmentry.summary import RunSummary

__all__ = ["method"]

STARTS = " from many seeded starts, the best of them kept"


def method(summary: RunSummary) -> Markup:
    """Show the preparation and everything that is needed to repeat the run."""
    return element(
        "section",
        element("h2", "Method, and how to repeat it"),
        element("p", _in_words(summary)),
        _definitions(summary),
        _preparation(summary),
        element("h3", "To repeat it"),
        element(
            "p", "recipe.toml lies beside this report and holds every choice, those that the program made included."
        ),
        element("pre", element("code", "segmentry run --recipe recipe.toml")),
        _particulars(summary),
        element("h3", "The recipe"),
        element("pre", element("code", summary.recipe)),
        id="method",
    )


def _in_words(summary: RunSummary) -> str:
    forming = sum(measure.part == "forms" for measure in summary.measures)
    told = [f"Customers were compared by {forming} {'measure' if forming == 1 else 'measures'}, prepared as listed."]
    if summary.candidates:
        tried = [candidate.k for candidate in summary.candidates]
        spread = f"{tried[0]} to {tried[-1]}" if len(tried) > 1 else f"{tried[0]}"
        told.append(
            f"Splits into {spread} segments were made by {METHOD_WORDS.get(summary.method, summary.method)}"
            f"{STARTS if summary.method == 'kmeans' else ''}."
        )
    if summary.keep is not None:
        told.append(
            f"Each split was rebuilt on {summary.keep.draws} re-drawn sets of {summary.keep.drawn:,} customers."
        )
    if summary.as_of is not None and summary.window_days is not None:
        told.append(
            f"Orders of the {summary.window_days:,} days up to {day(summary.as_of)} counted; "
            "scoring later data counts as many days."
        )
    return " ".join(told)


def _definitions(summary: RunSummary) -> Markup | None:
    """Say how the measures of the orders were computed; attributes are what the customer table says."""
    if summary.as_of is None:
        return None
    used = {measure.name for measure in summary.measures if measure.part != "left out"}
    known = [entry for entry in DEFINITIONS if entry.name in used]
    if not known:
        return None
    pairs = (element("div", element("dt", entry.label), element("dd", entry.sentence)) for entry in known)
    return join(
        [
            element("h3", "How the measures are defined"),
            element("ul", *(element("li", rule) for rule in RULES[summary.order_unit])),
            element("dl", *pairs, class_="glossary"),
        ]
    )


def _preparation(summary: RunSummary) -> Markup | None:
    if not summary.preparation:
        return None
    steps = element("ul", *(element("li", line) for line in summary.preparation))
    return join([element("h3", "What happened to each measure"), steps])


def _particulars(summary: RunSummary) -> Markup:
    rows: list[list[Child]] = [
        ["Run", summary.run],
        ["Made", f"{summary.created} (UTC) by segmentry {summary.version}"],
        ["Seed", str(summary.seed)],
        ["Fingerprint of the data (SHA-256)", element("code", summary.fingerprint)],
    ]
    if summary.as_of is not None:
        rows.append(["As of", summary.as_of.isoformat()])
    rows += [[f"Version of {name}", version] for name, version in summary.versions]
    rows.append(
        ["Time taken", ", ".join(f"{stage.name} {stage.seconds:.1f} s" for stage in summary.stages) or "not recorded"]
    )
    return table("Particulars of the run", [Column("What"), Column("Value")], rows, class_="small")
