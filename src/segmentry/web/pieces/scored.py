"""What a scored file shows: how many customers went where, beside where they were when the model learned."""

import shlex
from collections.abc import Iterator

from segmentry.describe import Segment
from segmentry.evaluate import of_100
from segmentry.markup import Child, Column, Markup, element, join, table
from segmentry.markup.badges import bar, people_said, titled
from segmentry.markup.words import NONE, count, sentence, share
from segmentry.summary import RunSummary
from segmentry.web.background.batch import EXPECTED_UNLIKE, Drift, Figures

__all__ = ["drift_band", "facts", "guess_band", "score_command", "scored_heading", "where"]


def scored_heading(summary: RunSummary, figures: Figures, found: Drift | None) -> str:
    """Give the finding in one line with a number."""
    if found is not None and found.unlike is not None:
        return f"{share(found.unlike)} of these customers are unlike anyone the model learned from"
    if found is not None:
        letter, before, now = found.moved[0]
        return f"{_called(summary.find(letter))} holds {share(now)} of these customers, and held {share(before)}"
    if not figures.count:
        return "0 customers were scored"
    most = max(range(len(summary.segments)), key=lambda place: figures.customers[place])
    of_all = share(figures.share(figures.customers[most]))
    are = "are guessed to be" if figures.unlike is None else "are"
    return f"{of_all} of {count(figures.count, 'customer')} {are} in {_called(summary.segments[most])}"


def _called(segment: Segment) -> str:
    """Give letter and name, which a line's end does not part."""
    return f"{segment.letter}\N{NO-BREAK SPACE}· {segment.name}"


def score_command(run: str, files: tuple[str, ...], as_of: str, lookalike: bool) -> str:
    """Give the equal command; of two files the second is the customer table.

    Examples
    --------
    >>> score_command("demo", ("my orders.csv",), "2026-06-30", False)
    "segmentry score demo 'my orders.csv' --as-of 2026-06-30 --out scored.csv"
    """
    words = ["segmentry", "score", run, *(name if not name.startswith("-") else f"./{name}" for name in files[:1])]
    words += [word for name in files[1:] for word in ("--customers", name)]
    words += ["--as-of", as_of] if as_of and not lookalike else []
    words += ["--lookalike"] if lookalike else []
    return shlex.join([*words, "--out", "scored.csv"])


def drift_band(summary: RunSummary, found: Drift, run: str) -> Markup:
    """Warn, with the figures and the next step."""
    said = []
    if found.unlike is not None:
        said.append(f"{share(found.unlike)} are unlike anyone ({share(EXPECTED_UNLIKE)} is expected)")
    for letter, before, now in found.moved:
        said.append(f"{_called(summary.find(letter))} holds {share(now)} of them, and held {share(before)}")
    command = shlex.join(["segmentry", "run", "FILE", "--previous", run])
    return element(
        "div",
        element("p", element("strong", "These customers are not like those the model learned from: "),
                people_said("; ".join(said)), "."),
        element("p", "Next: make the segments again from later data; those that go on keep letter and name. ",
                element("code", command)),
        class_="warning", role="alert",
    )  # fmt: skip


def guess_band(summary: RunSummary) -> Markup:
    """Warn that these are guesses, with how often such guesses were right."""
    report = summary.lookalike
    right = None if report is None or report.hit_rate is None else of_100(report.hit_rate)
    said = "" if right is None else f" Of 100 such guesses, {right} were right when it was tested."
    strong = element("strong", "Guessed from attributes, not placed by orders.")
    return element("p", strong, said, class_="warning")


def where(summary: RunSummary, figures: Figures) -> Markup:
    """Show each segment's customers in the file beside its share when the model learned."""
    parts = [*(segment.share for segment in summary.segments), *(figures.share(n) for n in figures.customers)]
    largest = max(parts, default=1.0)
    rows = [
        _row(segment, customers, figures, largest)
        for segment, customers in zip(summary.segments, figures.customers, strict=True)
    ]
    if figures.in_no_segment or summary.unplaced:
        before = summary.unplaced / max(summary.customers, 1)
        rows.append(
            [
                "In no segment",
                _bar(figures.in_no_segment, figures.share(figures.in_no_segment), largest, ""),
                _bar(None, before, largest, ""),
                _points(figures.share(figures.in_no_segment) - before),
            ]
        )
    columns = [
        Column("Segment"),
        Column("In this file", number=True),
        Column("When the model learned", number=True),
        Column("Difference, points", number=True),
    ]
    return element(
        "section",
        element("h2", "Where these customers belong"),
        table("Customers of each segment in the file and when the model learned", columns, rows, class_="ledger"),
        element("p", "Bars are shares of all customers, on one scale.", class_="note"),
    )


def _row(segment: Segment, customers: int, figures: Figures, largest: float) -> list[Child]:
    now = figures.share(customers)
    return [
        titled(segment),
        _bar(customers, now, largest, segment.letter),
        _bar(None, segment.share, largest, segment.letter),
        _points(now - segment.share),
    ]


def _bar(customers: int | None, part: float, largest: float, letter: str) -> Child:
    drawn = bar(part, largest, letter)
    if customers is None:
        return join([drawn, share(part)])
    return join([drawn, f"{customers:,} ", element("span", share(part), class_="of")])


def _points(difference: float) -> str:
    points = round(100 * difference)
    return "0" if points == 0 else f"{points:+d}".replace("-", "\N{MINUS SIGN}")


def facts(summary: RunSummary, figures: Figures) -> Markup:
    """Show how firmly they belong, who was left out, and what was found in the file."""
    rows = [*_fit(summary, figures)]
    columns = [Column("What"), Column("In this file", number=True), Column("When the model learned", number=True)]
    lines = [f"{count(figures.rows.read, 'row')} read, {figures.rows.loaded:,} used"]
    if figures.rows.rejected:
        lines.append(f"{count(figures.rows.rejected, 'row')} refused: rejects.csv says why")
    if figures.without_purchase:
        lines.append(f"{count(figures.without_purchase, 'customer')} without any purchase get no segment")
    lines += [f"{caveat.policy[:1].upper()}{caveat.policy[1:]} ({caveat.count:,})" for caveat in figures.caveats]
    return element(
        "section",
        element("h2", "How far to trust this"),
        table("Customers who are borderline or unlike anyone", columns, rows, class_="small"),
        element("ul", *(element("li", people_said(sentence(line))) for line in lines)),
    )


def _fit(summary: RunSummary, figures: Figures) -> Iterator[list[Child]]:
    borderline = sum(border.borderline for border in summary.borders) / max(summary.customers, 1)
    now = join([f"{figures.borderline:,} ", element("span", share(figures.share(figures.borderline)), class_="of")])
    yield ["Borderline", now, share(borderline) if summary.borders else NONE]
    if figures.unlike is not None:
        now = join([f"{figures.unlike:,} ", element("span", share(figures.share(figures.unlike)), class_="of")])
        yield ["Unlike anyone", now, share(EXPECTED_UNLIKE)]
