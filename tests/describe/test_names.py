"""Names: true on the printed profile, never two alike, and silent where nothing differs."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from segmentry.describe import Described, DescribeOptions, Known, Segment, Trait, load_playbook
from segmentry.describe.names import HIGH, LOW, Facts, name_segments
from segmentry.describe.words import Voice
from segmentry.features import Measures

BEHAVIOUR = ("recency_days", "orders", "spend", "tenure_days", "typical_order", "typical_gap_days", "gap_ratio")
FIGURES = {"customers": "100", "share": "10%", "revenue": "1,000", "revenue_share": "20%", "at_stake": "50"}


def assert_names_are_true(segments: tuple[Segment, ...]) -> None:
    """Check every name against the printed traits: entries by their bounds, generated names by their words."""
    names = [segment.name for segment in segments]
    assert len({name.casefold() for name in names}) == len(names)
    entries = {entry.name: entry for entry in load_playbook().entries}
    for segment in segments:
        traits = {trait.measure: trait for trait in segment.traits if trait.kind == "number"}
        if segment.name in entries:
            entry = entries[segment.name]
            assert entry.holds(traits), segment.name
            for bound in entry.when:
                what, _, side = bound.kind.partition("_at_")
                figure = getattr(traits[bound.measure], what)
                assert figure >= bound.value if side == "least" else figure <= bound.value
        elif "no clear difference" in segment.name:
            assert not any(trait.forms and trait.counts for trait in segment.traits)
        else:
            for trait in (trait for trait in traits.values() if trait.forms):
                said = segment.name.casefold()
                for word, true in (("high", trait.rank > 50), ("low", trait.rank < 50)):
                    if f"{word} {trait.label.casefold()}" in said:
                        assert trait.counts
                        assert true
                        assert f"fairly {word} {trait.label.casefold()}" in said or not LOW < trait.rank < HIGH


def test_the_shop_gets_names_that_its_figures_bear_out(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """Big frequent, new one-time and lapsed one-time buyers are called that."""
    described = tell(*shop, DescribeOptions(currency="£"))
    names = [segment.name for segment in described.segments]
    assert names == ["Frequent big spenders", "New one-time buyers", "Lapsed one-time buyers"]
    assert_names_are_true(described.segments)
    assert "£" in described.segments[0].sentence
    assert all(len(segment.actions) == 3 for segment in described.segments)
    assert all(any(char.isdigit() for char in action.because) for one in described.segments for action in one.actions)


@st.composite
def _profile(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """Draw a segment's figures: any ranks and values, whether they fit each other or not."""
    figures = {}
    for measure in BEHAVIOUR:
        low, typical, high = sorted(draw(st.integers(0, 12)) / 2 for _ in range(3))
        rank = float(draw(st.integers(0, 100)))
        delta = draw(st.sampled_from([0.0, (rank - 50) / 50]))
        figures[measure] = {
            "low": low, "typical": typical, "high": high, "rank": rank, "delta": delta, "counts": abs(delta) >= 0.33,
            "forms": measure in BEHAVIOUR[:3], "everyone": float(draw(st.integers(0, 6))),
        }  # fmt: skip
    return figures


@settings(max_examples=60, deadline=None)
@given(st.lists(_profile(), min_size=2, max_size=7))
def test_no_name_is_untrue_and_no_two_are_equal(
    make_trait: Callable[..., Trait], profiles: list[Mapping[str, Mapping[str, object]]]
) -> None:
    """Whatever the profiles, names are distinct and each one's conditions hold on its own figures."""
    traits = [tuple(make_trait(name, **values) for name, values in profile.items()) for profile in profiles]
    facts = [Facts(chr(65 + place), own, FIGURES) for place, own in enumerate(traits)]
    named = name_segments(facts, BEHAVIOUR[:3], load_playbook(), Voice())
    assert len({one.name.casefold() for one in named}) == len(named)
    entries = {entry.name: entry for entry in load_playbook().entries}
    for one, own in zip(named, traits, strict=True):
        assert "{" not in one.sentence
        if one.name in entries:
            assert entries[one.name].holds({trait.measure: trait for trait in own})


def test_equal_segments_are_told_apart_by_a_figure_or_the_letter(make_trait: Callable[..., Trait]) -> None:
    """Two segments of one generated name get the figure in which they differ; identical ones their letters."""

    def facts(letter: str, income: float, rank: float) -> Facts:
        trait = make_trait("Income", typical=income, rank=rank, delta=0.8, counts=True, everyone=5.0)
        return Facts(letter, (trait,), FIGURES)

    playbook = load_playbook()
    named = name_segments([facts("A", 90, 90), facts("B", 70, 75)], ["Income"], playbook, Voice())
    assert [one.name for one in named] == ["High Income (Income 90)", "High Income (Income 70)"]
    named = name_segments([facts("A", 90, 90), facts("B", 90, 90)], ["Income"], playbook, Voice())
    assert [one.name for one in named] == ["High Income (A)", "High Income (B)"]


def test_an_entry_that_fits_two_segments_names_one_of_them_and_the_next_fits_the_other(
    tmp_path: Path, make_trait: Callable[..., Trait]
) -> None:
    """Entries are given out so that as many segments as possible get one."""
    path = tmp_path / "own.toml"
    path.write_text(
        '[[entries]]\nname = "Big"\nsentence = "{spend}"\nwhen.spend = { rank_at_least = 65 }\n'
        '[[entries]]\nname = "Big and many"\nsentence = "{orders}"\nwhen.spend = { rank_at_least = 65 }\n'
        "when.orders = { rank_at_least = 65 }\n",
        encoding="utf-8",
    )
    high = {"rank": 80.0, "delta": 0.6, "counts": True}
    both = Facts("A", (make_trait("spend", **high), make_trait("orders", **high)), FIGURES)
    one = Facts("B", (make_trait("spend", **high), make_trait("orders")), FIGURES)
    named = name_segments([both, one], ["spend", "orders"], load_playbook(str(path)), Voice())
    assert [entry.name for entry in named] == ["Big and many", "Big"]


def test_a_kept_name_stays_and_todays_stands_beside_it(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """Kept letters and names are used as they are, in the order of spend; today's name is told where it is another."""
    known = (Known("D", "Stars"), Known("B", "New one-time buyers"), Known("E", None))
    described = tell(*shop, known=known)
    told = [(one.letter, one.name, one.also_known_as) for one in described.segments]
    assert told == [
        ("D", "Stars", "Frequent big spenders"),
        ("B", "New one-time buyers", ""),
        ("E", "Lapsed one-time buyers", ""),
    ]
    assert described.start_with is None or described.start_with.letter in "DBE"


def test_an_entry_whose_name_is_kept_names_nobody_else(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """The first segment fits an entry whose name another one keeps: it gets another name, the other keeps its own."""
    kept = "frequent BIG spenders"
    described = tell(*shop, known=(Known("C", None), Known("A", kept), Known("B", None)))
    names = [one.name for one in described.segments]
    assert names[1] == kept
    assert names[0] not in ("Frequent big spenders", kept)
    assert len({name.casefold() for name in names}) == 3
    assert described.segments[1].also_known_as == "New one-time buyers"


def test_what_a_renamed_segment_was_called_names_nobody_else(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """The third segment was renamed from the name that the first one would get now: the first one gets another."""
    known = (Known("C", None), Known("B", None), Known("A", "Ours", "Frequent big spenders"))
    names = [one.name for one in tell(*shop, known=known).segments]
    assert names[0] != "Frequent big spenders"
    assert names[1:] == ["New one-time buyers", "Ours"]


def test_names_of_the_method_give_way_to_kept_ones(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """A grid's name that another segment keeps gets a figure or a letter beside it."""
    known = (Known("A", "Lost"), Known("B", None), Known("C", None))
    described = tell(*shop, names=("Champions", "Lost", "New"), known=known)
    names = [one.name for one in described.segments]
    assert (names[0], described.segments[0].also_known_as, names[2]) == ("Lost", "Champions", "New")
    assert names[1].startswith("Lost (")


@pytest.mark.parametrize("seed", range(3))
def test_a_split_by_chance_gets_no_behaviour(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described], seed: int
) -> None:
    """Permuted labels are named by their size, nothing is advised but to leave them alone, and a caveat says so."""
    measures, labels = shop
    described = tell(measures, np.random.default_rng(seed).permutation(labels))
    for segment in described.segments:
        assert "of customers, no clear difference" in segment.name
        assert segment.sentence.startswith("No measure sets these customers apart from the others.")
        assert [action.do for action in segment.actions] == ["avoid"]
    assert [caveat.code for caveat in described.caveats] == ["no-differences"]
    assert len({segment.name for segment in described.segments}) == 3


def test_one_segment_is_all_customers(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """A single segment claims nothing: no actions, no rule, no difference, nothing to start with."""
    measures, labels = shop
    described = tell(measures, np.zeros_like(labels), draws=0)
    (segment,) = described.segments
    assert (segment.name, segment.actions, segment.rule, segment.keeps) == ("All customers", (), None, None)
    assert (segment.share, segment.customers) == (1.0, 1200)
    assert segment.sentence.startswith("Typically ")
    assert (described.start_with, described.caveats) == (None, ())


@pytest.mark.parametrize(
    "name", ["{spend}", "100% of {0}", "two\nlines", "%s %(x)s", "{", "a" * 300, "🙂\u2028", "<b>"]
)
def test_weird_column_names_survive(
    make_measures: Callable[..., Measures], tell: Callable[..., Described], name: str
) -> None:
    """Braces, per cent signs, line ends and pictures in a column's name are text, on one line."""
    labels = np.repeat(np.array([0, 1], dtype=np.int32), 30)
    levels = np.where(labels == 0, name, "other")
    described = tell(make_measures({name: np.arange(60.0), f"{name} level": levels}), labels)
    for segment in described.segments:
        texts = [segment.name, segment.sentence, segment.rule.text, *(action.because for action in segment.actions)]
        for text in texts:
            assert len(text.splitlines()) == 1
            text.encode("utf-8")
    assert len({segment.name for segment in described.segments}) == 2


def test_a_column_named_like_a_measure_of_orders_needs_its_unit(
    make_measures: Callable[..., Measures], tell: Callable[..., Described]
) -> None:
    """A customer table's own "orders" without that unit gets no name of an order log."""
    measures = make_measures({"orders": np.arange(60.0), "spend": np.arange(60.0)})
    plain = tuple(dataclasses.replace(measure, unit="") for measure in measures.columns)
    labels = np.repeat(np.array([1, 0], dtype=np.int32), 30)
    described = tell(dataclasses.replace(measures, columns=plain, spend=None), labels)
    assert [segment.name for segment in described.segments] == ["High orders, high spend", "Low orders, low spend"]


def test_categories_are_said_by_the_level_in_excess(
    make_measures: Callable[..., Measures], tell: Callable[..., Described]
) -> None:
    """Over half is "mostly", with shares in the sentence."""
    labels = np.repeat(np.array([0, 1], dtype=np.int32), 50)
    sex = np.where(np.arange(100) % 10 == 0, "Male", np.where(labels == 0, "Female", "Male"))
    women, men = tell(make_measures({"Gender": sex}), labels).segments
    assert (women.name, men.name) == ("Gender mostly Female", "Gender mostly Male")
    assert women.sentence == "90% Gender Female (all customers: 45%)."


@pytest.mark.parametrize("segments", range(2, 9))
def test_every_name_is_true_on_a_real_order_log(
    shared_data: Path, make_measures: Callable[..., Measures], tell: Callable[..., Described], segments: int
) -> None:
    """However many segments a real log is split into, names are distinct and true on the printed figures."""
    lines = pd.read_csv(shared_data / "rfm_orders.csv", parse_dates=["order_date"]).sort_values("order_date")
    last = lines["order_date"].max()
    by = lines.groupby("customer_id")
    gaps = lines.assign(gap=by["order_date"].diff().dt.days).query("gap > 0").groupby("customer_id")["gap"].median()
    table = pd.DataFrame(
        {
            "recency_days": (last - by["order_date"].max()).dt.days,
            "orders": by.size(),
            "spend": by["revenue"].sum(),
            "tenure_days": (last - by["order_date"].min()).dt.days,
            "typical_order": by["revenue"].median(),
            "typical_gap_days": gaps,
        }
    ).assign(gap_ratio=lambda frame: frame["recency_days"] / frame["typical_gap_days"])
    columns = {name: table[name].to_numpy(dtype=float) for name in table}
    points = np.column_stack([np.arcsinh(columns[name] / np.quantile(columns[name], 0.1)) for name in BEHAVIOUR[:3]])
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    labels = KMeans(segments, n_init=3, random_state=0).fit_predict(points).astype(np.int32)
    described = tell(make_measures(columns, describes=BEHAVIOUR[3:]), labels)
    assert_names_are_true(described.segments)
    named = {entry.name for entry in load_playbook().entries}
    assert sum(segment.name in named for segment in described.segments) >= segments / 2
    assert described.start_with.letter == max(described.segments, key=lambda segment: segment.at_stake).letter
