import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentry import report, segment
from segmentry.choose import Compared, Criterion
from segmentry.continuity import Event, Flow, Identity, Tag
from segmentry.errors import Caveat
from segmentry.evaluate import Gaps, LookalikeHits, LookalikeReport, NullRange
from segmentry.summary import RunSummary

"""What is drawn is tested in test_figure.py; all else holds without."""

SECTIONS = ["finding", "segments", "start", "segment-a", "segment-b", "segment-c"]
SECTIONS += ["differences", "map", "trust", "data", "method", "glossary"]
GUESSED = LookalikeReport(
    columns=("channel",),
    left_out=(("age", "its name speaks of a personal attribute (age)"),),
    customers=400,
    hit_rate=0.52,
    standard_error=0.02,
    largest=0.45,
    chance=0.37,
    segments=(LookalikeHits("A", 80, 100, 0.6, 0.48), LookalikeHits("B", 140, 0, 0.0, None)),
    works=True,
    reason="channel guesses the segment right for 52.0 of 100 customers",
)
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "<!-- ",
    "]]>",
    "&lt;b&gt;",
    "{{ 7 * 7 }}",
]
VOID = {"meta"}
MARKS = {"circle", "g", "line", "path", "rect", "svg", "text"}


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.sections: dict[str, str] = {}
        self._places: list[tuple[int, str]] = []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element and where it stands."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag in VOID:
            return
        self.open.append(tag)
        if tag in {"section", "header"} and (place := given.get("id")):
            self._places.append((len(self.open), place))
            self.sections[place] = ""

    def handle_endtag(self, tag: str) -> None:
        """Check that elements close in the order in which they opened."""
        if self._places and self._places[-1][0] == len(self.open):
            self._places.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect text, apart from the style sheet, and from charts, which cut long names."""
        if "style" not in self.open and "svg" not in self.open:
            self.words.append(data)
            if self._places:
                self.sections[self._places[-1][1]] += data

    @property
    def text(self) -> str:
        """All text."""
        return "".join(self.words)


def _named(summary: RunSummary, text: str) -> RunSummary:
    """Put a text wherever people's text can stand."""
    segments = tuple(
        replace(
            segment,
            name=f"{text}{segment.letter}",
            also_known_as=text,
            sentence=text,
            traits=tuple(replace(trait, label=text, level=trait.level and text) for trait in segment.traits),
            rule=segment.rule and replace(segment.rule, text=text),
            actions=tuple(replace(action, text=text, because=text) for action in segment.actions),
            offers=tuple(replace(offer, name=text) for offer in segment.offers),
        )
        for segment in summary.segments
    )
    assert summary.start_with is not None
    return replace(
        summary,
        run=text,
        sources=(text,),
        guesses=tuple(replace(guess, column=text, why=text) for guess in summary.guesses),
        rejects=tuple(replace(reason, reason=text) for reason in summary.rejects),
        measures=tuple(replace(measure, label=text, reason=text) for measure in summary.measures),
        preparation=(text,),
        segments=segments,
        start_with=replace(summary.start_with, name=text, because=text),
        caveats=(Caveat("returns", 3, text),),
        currency=text,
        reason=text,
        runner_up=text,
        recipe=text,
        versions=((text, text),),
        lookalike=replace(GUESSED, reason=text, left_out=((text, text),)),
    )


def test_every_section_is_there_in_the_order_of_reading(summary: RunSummary) -> None:
    """Finding, ledger, where to start, a section a segment, differences, trust, data, method, glossary."""
    assert list(Page(report.html(summary)).sections) == SECTIONS


def test_guesses_have_their_section_where_they_were_asked_for(summary: RunSummary) -> None:
    """Between trust and data stand the hit rates of each segment, or the reason why there are none."""
    page = Page(report.html(replace(summary, lookalike=GUESSED)))
    after = SECTIONS.index("trust") + 1
    assert list(page.sections) == [*SECTIONS[:after], "lookalike", *SECTIONS[after:]]
    told = page.sections["lookalike"]
    for words in ("can be guessed", "52.0 of 100", "48%", "age: its name speaks", "—"):
        assert words in told
    refused = replace(GUESSED, works=False, segments=(), reason="there are no attributes to guess from")
    told = Page(report.html(replace(summary, lookalike=refused))).sections["lookalike"]
    assert "can't be guessed" in told
    assert "no attributes" in told


def test_every_link_leads_to_a_place_on_the_page(summary: RunSummary) -> None:
    """The report is one file, so each link has its target in it, and no place is named twice."""
    tags = Page(report.html(summary)).tags
    places = [given["id"] for _, given in tags if "id" in given]
    links = [str(given["href"]) for tag, given in tags if tag == "a"]
    assert len(places) == len(set(places))
    assert links
    assert {link.removeprefix("#") for link in links} <= set(places)


def test_page_one_holds_the_finding_the_keep_rate_and_three_caveats(summary: RunSummary) -> None:
    """Who reads one page knows what was found, how firm it is, and what to beware of."""
    page = Page(report.html(summary))
    first = page.sections["finding"]
    assert "20% of customers bring 60% of revenue" in first
    assert "94 of 100 customers keep their segment" in first
    assert report.html(summary).split("</header>")[0].count("<li>") == 3
    assert "B keeps 84" in first
    assert "400 of 5,000 rows" in first


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "segments",
            ["Frequent big spenders", "80 20%", "£6,000 60%", "12 days", "97 95 to 99", "7 customers without"],
        ),
        (
            "start",
            [
                "B Slipping regulars",
                "140 customers used to order",
                "Try: Write to them.",
                "A Frequent",
                "control group",
            ],
        ),
        (
            "segment-a",
            ["spend over £500", "catches 88%", "7% of those it catches", "6 to 24 days", "▼ lower", "Teapot"],
        ),
        ("segment-b", ["Try", "Avoid", "Measure by", "They buy anyway.", "£1,234", "known of 120"]),
        ("differences", ["Days since last order ★", "Club: yes", "▲above others:  £900", "▼below others:  12"]),
        (
            "map",
            [
                "A flattened picture. Closeness is approximate.",
                "4 of 400 customers",
                "Left to right lies 70% of the variance, mostly Spend (growing), Days since last order (shrinking).",
                "Trustworthiness 0.98",
                "All 2 customers.",
                "The axes have no meaning",
                "No segment",
            ],
        ),
        ("trust", ["2 came next", "84", "78 to 90", "chosen", "Davies-Bouldin", "0.4700", "100 rebuilds"]),
        (
            "data",
            ["4,600 loaded + 400 rejected = 5,000 read", "the customer is blank", "300", "CustomerID", "free text"],
        ),
        (
            "method",
            [
                "segmentry run --recipe recipe.toml",
                "ab" * 32,
                "2.4.0",
                "365 days",
                "Median over the customer",
                "skew taken out",
                "choose 1.9 s",
            ],
        ),
        ("glossary", ["Typical", "Keeps its customers", "Technical: silhouette"]),
    ],
)
def test_each_section_says_what_people_look_for_there(summary: RunSummary, section: str, expected: list[str]) -> None:
    """The figures of the summary stand in their section, with their units."""
    said = Page(report.html(summary)).sections[section]
    assert [text for text in expected if text not in said] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_scripts_in_names_are_shown_as_text(summary: RunSummary, payload: str) -> None:
    """Whatever stands in a column, segment, file or product name, the page's elements stay the same.

    In charts a longer name takes two lines: there, nothing but marks may stand.
    """
    page = Page(report.html(_named(summary, payload)))
    tame = Page(report.html(_named(summary, "harmless")))
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in tame.tags}
    assert [tag for tag, _ in page.tags if tag not in MARKS] == [tag for tag, _ in tame.tags if tag not in MARKS]
    assert {name for _, given in page.tags for name in given} == {name for _, given in tame.tags for name in given}
    # As a file's name it is shown from its last slash on, in two places.
    assert page.text.count(payload) >= tame.text.count("harmless") - 2 > 50


@given(text=st.text(min_size=1, max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_a_whole_page_that_can_be_saved(summary: RunSummary, text: str) -> None:
    """No name, whatever its characters, breaks the page's structure or its encoding."""
    with pytest.MonkeyPatch.context() as patched:
        # Fonts would be cut for every example; test_typeface.py has texts of its own.
        patched.setattr("segmentry.report.typeface.folders", lambda: ())
        html = report.html(_named(summary, text))
    assert len(Page(html).sections) == len([*SECTIONS, "lookalike"])
    html.encode("utf-8")


def test_the_page_runs_nothing_and_loads_nothing(summary: RunSummary) -> None:
    """No script, no address of another place; the content policy forbids both besides."""
    html = report.html(summary)
    tags = Page(html).tags
    assert "http://" not in html
    assert "https://" not in html
    assert "@import" not in html
    assert not [address for address in re.findall(r"url\((.{5})", html) if address != "data:"]
    assert {"script", "link", "img", "iframe", "object", "embed", "form"}.isdisjoint(tag for tag, _ in tags)
    assert not [name for _, given in tags for name in given if name.startswith("on") or name == "src"]
    policy = next(given["content"] for _, given in tags if given.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_a_large_run_stays_below_the_limit(summary: RunSummary) -> None:
    """Twenty segments with three thousand measures each stay under 1.5 MB."""
    trait = summary.segments[0].traits[0]
    many = tuple(
        replace(trait, measure=f"column_{i}", label=f"A column with a rather long name {i}") for i in range(3000)
    )
    measures = tuple(replace(summary.measures[0], name=t.measure, label=t.label) for t in many)
    segments = tuple(replace(summary.segments[0], letter=chr(65 + i), name=f"S{i}", traits=many) for i in range(20))
    large = replace(summary, segments=segments, measures=measures, k=20)
    assert len(report.html(large).encode()) < 1_500_000


def test_a_run_without_maps_has_no_empty_section(summary: RunSummary) -> None:
    """Neither a heading without a picture nor a link to it."""
    page = Page(report.html(replace(summary, maps=())))
    assert "map" not in page.sections
    assert "#map" not in [given.get("href") for _, given in page.tags]


def test_one_segment_is_told_as_one_segment(summary: RunSummary) -> None:
    """Where customers fall into one segment there is no split to trust, and the page says so instead of failing."""
    alone = replace(
        summary.segments[0], keeps=None, rule=None, actions=(), offers=(), traits=(), revenue=None, revenue_share=None
    )
    single = replace(
        summary,
        k=1,
        keep=None,
        maps=(),
        segments=(alone,),
        start_with=None,
        candidates=(),
        runner_up="",
        caveats=(),
        rejects=(),
        first=None,
        last=None,
        as_of=None,
        window_days=None,
    )
    page = Page(report.html(single))
    assert "All 400 customers form one segment" in page.sections["finding"]
    assert "no split" in page.sections["trust"]
    assert "Revenue" not in page.sections["segments"]


def test_without_money_the_finding_is_about_customers(summary: RunSummary) -> None:
    """A customer table without spend has no revenue column and no revenue in its finding."""
    poor = replace(
        summary, segments=tuple(replace(s, revenue=None, revenue_share=None, at_stake=None) for s in summary.segments)
    )
    page = Page(report.html(poor))
    assert "400 customers in 3 segments, the largest with 45% of them" in page.sections["finding"]
    assert "Revenue" not in page.sections["segments"]
    assert "At stake" not in page.sections["segment-a"]


def test_a_figure_that_is_not_known_is_a_dash(summary: RunSummary) -> None:
    """NaN and None never reach the page as words."""
    blank = replace(summary.segments[0].traits[1], typical=None, low=None, high=None, everyone=None, rank=None)
    nothing = replace(summary.candidates[0], calinski_harabasz=float("nan"))
    text = Page(
        report.html(
            replace(
                summary,
                segments=(replace(summary.segments[0], traits=(blank,)), *summary.segments[1:]),
                candidates=(nothing, *summary.candidates[1:]),
            )
        )
    ).text
    assert "nan" not in text.lower().split()
    assert "None" not in text
    assert "—" in text


def test_a_rate_below_one_is_never_shown_as_100(summary: RunSummary) -> None:
    """Rounding may not turn nearly all into all."""
    assert summary.keep is not None
    nearly = replace(summary, keep=replace(summary.keep, overall=replace(summary.keep.overall, rate=0.9999)))
    assert "99 of 100 customers keep their segment" in Page(report.html(nearly)).sections["finding"]


def test_beyond_eight_segments_colours_are_grey_not_repeated(summary: RunSummary) -> None:
    """A colour stands for one segment only."""
    segments = tuple(replace(summary.segments[0], letter=chr(65 + i), name=f"S{i}") for i in range(10))
    html = report.html(replace(summary, segments=segments, k=10))
    assert 'class="badge seg-8"' in html
    assert "seg-9" not in html
    assert 'class="badge seg-grey"' in html


def test_text_and_marks_keep_their_contrast() -> None:
    """Each ink stands at least 4.5:1 from the paper it is written on, in light and in dark."""
    from importlib.resources import files

    css = files("segmentry.markup").joinpath("style/tokens.css").read_text(encoding="utf-8")
    themes = css.split("@media screen")
    assert len(themes) == 3
    for theme in themes:
        colours = {
            name.strip(): value.strip()[:7]
            for name, _, value in (part.partition(":") for part in theme.replace("\n", "").split("--")[1:])
            if value.strip().startswith("#")
        }
        for ink in ("ink", "ink-2", "ink-3"):
            for paper in ("paper", "surface"):
                assert _contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)
        for fill in ("above", "below"):
            assert _contrast(colours["ink"], colours[fill]) >= 7, fill


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours written #RRGGBB."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_customer_is_named_in_the_report_of_a_real_run() -> None:
    """The report holds aggregates only: no id of a customer stands anywhere in it."""
    ids = [f"zebra{number:03}" for number in range(90)]
    table = pd.DataFrame(
        {"customer_id": ids, "visits": [1.0, 2.0, 9.0] * 30, "points": [10.0, 11.0, 90.0] * 30, "note": ids}
    )
    found = segment(table, segments="2-3", rebuilds=10)
    html = report.html(found.summary)
    assert len(Page(html).sections["segments"]) > 0
    assert set(found.customers["customer_id"]) == set(ids)
    assert "zebra" not in html


def followed(summary: RunSummary, events: tuple[Event, ...], agreement: float | None = 0.917) -> RunSummary:
    """Give the summary as that of a run after another one."""
    basis = "centres" if agreement is None else "model"
    return replace(summary, identity=Identity("<b>may</b>", basis, 400, agreement, events, ("D",)))


def test_what_changed_is_told_where_there_is_a_run_before(summary: RunSummary) -> None:
    """The section says how many agree, every event with its shares, and the letters that are not given again."""
    stars, new = Tag("A", "Stars & Co"), Tag("E", "Sleepers")
    events = (
        Event("kept", (stars,), (stars,), 100, 90, 80, 0.8, 0.889, 0.727, ()),
        Event("born", (), (new,), 0, 50, 0, None, 0.0, 0.0, (Flow("A", "E", 20, 0.2, 0.4),)),
    )
    page = Page(report.html(followed(summary, events)))
    assert list(page.sections) == [*SECTIONS[:8], "changes", *SECTIONS[8:]]
    told = page.sections["changes"]
    for words in (
        "91 of 100 customers",
        "<b>may</b>",
        "Stars & Co",
        "80%",
        "E · Sleepers is new",
        "not given again: D",
    ):
        assert words in told
    assert "#changes" in {given.get("href") for _, given in page.tags}
    assert "typical values" in Page(report.html(followed(summary, events, None))).sections["changes"]


def test_a_colour_belongs_to_a_letter_not_to_a_place(summary: RunSummary) -> None:
    """Segments in another order keep their colours, on badges and bars; letters beyond the eighth are grey."""
    turned = replace(summary, segments=(replace(summary.segments[0], letter="I"), *summary.segments[:0:-1]))
    html = report.html(turned)
    for one, colour in zip(turned.segments, ("seg-grey", "seg-3", "seg-2"), strict=True):
        assert f'class="badge {colour}">{one.letter}</span>' in html
        assert f'id="segment-{one.letter.lower()}" class="portrait {colour}"' in html


def test_the_verdict_and_what_it_rests_on_are_told(summary: RunSummary) -> None:
    """Page one says the verdict; the trust section the gaps, what criteria and methods say, and every alarm."""
    told = replace(
        summary,
        verdict="Repeatable split",
        gaps=Gaps(0.41, (NullRange("box", 0.3, 0.35), NullRange("shuffled", 0.2, 0.22)), 100, 400),
        criteria=(Criterion("silhouette", 2, "largest"), Criterion("elbow", None, "bend")),
        argument="Taken alone, silhouette says 2",
        compared=(
            Compared("kmeans", 3, 0.94, 0.91, 0.9, 0.91, 0.41, 0.06, 1.0, True),
            Compared("rfm-grid", 7, 0.8, 0.75, 0.6, None, 0.1, -0.2, 0.3, False, "the baseline"),
        ),
        alarms=(Caveat("giant", 380, "customers are in one <segment>"),),
    )
    page = Page(report.html(told))
    for place in ("finding", "trust"):
        for words in ("Repeatable split", "no clear gaps between groups", "customers are in one <segment>"):
            assert words in page.sections[place]
    for words in ("+0.060", "evenly spread over the same room", "silhouette says 2", "RFM grid", "the baseline"):
        assert words in page.sections["trust"]
