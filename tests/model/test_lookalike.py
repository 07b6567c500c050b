"""People without orders: guessed from attributes where these tell, refused with figures where they don't."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.data import SampleShop, sample_shop
from segmentry.errors import ColumnError, DataError, UsageError
from segmentry.features import Measure, Measures
from segmentry.model import Segmentation, SegmentModel
from segmentry.model.lookalike import Likeness, fit_lookalike
from segmentry.score import score
from segmentry.segment import segment

DAY = pd.Timestamp("2026-06-30")


def shop(*, telling: bool, seed: int = 0, people: int = 240) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make three kinds of customers; a channel and a number of visits tell the kind, or are drawn at random."""
    rng = np.random.default_rng(seed)
    kind = np.arange(people) % 3
    told = kind if telling else rng.permutation(kind)
    ids = [f"P{number:04d}" for number in range(people)]
    rows = [
        (
            ids[at],
            (DAY - pd.Timedelta(days=int((5, 60, 300)[k] + rng.integers(0, 8) + 20 * n))).date().isoformat(),
            price,
        )
        for at, k in enumerate(kind)
        for n, price in enumerate(np.round((90.0, 40.0, 15.0)[k] * rng.lognormal(0, 0.2, (10, 4, 1)[k]), 2))
    ]
    # One early order: the window of the model then holds everybody of a later batch.
    rows.append((ids[0], (DAY - pd.Timedelta(days=340)).date().isoformat(), 90.0))
    channels = np.array(["friend", "search", "fair"], dtype=object)
    noisy = np.where(rng.random(people) < 0.1, rng.integers(0, 3, people), told)
    customers = pd.DataFrame(
        {
            "customer_id": ids,
            "channel": channels[noisy],
            "site_visits": np.array([30.0, 12.0, 4.0])[told] + rng.normal(0, 4, people).round(1),
            "gender": np.array(["f", "m"], dtype=object)[rng.integers(0, 2, people)],
            "churned": np.array(["no", "no", "yes"], dtype=object)[kind],
        }
    )
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"]), customers


@pytest.fixture(scope="module")
def telling() -> Segmentation:
    """Give a run whose attributes tell the segments."""
    return segment(*shop(telling=True), segments=3, rebuilds=3, lookalike=True)


@pytest.fixture(scope="module")
def silent() -> Segmentation:
    """Give a run whose attributes tell nothing."""
    return segment(*shop(telling=False), segments=3, rebuilds=3, lookalike=True)


def test_telling_attributes_are_learned(telling: Segmentation) -> None:
    """The hit rate is cross-validated, beats both baselines, and is told for each segment."""
    report = telling.summary.lookalike
    assert report is not None
    assert report.works
    assert report.hit_rate is not None
    assert report.hit_rate > 0.9
    assert report.largest == pytest.approx(1 / 3)
    assert report.chance == pytest.approx(1 / 3)
    assert report.columns == ("channel", "site_visits")
    assert [each.letter for each in report.segments] == ["A", "B", "C"]
    assert sum(each.guessed for each in report.segments) == report.customers == 240
    right = sum(each.hit * each.customers for each in report.segments)
    assert right / report.customers == pytest.approx(report.hit_rate)
    assert right == pytest.approx(sum((each.right or 0.0) * each.guessed for each in report.segments))


def test_the_hit_rate_holds_for_people_it_never_saw(telling: Segmentation) -> None:
    """Of new people made alike, about as many are guessed right as cross-validation said."""
    orders, customers = shop(telling=True, seed=9, people=900)
    guesser = telling.model.lookalike
    assert guesser is not None
    guessed = guesser.assign(customers).set_index("customer_id")["segment"]
    real = score(telling.model, orders, customers, as_of=DAY.date()).table.set_index("customer_id")["segment"]
    assert (guessed == real[guessed.index]).mean() == pytest.approx(guesser.hit_rate, abs=0.05)


def test_sensitive_attributes_and_outcomes_wait_to_be_asked_for(telling: Segmentation) -> None:
    """Gender and churn are left out with their reason; what is included guesses too."""
    report = telling.summary.lookalike
    assert report is not None
    assert {name: "--include" in why for name, why in report.left_out} == {"gender": True, "churned": True}
    asked = segment(*shop(telling=True), segments=3, rebuilds=2, lookalike=True, include=["gender"])
    assert asked.summary.lookalike is not None
    assert "gender" in asked.summary.lookalike.columns


def test_silent_attributes_are_refused_with_figures(silent: Segmentation) -> None:
    """The run completes with a caveat; scoring by attributes is refused with the same figures."""
    report = silent.summary.lookalike
    assert report is not None
    assert not report.works
    assert silent.model.lookalike is None
    assert "don't tell the segments apart" in report.reason
    assert f"{100 * (report.hit_rate or 0):.1f} of 100" in report.reason
    caveat = next(caveat for caveat in silent.summary.caveats if caveat.code == "no_lookalike")
    assert report.reason in caveat.policy
    with pytest.raises(DataError) as refused:
        score(silent.model, shop(telling=False)[1], lookalike=True)
    assert refused.value.evidence == (report.reason,)


def test_silent_attributes_are_hardly_ever_believed() -> None:
    """Of 24 sets of attributes drawn at random at most two pass the rule of two standard errors."""
    rng = np.random.default_rng(4)
    columns = (Measure("a", "a", "number", "describes"), Measure("b", "b", "category", "describes"))
    found = segment(*shop(telling=True), segments=3, rebuilds=2)
    passed = 0
    for _ in range(24):
        table = pd.DataFrame(
            {"a": rng.normal(size=120), "b": np.array(["x", "y"], dtype=object)[rng.integers(0, 2, 120)]}
        )
        labels = rng.choice(3, 120, p=[0.4, 0.35, 0.25]).astype(np.int32)
        measures = Measures(table, columns, None, None, None, 0, ())
        passed += fit_lookalike(measures, labels, found.summary.segments, from_orders=True, seed=0)[0].works
    assert passed <= 2


@pytest.mark.parametrize("case", ["no table", "no orders", "one segment", "only sensitive"])
def test_what_cannot_be_guessed_says_why(case: str) -> None:
    """Without attributes, orders, or a split the run goes on and says what is missing."""
    orders, customers = shop(telling=True)
    match case:
        case "no table":
            found, words = segment(orders, segments=3, rebuilds=2, lookalike=True), "no customer table was given"
        case "no orders":
            table = customers[["customer_id", "site_visits"]]
            found, words = segment(table, segments=2, rebuilds=2, lookalike=True), "formed without orders"
        case "one segment":
            found, words = segment(orders, customers, segments=1, lookalike=True), "one segment only"
        case _:
            table = customers[["customer_id", "gender"]]
            found = segment(orders, table, segments=3, rebuilds=2, lookalike=True)
            words = "gender are left out (--include COLUMN)"
    assert found.summary.lookalike is not None
    assert words in found.summary.lookalike.reason
    assert found.model.lookalike is None


def test_without_the_option_there_is_none_and_scoring_says_so() -> None:
    """A model made without --lookalike has no guesser, and names the way to one."""
    orders, customers = shop(telling=True)
    plain = segment(orders, customers, segments=3, rebuilds=2)
    assert plain.summary.lookalike is None
    assert plain.model.lookalike is None
    with pytest.raises(UsageError, match="made without --lookalike"):
        score(plain.model, customers, lookalike=True)


def test_scoring_people_without_orders(telling: Segmentation, tmp_path: Path) -> None:
    """A file of people gives segment, second choice, margin, fit and the basis; probabilities leave no digit open."""
    people = shop(telling=True, seed=5)[1].drop(columns=["gender", "churned"])
    people.loc[3, "channel"] = None
    people.to_csv(tmp_path / "people.csv", index=False)
    scored = score(telling.model, str(tmp_path / "people.csv"), lookalike=True)
    wanted = ["customer_id", "segment", "name", "second", "margin", "fit", "basis", "channel", "site_visits"]
    assert list(scored.table) == wanted
    assert set(scored.table["basis"]) == {"attributes"}
    assert (scored.table["segment"] != scored.table["second"]).all()
    assert scored.table["margin"].between(0, 1).all()
    assert (scored.table["fit"] == "Typical").equals(scored.table["margin"] >= 0.5)


def test_a_table_without_orders_is_pointed_to_the_option(telling: Segmentation, silent: Segmentation) -> None:
    """Where the model can guess, the error for a table of people names --lookalike; where it can't, it doesn't."""
    people = shop(telling=True)[1]
    for options in ({}, {"as_of": DAY.date()}):
        with pytest.raises((UsageError, ColumnError)) as named:
            score(telling.model, people, **options)  # type: ignore[arg-type]
        assert "--lookalike" in str(named.value)
        with pytest.raises((UsageError, ColumnError)) as unnamed:
            score(silent.model, people, **options)  # type: ignore[arg-type]
        assert "--lookalike" not in str(unnamed.value)


def test_what_does_not_go_with_people_is_refused(telling: Segmentation) -> None:
    """A day, a second table, or a table without the attributes: each is refused by name."""
    orders, people = shop(telling=True)
    with pytest.raises(UsageError, match="no day"):
        score(telling.model, people, as_of=DAY.date(), lookalike=True)
    with pytest.raises(UsageError, match="one table"):
        score(telling.model, orders, people, lookalike=True)
    with pytest.raises(ColumnError) as lacking:
        score(telling.model, people.drop(columns="channel"), lookalike=True)
    assert "missing: 'channel'" in lacking.value.evidence


def test_saved_guessers_guess_alike_whatever_the_batch(telling: Segmentation, tmp_path: Path) -> None:
    """Save and load, one person or all of them: the same guesses to the last bit; a rename is seen."""
    people = shop(telling=True, seed=7)[1]
    telling.model.save(tmp_path / "m")
    loaded = SegmentModel.load(tmp_path / "m")
    before, after = telling.model.lookalike, loaded.lookalike
    assert before is not None
    assert after is not None
    assert loaded.summary.lookalike == telling.summary.lookalike
    whole = before.assign(people)
    pd.testing.assert_frame_equal(after.assign(people), whole, check_exact=True)
    parts = pd.concat([before.assign(people.iloc[at : at + 7]) for at in range(0, len(people), 7)], ignore_index=True)
    pd.testing.assert_frame_equal(parts, whole, check_exact=True)
    renamed = loaded.renamed("A", "Stars").lookalike
    assert renamed is not None
    assert "Stars" in set(renamed.assign(people)["name"])


def test_the_order_of_rows_changes_no_figure(telling: Segmentation) -> None:
    """Orders and customers in another order give the same report and the same weights."""
    orders, customers = shop(telling=True)
    mixed = segment(
        orders.sample(frac=1, random_state=1),
        customers.sample(frac=1, random_state=2),
        segments=3,
        rebuilds=3,
        lookalike=True,
    )
    assert mixed.summary.lookalike == telling.summary.lookalike
    assert mixed.model.likeness is not None
    assert telling.model.likeness is not None
    assert np.array_equal(mixed.model.likeness.coef, telling.model.likeness.coef)


def test_probabilities_by_hand() -> None:
    """With scores 0 and log 3 the shares are 1/4 and 3/4; a segment that nobody was seen in gets none."""
    from segmentry import prepare

    preparer = prepare.fit(pd.DataFrame({"x": [0.0, 2.0]}), [("x", "number")])
    likeness = Likeness(preparer, np.array([[0.0], [np.log(3.0)], [9.0]]), np.array([0.0, 0.0, -np.inf]))
    assert likeness.shares(pd.DataFrame({"x": [2.0]})).ravel() == pytest.approx([0.25, 0.75, 0.0])


def test_two_segments_are_guessed_as_three_are() -> None:
    """With two classes the regression has one row of weights; both segments are guessed."""
    table = pd.DataFrame({"x": [0.0, 1.0, 9.0, 10.0] * 20})
    labels = np.array([0, 0, 2, 2] * 20, dtype=np.int32)
    likeness = Likeness.fit(table, [("x", "number")], labels, 3)
    assert (likeness.shares(table).argmax(axis=0) == labels).all()


def test_the_sample_shop_is_guessed_and_its_attributes_named() -> None:
    """The shop's signup channel says a little: more than the largest segment does, and the report says how little."""
    made: SampleShop = sample_shop(1200, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = segment(made.orders, made.customers, segments=5, rebuilds=2, lookalike=True)
    report = found.summary.lookalike
    assert report is not None
    assert report.columns == ("signup_channel", "consent")
    assert report.hit_rate is not None
    assert report.largest is not None
    assert report.largest < report.hit_rate < 0.5
    assert replace(report, reason="").customers == 1200
