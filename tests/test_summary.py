"""The summary: its headline never flatters, and renaming keeps names apart."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.errors import NotFoundError, UsageError
from segmentry.evaluate import Keeps
from segmentry.model import SegmentModel
from segmentry.model.archive import read_archive, write_archive
from segmentry.plain import from_plain, to_plain
from segmentry.segment import segment
from segmentry.summary import RunSummary


@pytest.fixture(scope="module")
def summary() -> RunSummary:
    """Give the summary of a small run of three segments."""
    table = pd.DataFrame({"visits": [1.0, 30.0, 80.0] * 12, "stay": [9.0, 90.0, 10.0] * 12})
    return segment(table, segments=3, rebuilds=2).summary


def test_there_and_back(summary: RunSummary) -> None:
    """Everything in a summary survives the model file."""
    assert from_plain(RunSummary, to_plain(summary)) == summary


@pytest.mark.parametrize(("rate", "shown"), [(1.0, 100), (0.9999, 99), (0.856, 85), (0.0, 0)])
def test_headline_rounds_down(summary: RunSummary, rate: float, shown: int) -> None:
    """Only a full 100 of 100 is shown as 100."""
    assert summary.keep is not None
    keep = replace(summary.keep, overall=Keeps(rate, rate, rate))
    assert replace(summary, keep=keep).headline == f"{shown} of 100 customers keep their segment"


def test_segments_are_found_by_letter_or_name(summary: RunSummary) -> None:
    """Capital or small letters don't matter; an unknown one lists those that are there."""
    named = summary.segments[1]
    assert summary.find("b") is summary.find(named.name.upper()) is named
    with pytest.raises(NotFoundError) as refused:
        summary.find("Z")
    assert named.name in str(refused.value)


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "x" * 81, "\u202egnp.exe", "bell\a"])
def test_names_that_are_no_line_of_text_are_refused(summary: RunSummary, name: str) -> None:
    """A name is one printable line."""
    with pytest.raises(UsageError):
        summary.renamed("A", name)


def test_no_two_segments_share_a_name_or_a_letter(summary: RunSummary) -> None:
    """A name that another segment has, or that is another's letter, is refused."""
    for taken in (summary.segments[1].name, "b"):
        with pytest.raises(UsageError):
            summary.renamed("A", taken)


def test_where_to_start_follows_the_name(summary: RunSummary) -> None:
    """The segment to start with is called by its new name."""
    start = replace(summary, start_with=None).renamed("A", "Stars")
    assert start.start_with is None
    assert start.segments[0].name == "Stars"


NEW = ("distributions", "silhouettes", "correlations", "borders")


def _table(rows: int = 240) -> pd.DataFrame:
    """Make customers of three kinds, with numbers that describe, and ids."""
    rng = np.random.default_rng(4)
    kind = np.arange(rows) % 3
    return pd.DataFrame(
        {
            "customer_id": [f"c{row}" for row in range(rows)],
            "visits": rng.poisson(np.array([2, 20, 60])[kind]).astype(float),
            "basket": (rng.gamma(9, 1, rows) * np.array([5, 1, 3])[kind]).round(2),
            "age": rng.integers(18, 80, rows).astype(float),
        }
    )


@pytest.fixture(scope="module")
def seen() -> RunSummary:
    """Give the summary of a run with numbers that form and a number that describes."""
    return segment(_table(), segments=3, rebuilds=5).summary


def test_what_charts_draw_adds_up(seen: RunSummary) -> None:
    """Bars, fits and silhouettes each add up to the segment's customers, in the summary's order."""
    sizes = [one.customers for one in seen.segments]
    assert [one.measure for one in seen.distributions] == ["visits", "basket", "age"]
    assert [one.forms for one in seen.distributions] == [True, True, False]
    for shape in seen.distributions:
        assert [sum(bars) for bars in shape.segments] == sizes
        assert sum(shape.everyone) == seen.customers
    assert [profile.customers for profile in seen.silhouettes] == sizes
    assert [border.typical + border.fair + border.borderline for border in seen.borders] == sizes
    letters = {one.letter for one in seen.segments}
    for one, border in zip(seen.segments, seen.borders, strict=True):
        assert border.nearest in letters - {one.letter}
        assert 0 < border.towards <= one.customers
    assert seen.correlations is not None
    assert seen.correlations.names == ("visits", "basket", "age")


def test_silhouettes_are_those_of_the_chosen_split(seen: RunSummary) -> None:
    """Their mean, weighted by customers, is the silhouette of the chosen number of segments."""
    assert seen.chosen is not None
    mean = sum(profile.customers * profile.mean for profile in seen.silhouettes) / seen.silhouette_on
    assert mean == pytest.approx(seen.chosen.silhouette)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_no_chart(seen: RunSummary, seed: int) -> None:
    """Shuffled customers give the same bars, silhouettes, correlations and borders to the last digit."""
    again = segment(_table().sample(frac=1, random_state=seed), segments=3, rebuilds=5).summary
    for name in NEW:
        assert to_plain(getattr(again, name)) == to_plain(getattr(seen, name)), name


def test_renaming_keeps_what_charts_draw(seen: RunSummary) -> None:
    """Only the name changes."""
    renamed = seen.renamed("A", "Stars")
    assert all(getattr(renamed, name) == getattr(seen, name) for name in NEW)


def test_programs_get_what_charts_draw(seen: RunSummary) -> None:
    """``run --json`` and run.json hold the same figures."""
    whole = seen.to_json({})
    assert all(whole[name] == to_plain(getattr(seen, name)) != [] for name in NEW)


def test_a_model_of_before_loads_without_what_charts_draw(tmp_path: Path) -> None:
    """A file that lacks the newer fields opens; they are empty, and all else is as it was."""
    found = segment(_table(60), segments=2, rebuilds=2)
    new, old = tmp_path / "new.segmentry", tmp_path / "old.segmentry"
    found.model.save(new)
    texts, arrays = read_archive(new)
    summary = json.loads(texts["summary.json"])
    for name in NEW:
        del summary[name]
    write_archive(old, {**texts, "summary.json": json.dumps(summary)}, arrays, "segmentry 0.1")
    loaded = SegmentModel.load(old).summary
    assert [getattr(loaded, name) for name in NEW] == [(), (), None, ()]
    assert loaded.segments == found.summary.segments


def test_a_single_segment_has_no_silhouettes_and_no_neighbour() -> None:
    """Bars remain; there is nothing to be near to."""
    one = segment(_table(60), segments=1, rebuilds=2).summary
    assert one.silhouettes == ()
    assert [sum(shape.segments[0]) for shape in one.distributions] == [60, 60, 60]
    assert [(border.nearest, border.towards) for border in one.borders] == [("", 0)]


@pytest.mark.parametrize("method", ["rfm-grid", "kprototypes", "ward", "hdbscan"])
def test_every_method_has_what_charts_draw(method: str) -> None:
    """Bars and borders add up for each; only a method without a silhouette has no profile."""
    table = _table().assign(club=np.where(np.arange(240) % 2, "yes", "no"), recency_days=9.0, orders=2.0, spend=5.0)
    table["recency_days"], table["orders"], table["spend"] = table["visits"], table["visits"], table["basket"]
    found = segment(table, method=method, rebuilds=3).summary
    sizes = [one.customers for one in found.segments]
    assert [border.typical + border.fair + border.borderline for border in found.borders] == sizes
    assert all([sum(bars) for bars in shape.segments] == sizes for shape in found.distributions)
    assert [profile.customers for profile in found.silhouettes] == ([] if method == "rfm-grid" else sizes)


def test_a_run_that_follows_knows_how_large_its_segments_were() -> None:
    """Every segment of the run before is there with its own customers; a letter finds the segment that it continues."""
    before = segment(_table(240), segments=3, rebuilds=2, name="june")
    after = segment(_table(120), segments=3, rebuilds=2, previous=before).summary
    assert after.identity is not None
    assert [(one.letter, one.customers, one.share) for one in after.identity.before] == [
        (one.letter, one.customers, one.share) for one in before.summary.segments
    ]
    for one in after.segments:
        then = after.identity.then(one.letter)
        assert then is not None
        assert then.customers == before.summary.find(one.letter).customers
    assert after.identity.then("Z") is None
    assert to_plain(after.identity.before[0]) == {
        "letter": before.summary.segments[0].letter,
        "name": before.summary.segments[0].name,
        "customers": before.summary.segments[0].customers,
        "share": before.summary.segments[0].share,
    }
    renamed = after.renamed(after.segments[0].letter, "Stars")
    assert renamed.identity is not None
    assert renamed.identity.before == after.identity.before
