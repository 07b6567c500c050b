"""A run that goes on from the one before: by its model, its customers or its centres, over many generations."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry import report
from segmentry.choose import ChooseOptions
from segmentry.data import sample_shop
from segmentry.errors import NotFoundError, UsageError
from segmentry.model import Segmentation, SegmentModel, open_before
from segmentry.recipe import Recipe
from segmentry.segment import segment
from segmentry.workspace import save_run

RAW = {"scale": "none", "skew": "none", "outliers": "none", "rebuilds": 2}


def shoppers(sizes: tuple[int, ...] = (60, 50, 40, 30)) -> pd.DataFrame:
    """Make kinds of customers at 2, 14, 60 and 100 visits: three segments join the first two."""
    rng = np.random.default_rng(1)
    kind = np.repeat(np.arange(len(sizes)), sizes)
    return pd.DataFrame(
        {
            "customer_id": [f"c{row:03d}" for row in range(len(kind))],
            "visits": np.array([2.0, 14.0, 60.0, 100.0])[kind] + rng.integers(0, 4, len(kind)),
            "stay": np.array([5.0, 5.0, 40.0, 90.0])[kind] + rng.integers(0, 4, len(kind)),
        }
    )


def run(table: pd.DataFrame, segments: int, **more: Any) -> Segmentation:
    """Find so many segments on the values as they are."""
    return segment(table, segments=segments, **{**RAW, **more})


def letters(found: Segmentation) -> list[str]:
    """Give the letters in the order in which segments are shown."""
    return [one.letter for one in found.summary.segments]


@pytest.fixture(scope="module")
def four() -> Segmentation:
    """Give four segments: A to D by size, so at 2, 14, 60 and 100 visits."""
    return run(shoppers(), 4, name="spring")


def test_the_same_again_is_kept_whole(four: Segmentation) -> None:
    """The same customers with another seed: every segment is kept, everybody agrees, nobody is retired."""
    again = run(shoppers(), 4, seed=3, previous=four.model)
    identity = again.summary.identity
    assert identity is not None
    assert (identity.run, identity.basis, identity.customers, identity.agreement) == ("spring", "model", 180, 1.0)
    assert {event.kind for event in identity.events} == {"kept"}
    assert identity.retired == ()
    assert [(s.letter, s.name) for s in again.summary.segments] == [(s.letter, s.name) for s in four.summary.segments]


def test_letters_follow_the_customers_not_the_order(four: Segmentation) -> None:
    """With the sizes turned round the largest segment comes first, under the letter it had when it was the smallest."""
    turned = run(shoppers((30, 40, 50, 60)), 4, previous=four.model)
    assert letters(turned) == ["D", "C", "B", "A"]
    assert turned.customers.groupby("segment")["visits"].min().round(-1).to_dict() == {
        "A": 0.0,
        "B": 10.0,
        "C": 60.0,
        "D": 100.0,
    }
    placed = turned.assign(turned.customers)
    assert placed["segment"].tolist() == turned.customers["segment"].tolist()
    assert set(placed["second"]) <= set("ABCD")
    assert turned.assign({"visits": 101, "stay": 91})[["segment", "name"]].values.tolist() == [
        ["D", turned.summary.find("d").name]
    ]


def test_generations_never_use_a_letter_twice(four: Segmentation) -> None:
    """Four, three, four: the one that went is retired for good, and the one that comes is E."""
    three = run(shoppers(), 3, previous=four, name="summer")
    assert three.summary.identity is not None
    assert letters(three) == ["A", "C", "D"]
    assert [event.kind for event in three.summary.identity.events] == ["kept", "kept", "kept", "merged"]
    assert three.summary.identity.retired == ("B",)
    again = run(shoppers(), 4, previous=three)
    assert again.summary.identity is not None
    assert sorted(letters(again)) == ["A", "C", "D", "E"]
    assert [event.kind for event in again.summary.identity.events][-1] == "split"
    assert again.summary.identity.retired == ("B",)
    last = run(shoppers(), 3, previous=again)
    assert last.summary.identity is not None
    assert set(last.summary.identity.retired) == {"B", "E"}


def test_names_that_people_gave_go_on(four: Segmentation, tmp_path: Path) -> None:
    """A renamed segment keeps its name after a refit and a save, with today's generated name beside it."""
    four.model.renamed("C", "Club guests").save(tmp_path / "m.segmentry")
    again = run(shoppers(), 4, previous=tmp_path / "m.segmentry")
    kept = again.summary.find("Club guests")
    assert (kept.letter, kept.also_known_as) == ("C", four.summary.find("C").name)
    assert all(one.also_known_as == "" for one in again.summary.segments if one is not kept)
    again.model.save(tmp_path / "again.segmentry")
    assert SegmentModel.load(tmp_path / "again.segmentry").summary == again.summary


def test_a_later_rename_is_told_in_the_events(four: Segmentation) -> None:
    """The event of a segment that is renamed says both what it was called before and what it is called now."""
    again = run(shoppers(), 4, previous=four).model.renamed("B", "Guests").summary
    assert again.identity is not None
    event = next(one for one in again.identity.events if one.new[0].letter == "B")
    assert (event.old[0].name, event.new[0].name) == (four.summary.find("B").name, "Guests")


def test_a_kept_name_is_given_to_nobody_else(four: Segmentation) -> None:
    """Where people gave A the very name that the new segment would get, the new one gets another."""
    three = run(shoppers(), 3)
    fresh = run(shoppers(), 4, previous=three)
    new = next(one for one in fresh.summary.segments if one.letter == "D")
    taken = run(shoppers(), 4, previous=three.model.renamed("B", new.name))
    names = [one.name.casefold() for one in taken.summary.segments]
    assert len(set(names)) == len(names)
    assert taken.summary.find("B").name == new.name
    assert taken.summary.find("D").name.startswith(f"{new.name} (")
    assert four.summary.k == 4


def test_a_path_stands_in_the_recipe_and_repeats_the_run(
    four: Segmentation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe holds the place in full; read back, it gives the same letters, names and events."""
    monkeypatch.chdir(tmp_path)
    save_run(tmp_path / "spring", four, report.html)
    first = run(shoppers(), 3, previous="spring")
    assert Path(first.model.recipe.previous) == tmp_path / "spring"
    again = segment(shoppers(), recipe=Recipe.from_toml(first.model.recipe.to_toml()))
    assert again.summary.identity == first.summary.identity
    assert again.summary.segments == first.summary.segments
    with pytest.raises(NotFoundError):
        run(shoppers(), 3, previous="winter")


def test_without_the_measures_the_customers_in_common_tell(four: Segmentation, tmp_path: Path) -> None:
    """Another table of the same customers: they are matched by their ids, where the run's folder has them."""
    save_run(tmp_path / "spring", four, report.html)
    other = shoppers().iloc[20:].rename(columns={"visits": "trips", "stay": "hours"})
    found = run(other, 4, previous=tmp_path / "spring").summary.identity
    assert found is not None
    assert (found.basis, found.customers, found.agreement) == ("customers", 160, 1.0)
    with pytest.raises(UsageError) as refused:
        run(other, 4, previous=tmp_path / "spring" / "model.segmentry")
    assert {"spring was formed on: visits, stay", "this run is formed on: trips, hours"} == set(refused.value.evidence)


def test_row_numbers_are_no_ids(four: Segmentation) -> None:
    """Tables without ids share row numbers and nothing else: with other measures, the run is refused."""
    bare = shoppers().drop(columns="customer_id")
    before = run(bare, 4)
    with pytest.raises(UsageError, match="nothing in common"):
        run(bare.rename(columns={"visits": "trips", "stay": "hours"}), 4, previous=before)
    assert not open_before(before).has_ids
    assert open_before(four).has_ids


def test_without_customers_in_common_centres_tell(four: Segmentation) -> None:
    """Other people, and one of two measures: the typical values of the measure that both have match segments."""
    table = shoppers((30, 40, 50, 60)).assign(customer_id=lambda t: "x" + t["customer_id"], age=range(180))
    found = run(table.drop(columns="stay"), 4, measures=["visits"], previous=four)
    identity = found.summary.identity
    assert identity is not None
    assert (identity.basis, identity.customers, identity.agreement) == ("centres", 0, None)
    assert letters(found) == ["D", "C", "B", "A"]
    assert all(event.distance is not None and event.distance < 0.1 for event in identity.events)


def test_categories_have_centres_too() -> None:
    """Segments that differ by a level are matched by the share that has it."""
    kind = np.repeat([0, 1, 2], [60, 40, 30])
    plan = np.array(["basic", "gold", "plus"], dtype=object)[kind]
    table = pd.DataFrame({"id": range(130), "plan": plan, "score": kind * 10.0 + np.arange(130) % 3})
    before = segment(table, segments=3, measures=["plan", "score"], rebuilds=2, id="id")
    others = pd.DataFrame({"id": range(1000, 1130), "plan": plan[::-1], "visits": np.arange(130.0) % 7})
    after = segment(others, segments=3, measures=["plan"], rebuilds=2, id="id", previous=before)
    assert after.summary.identity is not None
    assert after.summary.identity.basis == "centres"
    assert letters(after) == ["A", "B", "C"]


def test_the_number_of_segments_before_is_preferred(four: Segmentation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The choice is told the number before, and the recipe isn't."""
    asked: list[ChooseOptions] = []
    corridor = sys.modules["segmentry.segment"]
    real = corridor.choose  # type: ignore[attr-defined]

    def listening(table: Any, preparer: Any, spend: Any, options: ChooseOptions, **more: Any) -> Any:
        asked.append(options)
        return real(table, preparer, spend, options, **more)

    monkeypatch.setattr(corridor, "choose", listening)
    found = segment(shoppers(), previous=four, **{**RAW, "highest": 5})
    assert [options.prefer for options in asked] == [4]
    assert found.model.recipe.choose.prefer == 0


def test_a_grid_goes_on() -> None:
    """A method with names of its own keeps them: the same grid again is kept whole."""
    shop = sample_shop(150, seed=2)
    first = segment(shop.orders, method="rfm-grid", rebuilds=2)
    again = segment(shop.orders, method="rfm-grid", rebuilds=2, seed=5, previous=first)
    assert [(s.letter, s.name, s.also_known_as) for s in again.summary.segments] == [
        (s.letter, s.name, "") for s in first.summary.segments
    ]


def test_a_letter_in_place_of_a_name_is_not_kept_as_one(four: Segmentation) -> None:
    """Segments of a split that was not dependable are called by their letter; the run after it names them."""
    bare = replace(four.summary, segments=tuple(replace(s, name=f"Segment {s.letter}") for s in four.summary.segments))
    again = run(shoppers(), 4, previous=replace(four.model, summary=bare))
    assert [(s.letter, s.name) for s in again.summary.segments] == [(s.letter, s.name) for s in four.summary.segments]


def test_one_segment_before_asks_for_no_number(four: Segmentation) -> None:
    """All customers as one segment are no split, so nothing is preferred; four are."""
    assert open_before(run(shoppers(), 1)).number == 0
    assert open_before(four).number == 4
