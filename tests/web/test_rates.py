"""How often something may happen."""

import random

import pytest

from segmentry.web.entrance import rates
from segmentry.web.entrance.rates import Buckets, place_of


@pytest.mark.parametrize(("per_second", "most"), [(1.0, 1.0), (10.0, 20.0), (0.1, 3.0), (1000.0, 2000.0)])
def test_no_more_is_given_than_comes_in(per_second: float, most: float) -> None:
    """However requests fall, at most the full bucket and what came since is taken, and who waits as told is served."""
    chance = random.Random(7)  # noqa: S311 - no secret
    buckets, at, taken = Buckets(per_second, most), 0.0, 0
    for _ in range(500):
        at += chance.expovariate(3 * per_second)
        wait = buckets.take("a", at)
        assert wait == 0 or buckets.wait("a", at) == wait
        taken += wait == 0
        assert taken <= most + at * per_second + 1e-6
        if wait and chance.random() < 0.1:
            at += wait * (1 + 1e-9)
            assert buckets.take("a", at) == 0.0
            taken += 1


def test_others_are_not_held_up_and_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a bucket of its own, and there are no more of them than a bound."""
    monkeypatch.setattr(rates, "MOST", 5)
    buckets = Buckets(1.0, 1.0)
    assert [buckets.take(str(number), 0.0) for number in range(9)] == [0.0] * 9
    assert len(buckets._known) == 5
    assert buckets.take("8", 0.0) > 0


@pytest.mark.parametrize("address", ["", "testclient", "256.1.1.1", "::1%eth0", "unix:", "x" * 30_000])
def test_any_address_has_a_place(address: str) -> None:
    """What is no address of the net never fails, and is never remembered as it came: it may be of any length."""
    assert len(place_of(address)) < 40
