from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from segmentry.choose import Candidate
from segmentry.choose.rule import allow, decide
from segmentry.evaluate import is_dependable


def split(
    k: int,
    smallest: float = 0.2,
    keep: float = 0.95,
    worst: float = 0.9,
    *,
    customers: int = 1000,
    silhouette: float = 0.0,
    margin: float | None = None,
) -> Candidate:
    """Give a candidate of which only what the rule looks at matters; finer ones stand clearer apart unless told."""
    return Candidate(
        k=k,
        inertia=1.0,
        silhouette=silhouette or 0.1 * k,
        davies_bouldin=1.0,
        calinski_harabasz=1.0,
        smallest=smallest,
        smallest_customers=round(smallest * customers),
        keep_rate=keep,
        keep_above_chance=keep,
        worst_keep=worst,
        allowed=False,
        dependable=is_dependable(keep, worst),
        margin=margin,
    )


def ruled(
    tried: Sequence[Candidate], customers: int, share: float, *, asked: int | None, prefer: int = 0
) -> SimpleNamespace:
    """Apply rule 1, then the others, as a choice does."""
    allowed = allow(tried, customers, share)
    found = decide(allowed, share, asked=asked, prefer=prefer)
    k = 1 if found.place < 0 else tried[found.place].k
    return SimpleNamespace(k=k, candidates=allowed.candidates, reason=found.reason, runner_up=found.runner_up)


@pytest.mark.parametrize(
    ("above_chance", "worst", "expected"),
    [(0.85, 0.75, True), (0.849, 0.9, False), (0.99, 0.749, False), (1.0, 1.0, True)],
)
def test_dependable_asks_85_overall_and_75_of_each(above_chance: float, worst: float, expected: bool) -> None:
    """Rule 2, at its edges."""
    assert is_dependable(above_chance, worst) is expected


def test_the_finest_dependable_split_is_taken_and_the_next_finer_is_told() -> None:
    """5 over 3, though 3 keeps more; 6 falls apart in its weakest segment; 4 falls apart too and is no runner-up."""
    tried = [split(3, keep=0.99), split(4, keep=0.8), split(5, keep=0.9), split(6, keep=0.9, worst=0.34)]
    found = ruled(tried, 1000, 0.05, asked=None)
    assert found.k == 5
    assert found.reason == (
        "5 is the finest split that keeps coming back: 90 of 100 customers keep their segment when it is rebuilt, "
        "90 of 100 in its weakest segment; 6 falls apart: only 34 of 100 keep their segment in its weakest segment"
    )
    assert found.runner_up.startswith("3 keeps coming back too (99 of 100")


@pytest.mark.parametrize(
    ("finer", "fault"),
    [
        (split(3, keep=0.8), "3 falls apart: only 80 of 100 customers come back beyond chance"),
        (split(3, smallest=0.04), "3 would leave only 40 customers (4%) in its smallest segment"),
        (split(3, smallest=0.001), "3 would leave only 1 customer (0.1%) in its smallest segment"),
    ],
)
def test_what_rules_a_finer_split_out_is_said(finer: Candidate, fault: str) -> None:
    """Both as the end of the reason and, there being no other, as what the runner-up lacks."""
    found = ruled([split(2), finer], 1000, 0.05, asked=None)
    assert found.k == 2
    assert found.reason.endswith(f"; {fault}")
    assert found.runner_up == fault.replace("3 ", "3 came next, but ", 1)


def test_the_clearest_dependable_split_is_taken_before_the_finest() -> None:
    """Rule 3: 4 stands clearest apart among those that come back; 6 is finer, and 5 clearer but falls apart."""
    tried = [split(2, margin=0.02), split(4, margin=0.2), split(5, worst=0.5, margin=0.3), split(6, margin=0.12)]
    found = ruled(tried, 1000, 0.05, asked=None)
    assert found.k == 4
    assert found.reason.startswith("4 segments stand clearest apart and keep coming back: 95 of 100")
    assert found.reason.endswith("; 5 falls apart: only 50 of 100 keep their segment in its weakest segment")
    assert found.runner_up.startswith("6 keeps coming back too")
    assert found.runner_up.endswith("but its segments stand less clearly apart")


def test_of_two_equally_clear_splits_the_coarser_is_taken() -> None:
    """Within a hundredth of margin fewer segments win; beyond it the clearer one."""
    near, far = [split(3, margin=0.195), split(5, margin=0.2)], [split(3, margin=0.185), split(5, margin=0.2)]
    assert ruled(near, 1000, 0.05, asked=None).k == 3
    assert ruled(near, 1000, 0.05, asked=None).runner_up.endswith("stand hardly clearer apart than 3")
    assert ruled(far, 1000, 0.05, asked=None).k == 5
    assert ruled(near, 1000, 0.05, asked=None).reason.endswith("; 5 comes back too, with gaps that are hardly larger")
    smaller = [split(3, margin=0.2), split(5, margin=0.195)]
    assert ruled(smaller, 1000, 0.05, asked=None).reason.endswith("; 5 comes back too, with smaller gaps")


def test_gaps_that_are_not_clear_leave_the_choice_to_the_finest() -> None:
    """Margins below the threshold say nothing, however they differ."""
    assert ruled([split(2, margin=0.099), split(3, margin=-0.2)], 1000, 0.05, asked=None).k == 3


def test_the_number_of_the_run_before_is_kept_while_it_comes_back() -> None:
    """Identity goes before a clearer or finer split, but not before rules 1 and 2; the reason says which it was."""
    tried = [split(3), split(4, margin=0.3), split(5, worst=0.5)]
    assert ruled(tried, 1000, 0.05, asked=None, prefer=3).k == 3
    assert ruled(tried, 1000, 0.05, asked=None, prefer=3).reason.startswith("3 segments, as in the run before: ")
    lost = ruled(tried, 1000, 0.05, asked=None, prefer=5)
    assert lost.k == 4
    assert lost.reason.endswith(
        "; 5, as in the run before, falls apart: only 50 of 100 keep their segment in its weakest segment"
    )
    assert ruled(tried, 1000, 0.05, asked=None, prefer=9).reason.endswith("; 9, as in the run before, was not tried")


def test_where_nothing_finer_was_tried_the_reason_says_so() -> None:
    """The end of the range is no finding."""
    assert ruled([split(2), split(3)], 1000, 0.05, asked=None).reason.endswith("; none finer was tried")
    assert ruled([split(4)], 1000, 0.05, asked=None).runner_up == ""


def test_without_a_dependable_split_the_one_that_keeps_most_is_taken() -> None:
    """Rule 4's second half, with figures for both."""
    found = ruled([split(2, keep=0.7), split(3, keep=0.8), split(4, keep=0.75)], 1000, 0.05, asked=None)
    assert found.k == 3
    assert found.reason.startswith("no split keeps coming back well enough; 3 does best: 80 of 100 customers")
    assert found.runner_up == "4 came next: beyond chance it brings back 75 of 100 customers, 3 brings 80"


def test_a_share_of_2_percent_will_do_where_none_has_5() -> None:
    """Rule 1 gives way once, and says so; ``allowed`` is by the share that was asked in the end."""
    found = ruled([split(2, smallest=0.03), split(3, smallest=0.01)], 10_000, 0.05, asked=None)
    assert found.k == 2
    assert [candidate.allowed for candidate in found.candidates] == [True, False]
    assert found.reason.endswith("; no split leaves 5% of the customers in every segment, so 2% will do")


def test_where_every_split_leaves_scraps_all_are_one_segment() -> None:
    """26 customers against 4,312 is no segmentation, however often it comes back."""
    found = ruled([split(2, smallest=0.006, customers=4338)], 4338, 0.05, asked=None)
    assert found.k == 1
    assert found.reason == (
        "one segment: every split would make a segment of fewer than 2% of the customers or fewer than 30"
    )
    assert found.runner_up == "2 would be the least uneven: 26 customers (0.6%) in its smallest segment"


def test_a_smaller_share_that_was_asked_for_is_not_raised() -> None:
    """``--min-share 0.01`` is below the fallback: nothing gives way."""
    found = ruled([split(2, smallest=0.015, customers=10_000)], 10_000, 0.01, asked=None)
    assert (found.k, "will do" in found.reason) == (2, False)


@pytest.mark.parametrize(("customers", "smallest", "allowed"), [(200, 22, True), (200, 19, False), (9000, 29, False)])
def test_the_smallest_segment_holds_30_customers_or_a_tenth_of_a_small_table(
    customers: int, smallest: int, allowed: bool
) -> None:
    """Mall's 200 customers may have a segment of 22; thousands of customers none of 29."""
    tried = [split(5, smallest=smallest / customers, customers=customers)]
    assert ruled(tried, customers, 0.0, asked=None).candidates[0].allowed is allowed


def test_a_number_that_was_asked_for_is_taken_whatever_the_rules_say() -> None:
    """The rules only comment; a lower number than asked is called that."""
    poor = split(7, smallest=0.001, keep=0.4, worst=0.1)
    found = ruled([poor], 1000, 0.05, asked=7)
    assert (found.k, found.candidates[0].allowed, found.candidates[0].dependable) == (7, False, False)
    assert found.reason.startswith("7 segments, as asked: 40 of 100 customers keep their segment")
    assert ruled([poor], 1000, 0.05, asked=9).reason.startswith("7 segments, where 9 were asked for: ")


def test_a_rate_just_below_a_threshold_is_not_shown_as_reaching_it() -> None:
    """74.96 of 100 is 74, and 99.9 is not all."""
    found = ruled([split(2, keep=0.999), split(3, worst=0.7496)], 1000, 0.05, asked=None)
    assert "only 74 of 100" in found.reason
    assert ": 99 of 100 customers" in found.reason
