"""Where one customer belongs, and why: the same figures and words as the command ``assign`` prints."""

import shlex
from collections.abc import Iterator, Sequence

from segmentry.evaluate import of_100
from segmentry.markup import Markup, element, join
from segmentry.markup.badges import people_said, titled
from segmentry.markup.words import sentence
from segmentry.model import Explanation, Reason
from segmentry.summary import RunSummary
from segmentry.web.pieces.entry import Field

__all__ = ["answer", "assign_command", "found_heading"]

MOST = 3
"""So many reasons are shown at once; the others are folded away."""


def found_heading(summary: RunSummary, why: Explanation) -> str:
    """Say the answer in one line with a number."""
    if why.unlike or not why.segment:
        return f"This customer is unlike all {summary.customers:,} that the model learned from"
    if summary.k == 1:
        return f"1 segment holds everybody: {why.name}"
    return f"One of {summary.k} segments fits best: {why.segment} · {why.name}"


def answer(summary: RunSummary, why: Explanation, address: str) -> Markup:
    """Show the segment, the fit, the second choice, the reasons and what would move the customer.

    Parameters
    ----------
    summary : RunSummary
        Of the run.
    why : Explanation
        The customer explained.
    address : str
        Of the run's pages, e.g. ``/runs/demo``.
    """
    return element(
        "section",
        element("h2", "Where this customer belongs"),
        *_warnings(why),
        _place(summary, why, address),
        *_reasons(why),
        *_moves(summary, why),
        class_="answer",
    )


def assign_command(run: str, fields: Sequence[Field]) -> str:
    """Give the equal command; a measure that wasn't filled in is said blank, with nothing typed at all typical values.

    Examples
    --------
    >>> assign_command("demo", [Field("m.a b", "a b", "A", "", "", "5", None, True, "12")])
    "segmentry assign demo 'a b=12'"
    """
    typed = any(field.text for field in fields)
    pairs = [(field.name, field.text if typed and not field.error else field.example) for field in fields]
    if any("=" in value for _, value in pairs):  # the command takes the last equals sign for its own
        return shlex.join(["segmentry", "score", run, "customer.csv", "--out", "scored.csv"])
    words = [f"{name}={value}" for name, value in pairs]
    dashes = ["--"] if any(word.startswith("-") for word in words) else []
    return shlex.join(["segmentry", "assign", run, *dashes, *words])


def _warnings(why: Explanation) -> Iterator[Markup]:
    if why.unlike and why.segment:
        yield element(
            "p",
            element("strong", "Unlike anyone we learned from. "),
            "The segment below is only the nearest one: check the values, and take it with caution.",
            class_="warning",
        )
    elif not why.segment:
        yield element(
            "p",
            element("strong", "In no segment. "),
            f"This customer is too far from all of them; the nearest is {why.second}." if why.second else "",
            class_="warning",
        )


def _place(summary: RunSummary, why: Explanation, address: str) -> Markup | None:
    if not why.segment:
        return None
    found = summary.find(why.segment)
    link = element("a", titled(found), href=f"{address}/segments/{found.letter}")
    second = None
    if why.second and why.second != why.segment:
        other = summary.find(why.second)
        second = _fact("Second choice", element("a", titled(other), href=f"{address}/segments/{other.letter}"))
    fit = join([why.fit, " ", element("span", f"margin {why.margin:.2f}, 0 is the border", class_="of")])
    facts = element(
        "dl", _fact("Nearest segment" if why.unlike else "Segment", link), _fact("Fit", fit), second, class_="facts"
    )
    return join([facts, element("p", people_said(sentence(found.sentence)))])


def _fact(title: str, value: Markup) -> Markup:
    return element("div", element("dt", title), element("dd", value))


def _reasons(why: Explanation) -> Iterator[Markup]:
    if not why.reasons:
        return
    if why.total is not None:
        yield element("h3", f"Why {why.segment} rather than {why.second}")
    else:
        yield element("h3", "Why: by scores" if why.basis == "scores" else "Beside what is typical")
    if why.caution and why.total is not None:
        yield element("p", f"({why.caution})", class_="note")
    yield element("ol", *(_reason(reason, why.second) for reason in why.reasons[:MOST]), class_="reasons")
    if len(why.reasons) > MOST:
        rest = element(
            "ol", *(_reason(reason, why.second) for reason in why.reasons[MOST:]), class_="reasons", start=str(MOST + 1)
        )
        more = len(why.reasons) - MOST
        yield element("details", element("summary", f"{more} more measure{'s' if more > 1 else ''}"), rest)


def _reason(reason: Reason, second: str) -> Markup:
    weight = ""
    if reason.contribution:
        if reason.share is None:
            weight = f"speaks for {second}"
        else:
            weight = f"{of_100(reason.share)}% of what speaks for it" if reason.share >= 0.01 else "less than 1%"
    return element("li", people_said(reason.text), " " if weight else None, _quiet(weight))


def _quiet(text: str) -> Markup | None:
    return element("span", text, class_="of") if text else None


def _moves(summary: RunSummary, why: Explanation) -> Iterator[Markup]:
    if summary.k < 2:
        return
    yield element("h3", "What would move this customer")
    lines = [element("li", people_said(f"The nearest change: {why.nearest.text}"))] if why.nearest else []
    if not lines:
        lines.append(element("li", "No single measure, changed alone, would."))
    if why.one_order is not None:
        lines.append(element("li", people_said(sentence(why.one_order.text))))
    yield element("ul", *lines)
    if len(why.changes) > 1:
        rest = element("ul", *(element("li", people_said(change.text)) for change in why.changes[1:]))
        yield element("details", element("summary", "Changes of other measures"), rest)
