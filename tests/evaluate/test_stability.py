import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.evaluate import jaccard_word, jaccards, keep_rate, match, matched


def test_matching_prefers_the_largest_overlap_overall() -> None:
    """Worked by hand: Jaccard is 2/6 and 3/6 for one pairing, 1/7 and 2/6 for the other, so the first is taken."""
    original = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    rebuilt = np.array([1, 1, 0, 0, 0, 0, 1, 1])
    assert match(original, rebuilt, 2).tolist() == [1, 0]


def test_a_rebuild_with_fewer_or_more_segments_is_matched_as_far_as_it_goes() -> None:
    """A left-over rebuilt segment stands for none; an original one that nothing stands for is kept by nobody."""
    original = np.array([0, 0, 1, 1])
    assert match(original, np.array([0, 0, 0, 0]), 2).tolist() in ([0], [1])
    assert sorted(match(original, np.array([0, 1, 2, 2]), 2).tolist()) == [-1, 0, 1]
    assert matched(original, np.array([[0, 1, 2, 2]], dtype=np.int16), 2)[0].tolist().count(-1) == 1


@given(
    labels=st.lists(st.integers(0, 3), min_size=8, max_size=60).filter(lambda labels: len(set(labels)) == 4),
    names=st.permutations(range(4)),
)
def test_a_rebuild_in_other_numbers_keeps_everybody(labels: list[int], names: list[int]) -> None:
    """Renumbered segments are the same segments: rate 1, overall and each."""
    original = np.array(labels)
    again = np.array(names, dtype=np.int16)[original][None, :]
    rate = keep_rate(original, again, 4, drawn=len(labels))
    assert rate.overall.rate == 1.0
    assert [segment.rate for segment in rate.segments] == [1.0] * 4
    assert np.array_equal(matched(original, again, 4)[0], original)


def test_rates_percentiles_and_segments_worked_by_hand() -> None:
    """Twenty rebuilds, one of which loses half of the second segment: 4 of 10 customers are moved once in twenty."""
    original = np.array([0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    rebuilds = np.tile(original.astype(np.int16), (20, 1))
    rebuilds[0, 6:] = 0
    # That rebuild's segments: 0 0 + four more, and the other four. Jaccard pairs 2/6 and 4/8 straight: 6 of 10 stay.
    rate = keep_rate(original, rebuilds, 2, drawn=10)
    assert rate.overall.rate == pytest.approx((19 + 0.6) / 20)
    assert [segment.rate for segment in rate.segments] == pytest.approx([1.0, (19 + 0.5) / 20])
    assert rate.segments[1].low == pytest.approx(np.quantile([0.5] + [1.0] * 19, 0.05))
    assert rate.segments[1].high == 1.0
    assert (rate.draws, rate.drawn) == (20, 10)


def test_lopsided_random_labels_keep_nine_in_ten_and_nothing_beyond_chance() -> None:
    """Random 95/5 labels return to their segment nine times in ten by size alone; above chance that is about 0."""
    rng = np.random.default_rng(0)
    original = (rng.random(2000) < 0.05).astype(int)
    rebuilds = (rng.random((50, 2000)) < 0.05).astype(np.int16)
    rate = keep_rate(original, rebuilds, 2, drawn=2000)
    assert rate.overall.rate == pytest.approx(0.905, abs=0.01)
    assert rate.chance == pytest.approx(rate.overall.rate, abs=0.005)
    assert rate.above_chance == pytest.approx(0.0, abs=0.05)


def test_a_segment_that_nobody_placed_is_in_has_rate_zero() -> None:
    """Nothing speaks for it."""
    rate = keep_rate(np.array([0, 0, 2, 2]), np.array([[0, 0, 1, 1]], dtype=np.int16), 3, drawn=4)
    assert [segment.rate for segment in rate.segments] == [1.0, 0.0, 1.0]
    assert rate.overall.rate == 1.0


def test_chance_is_seeded() -> None:
    """The same seed gives the same rate to the last bit."""
    rng = np.random.default_rng(1)
    original, rebuilds = rng.integers(0, 3, 100), rng.integers(0, 3, (5, 100)).astype(np.int16)
    assert keep_rate(original, rebuilds, 3, drawn=100, seed=4) == keep_rate(original, rebuilds, 3, drawn=100, seed=4)


def test_labels_matched_by_name_are_taken_as_they_are() -> None:
    """By hand: names that swapped kept nobody, though an overlap would match them; -1 is nobody's segment."""
    original = np.array([0, 0, 1, 1])
    rebuilds = np.array([[1, 1, 0, 0], [0, -1, 1, 1]], dtype=np.int16)
    rate = keep_rate(original, rebuilds, 2, drawn=4, named=True)
    assert rate.overall.rate == (0 + 3 / 4) / 2
    assert [segment.rate for segment in rate.segments] == [(0 + 1 / 2) / 2, (0 + 1) / 2]
    assert keep_rate(original, rebuilds[:1], 2, drawn=4).overall.rate == 1


def test_no_segment_matches_no_segment_only_worked_by_hand() -> None:
    """Two of six are in none. The first rebuild keeps one of them, the second none: a left-over segment holds both."""
    original = np.array([0, 0, 1, 1, -1, -1])
    rebuilds = np.array([[1, 1, 0, -1, -1, 0], [0, 0, 1, 1, 2, 2]], dtype=np.int16)
    assert matched(original, rebuilds, 2).tolist() == [[0, 0, 1, -1, -1, 1], [0, 0, 1, 1, -2, -2]]
    rate = keep_rate(original, rebuilds, 2, drawn=6)
    assert rate.overall.rate == pytest.approx((4 + 4) / 12)
    assert [segment.rate for segment in rate.segments] == [1.0, 0.75]


def test_rebuilds_without_any_segment_keep_who_was_in_none() -> None:
    """Nothing was found again; a third was in no segment before."""
    original = np.array([0, 0, -1])
    rate = keep_rate(original, np.full((2, 3), -1, dtype=np.int16), 1, drawn=3)
    assert rate.overall.rate == pytest.approx(1 / 3)
    assert [segment.rate for segment in rate.segments] == [0.0]
    assert jaccards(original, np.full((2, 3), -1, dtype=np.int16), 1).tolist() == [0.0]


def test_who_falls_out_of_a_segment_lowers_its_overlap() -> None:
    """By hand: 3 of 4 shared with one, none of the other; and -1 has no overlap of its own."""
    original = np.array([0, 0, 0, 0, 1, 1, -1])
    rebuilds = np.array([[1, 1, 1, -1, 0, 0, 0], [0, 0, 0, 0, 0, 0, -1]], dtype=np.int16)
    assert jaccards(original, rebuilds, 2).tolist() == pytest.approx([(3 / 4 + 4 / 6) / 2, (2 / 3 + 2 / 6) / 2])


def test_overlaps_agree_with_sets() -> None:
    """Whatever the labels: shared customers over customers in either, the best one, the mean over the rebuilds."""
    rng = np.random.default_rng(2)
    original, rebuilds = rng.integers(-1, 4, 90), rng.integers(-1, 5, (6, 90)).astype(np.int16)
    expected = []
    for segment in range(4):
        own = set(np.flatnonzero(original == segment).tolist())
        best = []
        for labels in rebuilds:
            rebuilt = [set(np.flatnonzero(labels == other).tolist()) for other in range(5)]
            best.append(max(len(own & other) / len(own | other) for other in rebuilt))
        expected.append(np.mean(best))
    assert jaccards(original, rebuilds, 4).tolist() == pytest.approx(expected)


def test_words_change_where_the_author_says() -> None:
    """.5 and less has dissolved; .6, .75 and .85 begin the next word."""
    words = [jaccard_word(value) for value in (0.0, 0.5, 0.501, 0.599, 0.6, 0.749, 0.75, 0.849, 0.85, 1.0)]
    assert words[:2] == ["dissolved"] * 2
    assert words[2:4] == ["not to be trusted"] * 2
    assert words[4:6] == ["a pattern"] * 2
    assert words[6:8] == ["valid"] * 2
    assert words[8:] == ["highly stable"] * 2
