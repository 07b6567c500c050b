from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist
from sklearn.metrics import adjusted_rand_score

from segmentry import prepare
from segmentry.choose import Choice, ChooseOptions, choose
from segmentry.choose.threads import side_by_side
from segmentry.errors import TooFewError, UsageError
from segmentry.features import fit_scores, load_grid
from segmentry.plain import to_plain
from segmentry.prepare import PrepareOptions

INCOME, SCORE = "Annual Income (k$)", "Spending Score (1-100)"
RAW = PrepareOptions(skew="none", outliers="none", scale="none")
Z = PrepareOptions(skew="none", outliers="none")


def chosen(
    table: pd.DataFrame,
    how: PrepareOptions | None = None,
    spend: np.ndarray | None = None,
    kinds: str = "number",
    **options: float | str,
) -> Choice:
    """Prepare and choose, with fewer rebuilds than the default unless told."""
    preparer = prepare.fit(table, [(name, kinds) for name in table.columns], how or PrepareOptions())
    return choose(table, preparer, spend, ChooseOptions(**({"rebuilds": 20} | options)))


def blobs(each: int = 60, apart: float = 6.0, seed: int = 1, columns: int = 2) -> tuple[pd.DataFrame, np.ndarray]:
    """Give five groups scattered at random, the nearest two ``apart`` sigma from each other, and who is in which."""
    rng = np.random.default_rng(seed)
    centroids = rng.uniform(size=(5, columns))
    centroids *= apart / pdist(centroids).min()
    labels = np.repeat(np.arange(5), each)
    values = centroids[labels] + rng.normal(size=(5 * each, columns))
    return pd.DataFrame(values, columns=[f"measure {column}" for column in range(columns)]), labels


def buyers(n: int = 400) -> pd.DataFrame:
    """Give customers with skewed spend, ties and blanks."""
    rng = np.random.default_rng(3)
    kind = rng.integers(0, 3, n)
    orders = 1 + rng.poisson(np.array([0.3, 3.0, 15.0])[kind])
    spend = np.round(orders * rng.lognormal(3, 0.5, n), 2)
    days = np.where(rng.random(n) < 0.05, np.nan, rng.integers(1, 365, n))
    return pd.DataFrame({"recency_days": days, "orders": orders, "spend": spend})


@pytest.mark.parametrize(("seed", "columns"), [(1, 2), (2, 3), (3, 4)])
def test_five_blobs_are_found_whole_and_keep_everybody(seed: int, columns: int) -> None:
    """Six sigma apart: five segments, the true ones, and everybody returns in every rebuild."""
    table, truth = blobs(200, seed=seed, columns=columns)
    found = chosen(table, Z)
    assert found.k == 5
    assert adjusted_rand_score(truth, found.labels) > 0.99
    assert found.keep is not None
    assert found.keep.overall.rate > 0.995
    assert found.keep.overall.low > 0.99
    assert (found.keep.draws, found.keep.drawn) == (20, 1000)
    assert found.verdict == "Clear groups"
    assert found.reason.startswith("5 segments stand clearest apart and keep coming back")


def test_mall_by_income_and_score_is_five_segments(shared_data: Path) -> None:
    """The published split, chosen by the rule and not by the silhouette alone."""
    table = pd.read_csv(shared_data / "mall_customers.csv")[[INCOME, SCORE]]
    found = chosen(table, RAW, rebuilds=100)
    assert found.k == 5
    assert np.bincount(found.labels).tolist() == [81, 39, 35, 23, 22]
    five = next(candidate for candidate in found.candidates if candidate.k == 5)
    assert five.inertia == pytest.approx(44448.4554, abs=5e-5)
    assert five.silhouette == pytest.approx(0.5539, abs=5e-5)
    assert (five.smallest, five.smallest_customers) == (0.11, 22)
    assert five.keep_rate == pytest.approx(0.98, abs=0.015)
    assert five.worst_keep == pytest.approx(0.97, abs=0.025)
    six = next(candidate for candidate in found.candidates if candidate.k == 6)
    assert (six.allowed, six.dependable) == (False, False)
    assert "; 6 falls apart: only " in found.reason


def test_mall_by_age_income_and_score_is_six_segments(shared_data: Path) -> None:
    """Five falls apart in its weakest segment, six does not."""
    found = chosen(pd.read_csv(shared_data / "mall_customers.csv")[["Age", INCOME, SCORE]], Z, rebuilds=100)
    assert found.k == 6
    five = next(candidate for candidate in found.candidates if candidate.k == 5)
    assert five.worst_keep < 0.75


def test_shuffling_rows_changes_nothing_but_their_order() -> None:
    """Labels follow their rows; figures, words and the placed customers are the same to the last bit."""
    table = buyers()
    order = np.random.default_rng(0).permutation(len(table))
    spend = table["spend"].to_numpy()
    one = chosen(table, spend=spend, highest=5)
    other = chosen(table.iloc[order].reset_index(drop=True), spend=spend[order], highest=5)
    assert np.array_equal(one.labels[order], other.labels)
    assert (one.reason, one.runner_up, one.candidates, one.keep) == (
        other.reason,
        other.runner_up,
        other.candidates,
        other.keep,
    )
    assert np.array_equal(one.rebuilt, other.rebuilt)
    assert np.array_equal(table["spend"].to_numpy()[one.evaluated], table["spend"].to_numpy()[order][other.evaluated])


def test_pounds_or_pence_give_the_same_segments() -> None:
    """The unit of money is no information; figures may differ by rounding only."""
    table = buyers()
    one = chosen(table, spend=table["spend"].to_numpy(), highest=5)
    pence = table.assign(spend=table["spend"] * 100)
    other = chosen(pence, spend=pence["spend"].to_numpy(), highest=5)
    assert np.array_equal(one.labels, other.labels)
    assert [candidate.keep_rate for candidate in one.candidates] == pytest.approx(
        [candidate.keep_rate for candidate in other.candidates], abs=0.002
    )


def test_the_same_seed_repeats_and_another_draws_anew() -> None:
    """Everything random hangs on the seed."""
    table = buyers()
    one, again, other = (chosen(table, highest=3, seed=seed, rebuilds=5) for seed in (7, 7, 8))
    assert one.candidates == again.candidates
    assert np.array_equal(one.rebuilt, again.rebuilt)
    assert not np.array_equal(one.rebuilt, other.rebuilt)


def test_segments_are_ordered_by_spend_then_by_size() -> None:
    """The best spenders come first, whatever their number; without spend the largest segment does."""
    table = pd.DataFrame({"visits": np.repeat([1.0, 50.0, 100.0], [20, 40, 30]) + np.arange(90) % 5})
    spend = np.repeat([10.0, 500.0, 90.0], [20, 40, 30])
    spend[:5] = np.nan
    by_spend = chosen(table, spend=spend, lowest=3, highest=3, rebuilds=3)
    assert [spend[by_spend.labels == label][-1] for label in range(3)] == [500.0, 90.0, 10.0]
    assert np.array_equal(by_spend.clusters.place(prepared(table)).labels, by_spend.labels)
    by_size = chosen(table, lowest=3, highest=3, rebuilds=3)
    assert np.bincount(by_size.labels).tolist() == [40, 30, 20]
    unknown = chosen(table, spend=np.full(90, np.nan), lowest=3, highest=3, rebuilds=3)
    assert np.array_equal(unknown.labels, by_size.labels)


def prepared(table: pd.DataFrame) -> np.ndarray:
    """Give the points of a table of numbers."""
    return prepare.fit(table, [(name, "number") for name in table.columns]).apply(table).values


def test_rebuilt_labels_are_in_the_numbers_of_the_chosen_segments() -> None:
    """The share of placed customers with their own label again is the keep rate; their rows are distinct."""
    table, _ = blobs(apart=4.0)
    found = chosen(table, Z, lowest=5, highest=5)
    assert found.keep is not None
    assert found.rebuilt.shape == (20, len(found.evaluated))
    assert found.rebuilt.dtype == np.int16
    assert len(np.unique(found.evaluated)) == len(found.evaluated) == len(table)
    assert (found.rebuilt == found.labels[found.evaluated]).mean() == pytest.approx(found.keep.overall.rate)


def test_past_2000_customers_draws_are_subsamples_of_2000() -> None:
    """The size of a draw is fixed, so the keep rate doesn't grow with the number of customers."""
    table, _ = blobs(each=500)
    found = chosen(table, Z, lowest=5, highest=5, rebuilds=3, starts=3)
    assert found.keep is not None
    assert (found.keep.drawn, len(found.evaluated)) == (2000, 2500)


def test_past_20000_customers_a_sample_is_placed_and_measured() -> None:
    """Trust statistics cost the same at any size; labels still cover everybody."""
    table, truth = blobs(each=4_400)
    found = chosen(table, Z, lowest=5, highest=5, rebuilds=2, starts=2)
    assert (len(found.evaluated), found.silhouette_on) == (20_000, 20_000)
    assert adjusted_rand_score(truth, found.labels) > 0.98


def test_a_given_number_is_used_measured_and_called_given() -> None:
    """``--segments 3``: the panel has that number only."""
    table, _ = blobs()
    found = chosen(table, Z, lowest=3, highest=3)
    assert (found.k, [candidate.k for candidate in found.candidates]) == (3, [3])
    assert found.reason.startswith("3 segments, as asked: ")
    assert found.runner_up == ""


def test_a_split_keeps_as_many_whatever_else_is_tried() -> None:
    """The figures of three segments are the same where three were asked for and where a range was."""
    table, _ = blobs(apart=4.0)
    alone, among = chosen(table, Z, lowest=3, highest=3), chosen(table, Z, lowest=2, highest=4)
    one, other = (to_plain(candidate) for candidate in (alone.candidates[0], among.candidates[1]))
    assert isinstance(one, dict)
    known = {name: value for name, value in one.items() if value is not None}
    assert len(known) > 15
    assert known == pytest.approx({name: other[name] for name in known}, rel=1e-6)


def test_one_segment_may_be_asked_for() -> None:
    """``--segments 1`` puts everybody together; there is no keep rate."""
    found = chosen(blobs()[0], lowest=1, highest=1)
    assert (found.k, found.reason, found.keep, found.candidates) == (1, "one segment, as asked", None, ())
    assert found.labels.tolist() == [0] * 300
    assert (found.evaluated.shape, found.rebuilt.shape) == ((0,), (0, 0))


@pytest.mark.parametrize(("rows", "words"), [(40, "all 40 customers are alike"), (1, "there is one customer")])
@pytest.mark.parametrize(("lowest", "highest"), [(2, 12), (4, 4)])
def test_customers_who_are_all_alike_are_one_segment(rows: int, words: str, lowest: int, highest: int) -> None:
    """Segments are never invented, not even when a number was asked for."""
    found = chosen(pd.DataFrame({"spend": [5.0] * rows}), lowest=lowest, highest=highest)
    assert found.k == 1
    assert words in found.reason


def test_more_segments_than_different_customers_are_lowered_and_that_is_said() -> None:
    """Three kinds of customers make three segments at most."""
    table = pd.DataFrame({"visits": [1.0, 5.0, 9.0] * 20})
    asked = chosen(table, lowest=8, highest=8, rebuilds=5)
    assert asked.k == 3
    assert asked.reason.startswith("3 segments, where 8 were asked for: ")
    assert asked.reason.endswith("; 8 segments can't be made: only 3 of the 60 customers differ in these measures")
    auto = chosen(table, rebuilds=5)
    assert [candidate.k for candidate in auto.candidates] == [2, 3]
    assert auto.reason.endswith(
        "; more than 3 segments can't be made: only 3 of the 60 customers differ in these measures"
    )


def test_a_draw_with_too_few_kinds_of_customers_still_counts() -> None:
    """A rare kind is missing from some rebuilds: nobody keeps its segment there, and its rate says so."""
    table = pd.DataFrame({"visits": [1.0] * 30 + [5.0] * 30 + [90.0]})
    found = chosen(table, RAW, lowest=3, highest=3, rebuilds=40)
    assert found.keep is not None
    assert found.keep.segments[2].rate == pytest.approx(1 - np.exp(-1), abs=0.2)
    assert found.keep.segments[0].rate > 0.9


def test_yes_no_and_category_columns_form_segments_too() -> None:
    """Ties are everywhere among 0/1 columns; the order of rows still decides nothing."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"club": rng.choice(["yes", "no"], 90), "town": rng.choice(["A", "B", "C"], 90)})
    preparer = prepare.fit(table, [("club", "yes-no"), ("town", "category")])
    order = rng.permutation(90)
    options = ChooseOptions(highest=4, rebuilds=5)
    one = choose(table, preparer, None, options)
    other = choose(table.iloc[order], preparer, None, options)
    assert np.array_equal(one.labels[order], other.labels)


def test_no_customer_is_refused() -> None:
    """There is nothing to find segments among."""
    table = pd.DataFrame({"spend": [1.0, 2.0]})
    preparer = prepare.fit(table, [("spend", "number")])
    with pytest.raises(TooFewError, match="there is no customer"):
        choose(table.iloc[:0], preparer, None, ChooseOptions())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lowest": 0}, "can't try from 0 to 12 segments"),
        ({"lowest": 5, "highest": 4}, "can't try from 5 to 4 segments"),
        ({"min_share": 0.6}, "can't be asked to hold 0.6 of the customers"),
        ({"rebuilds": 0}, "rebuilds must be at least 1, and is 0"),
        ({"starts": 0}, "starts must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"method": "kmean"}, "there is no method 'kmean'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, float], message: str) -> None:
    """With what was wrong and a way out."""
    with pytest.raises(UsageError, match=message) as refusal:
        chosen(pd.DataFrame({"spend": [1.0, 2.0, 3.0]}), **options)
    assert refusal.value.way_out


GRID = {"method": "rfm-grid", "grid": "ten"}


def rfm_customers(n: int = 300) -> pd.DataFrame:
    """Give customers whose days and orders go their own ways, many with a single order."""
    rng = np.random.default_rng(5)
    return pd.DataFrame({"recency_days": rng.integers(0, 400, n).astype(float), "orders": 1.0 + rng.poisson(2, n)})


def test_a_grid_is_taken_as_it_is_and_rebuilt() -> None:
    """No number is tried and no rule asked; the segments with customers have a keep rate each."""
    table = rfm_customers()
    found = chosen(table, RAW, **GRID)
    assert (found.candidates, found.runner_up, found.silhouette_on) == ((), "", 0)
    assert found.keep is not None
    assert found.k == len(found.keep.segments) == len(found.clusters.names) == len(set(found.labels.tolist()))
    assert found.reason.startswith(f"{found.k} segments, as the method gives them: ")
    assert (found.rebuilt == found.labels[found.evaluated]).mean() == pytest.approx(found.keep.overall.rate)
    assert 0.5 < found.keep.overall.rate < 1


def test_a_grid_s_segments_are_matched_by_name_not_by_overlap() -> None:
    """By hand: each rebuild's cut points, each customer's name by them; who has another name did not keep hers."""
    table = rfm_customers()
    found = chosen(table, RAW, rebuilds=1, **GRID)
    order = np.lexsort([table["orders"], table["recency_days"]])
    rng = np.random.default_rng([0, 0, 300])
    drawn = table.iloc[order[np.sort(rng.integers(300, size=300))]]
    grid = load_grid("ten")
    again = grid.names_of(fit_scores(drawn, grid.rules).apply(table).to_numpy())
    ours = np.array(found.clusters.names, dtype=object)[found.labels]
    assert found.keep is not None
    assert (again == ours).mean() == pytest.approx(found.keep.overall.rate)


def test_a_grid_s_segments_are_ordered_by_spend_and_rows_decide_nothing() -> None:
    """Letters follow mean spend as always, and names go with them; shuffled rows keep their segments."""
    table = rfm_customers()
    spend = 1000 - table["recency_days"].to_numpy()
    found = chosen(table, RAW, spend=spend, **GRID)
    means = [spend[found.labels == label].mean() for label in range(found.k)]
    assert means == sorted(means, reverse=True)
    grid = load_grid("ten")
    names = grid.names_of(fit_scores(table, grid.rules).apply(table).to_numpy()).tolist()
    assert [found.clusters.names[label] for label in found.labels] == names
    order = np.random.default_rng(0).permutation(len(table))
    other = chosen(table.iloc[order].reset_index(drop=True), RAW, spend=spend[order], **GRID)
    assert np.array_equal(found.labels[order], other.labels)
    assert found.keep == other.keep


def test_customers_in_one_cell_of_a_grid_are_one_segment() -> None:
    """There is nothing to rebuild where all have the same scores, and the segment keeps its name."""
    found = chosen(pd.DataFrame({"recency_days": [5.0] * 40, "orders": [2.0] * 40}), RAW, **GRID)
    assert (found.k, found.keep, found.clusters.names) == (1, None, ("Lost",))
    assert found.reason == "one segment: the method puts all customers in the same"


@pytest.mark.parametrize("options", [{"lowest": 5, "highest": 5}, {"highest": 8}, {"min_share": 0.1}])
def test_a_grid_takes_no_number_of_segments(options: dict[str, float]) -> None:
    """What would do nothing is refused, with the way out."""
    with pytest.raises(UsageError, match="rfm-grid has no number of segments to choose") as refusal:
        chosen(rfm_customers(), RAW, **GRID, **options)
    assert refusal.value.way_out.startswith("leave --")


def test_progress_rises_to_one() -> None:
    """Whoever watches sees the share done grow, never shrink, and end at 1."""
    seen: list[float] = []
    table, _ = blobs()
    preparer = prepare.fit(table, [("measure 0", "number")])
    choose(table, preparer, None, ChooseOptions(highest=3, rebuilds=4), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
    assert len(seen) >= 6


@pytest.mark.parametrize("threads", [1, 3])
def test_work_side_by_side_keeps_its_order_and_passes_errors_on(threads: int) -> None:
    """Results come in the order of the items whatever finishes first; an error stops the rest."""
    assert side_by_side(lambda item: item * 2, range(50), threads=threads) == list(range(0, 100, 2))
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0, 1], threads=threads)


@pytest.mark.parametrize("how", ["remove-iqr", "remove-mad", "drop"])
def test_customers_left_out_have_no_say_and_a_segment(how: str) -> None:
    """Segments are those of the others, in the rebuilds too; who was left out is placed in one of them."""
    table, truth = blobs(60)
    if how == "drop":
        options = PrepareOptions(skew="none", outliers="none", missing="drop")
        odd = pd.DataFrame({"measure 0": [np.nan] * 9, "measure 1": np.linspace(500, 900, 9)})
    else:
        options = PrepareOptions(skew="none", outliers=how)
        odd = pd.DataFrame({"measure 0": np.linspace(500, 900, 9), "measure 1": np.linspace(-900, 300, 9)})
    both = pd.concat([odd, table], ignore_index=True)
    found, clean = chosen(both, options, lowest=5, highest=5), chosen(table, options, lowest=5, highest=5)
    centroids = [np.sort(choice.clusters.arrays()["centroids"], axis=0) for choice in (found, clean)]
    assert (centroids[0] == centroids[1]).all()
    assert adjusted_rand_score(found.labels[9:], clean.labels) == 1
    assert adjusted_rand_score(truth, clean.labels) > 0.98
    assert set(found.labels[:9]) <= set(range(5))
    assert found.keep is not None
    assert min(segment.rate for segment in found.keep.segments) > 0.9
    # Nor do they count in what the split is judged by.
    for figure in ("inertia", "silhouette", "davies_bouldin", "margin", "gap", "prediction_strength"):
        ours, theirs = (getattr(choice.candidates[0], figure) for choice in (found, clean))
        assert ours == pytest.approx(theirs, rel=1e-5)
    all_in = chosen(both, PrepareOptions(skew="none", outliers="none"), lowest=5, highest=5)
    assert adjusted_rand_score(truth, all_in.labels[9:]) < 0.98


@pytest.mark.parametrize("how", [PrepareOptions(outliers="remove-forest"), PrepareOptions(missing="drop", pca=2)])
def test_row_order_changes_nothing_where_customers_are_left_out(how: PrepareOptions) -> None:
    """Who is left out, and everything after, doesn't depend on the order of the rows."""
    table = buyers(150)
    turned = table.sample(frac=1, random_state=4)
    one, other = (chosen(rows, how, lowest=3, highest=3, rebuilds=5) for rows in (table, turned))
    assert (pd.Series(other.labels, turned.index).sort_index().to_numpy() == one.labels).all()
    assert one.keep == other.keep
