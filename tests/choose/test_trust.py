"""What the verdict promises, on data of which the answer is known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry import prepare
from segmentry.choose import Choice, ChooseOptions, choose
from segmentry.prepare import PrepareOptions

Z = PrepareOptions(skew="none", outliers="none")


def chosen(table: pd.DataFrame, prepared: PrepareOptions | None = None, **options: object) -> Choice:
    """Choose among segments of a table of numbers."""
    preparer = prepare.fit(table, [(str(name), "number") for name in table.columns], prepared)
    return choose(table, preparer, None, ChooseOptions(**{"rebuilds": 40, **options}))  # type: ignore[arg-type]


def mall(folder: Path) -> pd.DataFrame:
    """Give income and score of the mall's customers."""
    table = pd.read_csv(folder / "mall_customers.csv").iloc[:, 3:]
    return table.set_axis(["income", "score"], axis=1).astype(float)


def structureless(kind: str) -> pd.DataFrame:
    """Give 400 customers without any groups."""
    rng = np.random.default_rng(11)
    values = {
        "box": rng.random((400, 3)),
        "cloud": rng.standard_normal((400, 3)),
        "skewed": np.exp(rng.standard_normal((400, 1)) + 0.7 * rng.standard_normal((400, 3))),
    }[kind]
    return pd.DataFrame(values, columns=["a", "b", "c"])


def test_the_mall_is_five_clear_groups(shared_data: Path) -> None:
    """Income and score, scaled: the published five, by most criteria; the gap statistic by itself says one."""
    found = chosen(mall(shared_data), Z, rebuilds=100)
    assert (found.k, found.verdict) == (5, "Clear groups")
    alone = {criterion.name: criterion.k for criterion in found.criteria}
    assert alone["gap"] == 1
    assert {alone[name] for name in ("silhouette", "prediction strength", "elbow", "margin", "keep rate")} == {5}
    assert "gap says 1" in found.argument


def test_the_box_reaches_what_was_published(shared_data: Path) -> None:
    """Evenly spread data like the mall's, in five parts: silhouette .407 on average, .425 in the best twentieth."""
    found = chosen(mall(shared_data), Z, lowest=5, highest=5, rebuilds=100)
    assert found.gaps is not None
    box = next(null for null in found.gaps.nulls if null.name == "box")
    assert box.mean == pytest.approx(0.407, abs=0.015)
    assert box.high == pytest.approx(0.425, abs=0.02)


@pytest.mark.parametrize("kind", ["box", "cloud", "skewed"])
def test_what_has_no_structure_is_never_clear(kind: str) -> None:
    """However it is cut, and however often the cut comes back."""
    found = chosen(structureless(kind))
    assert found.verdict != "Clear groups"
    assert all(candidate.margin is None or candidate.margin < 0.05 for candidate in found.candidates)


@pytest.mark.slow
def test_the_same_customers_ten_times_over_get_the_same_answer() -> None:
    """Draws of one size: a larger table of the same kind is no more certain, and no other."""
    rng = np.random.default_rng(2)
    centres = np.array([[0, 0], [4, 1], [1, 5]])[rng.integers(0, 3, 2_500)]
    table = pd.DataFrame(centres + rng.normal(size=(2_500, 2)), columns=["a", "b"])
    once = chosen(table, Z, highest=5)
    often = chosen(pd.concat([table] * 10, ignore_index=True), Z, highest=5)
    assert (once.k, once.verdict) == (often.k, often.verdict) == (3, "Clear groups")
    for one, other in zip(once.candidates, often.candidates, strict=True):
        assert one.keep_rate == pytest.approx(other.keep_rate, abs=0.03)
        assert one.margin == pytest.approx(other.margin, abs=0.02)


@pytest.mark.slow
def test_ten_times_the_order_log_gets_the_same_verdict(shared_data: Path) -> None:
    """A real table, credit card holders by three measures, and ten of each of them."""
    table = pd.read_csv(shared_data / "cc_general.csv")[["BALANCE", "PURCHASES", "PAYMENTS"]].astype(float)
    once = chosen(table, highest=6)
    often = chosen(pd.concat([table] * 10, ignore_index=True), highest=6)
    assert (once.k, once.verdict) == (often.k, often.verdict)
    assert once.keep is not None
    assert often.keep is not None
    assert once.keep.overall.rate == pytest.approx(often.keep.overall.rate, abs=0.02)


def test_a_split_that_falls_apart_is_not_dependable() -> None:
    """Nine parts of 90 customers in one cloud: nothing comes back."""
    rng = np.random.default_rng(0)
    found = chosen(pd.DataFrame(rng.normal(size=(90, 5)), columns=list("abcde")), lowest=9, highest=9)
    assert found.verdict == "Not dependable"


def test_how_much_of_a_segment_was_one_before_is_told() -> None:
    """Five plain groups in a row of splits: each of the five comes out of one coarser segment."""
    rng = np.random.default_rng(0)
    middles = np.array([[0, 0], [9, 0], [0, 9], [9, 9], [20, 4]])[np.arange(300) % 5]
    found = chosen(pd.DataFrame(middles + rng.normal(size=(300, 2)), columns=["a", "b"]), Z, highest=6)
    assert found.k == 5
    assert found.across == pytest.approx((1.0,) * 5, abs=1e-9)
    assert found.keep is not None
    assert min(found.keep.jaccards) > 0.99
