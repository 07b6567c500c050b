"""Silhouettes of single customers, segment by segment."""

import numpy as np
import pytest

from segmentry.evaluate import judge
from segmentry.evaluate.profile import STEPS, silhouette_profiles
from segmentry.kernels import silhouettes
from segmentry.prepare import Layout


def test_a_profile_by_hand() -> None:
    """Points 0, 1 | 4: 0 has (4 - 1)/4, 1 has (3 - 1)/3, and 4, alone in its segment, 0."""
    points, labels = np.array([[0.0], [1.0], [4.0]]), np.array([0, 0, 1], dtype=np.int32)
    first, second = judge(points, [labels]).profiles[0]
    assert (first.customers, second.customers) == (2, 1)
    assert first.mean == pytest.approx((0.75 + 2 / 3) / 2)
    assert (first.quantiles[0], first.quantiles[-1]) == (0.75, 0.6667)
    assert (first.below, second.below, set(second.quantiles)) == (0.0, 0.0, {0.0})


@pytest.mark.parametrize("k", [2, 3, 5])
def test_profiles_add_up_to_the_mean_silhouette(k: int) -> None:
    """Weighted by customers, the segments' means are the split's silhouette; who is in none counts nowhere."""
    rng = np.random.default_rng(k)
    points, labels = rng.normal(size=(200, 3)), rng.integers(-1, k, 200).astype(np.int32)
    panel = judge(points, [labels])
    (profiles,) = panel.profiles
    sizes = [profile.customers for profile in profiles]
    assert sizes == np.bincount(labels[labels >= 0], minlength=k).tolist()
    mean = np.average([profile.mean for profile in profiles], weights=sizes)
    assert mean == pytest.approx(panel.splits[0].silhouette)
    for profile in profiles:
        assert len(profile.quantiles) == STEPS
        assert list(profile.quantiles) == sorted(profile.quantiles, reverse=True)


def test_half_of_a_segment_may_lie_nearer_to_another() -> None:
    """The share below zero counts those whom another segment would fit better."""
    widths = np.array([0.4, -0.1, np.nan, -0.3, 0.0])
    (only,) = silhouette_profiles(widths, np.array([0, 0, 0, 0, 0], dtype=np.int32), 1)
    assert (only.customers, only.below) == (4, 0.5)


def test_a_segment_outside_the_sample_has_no_figures() -> None:
    """Every segment has its place, though nobody of it was looked at; no silhouettes at all give no profiles."""
    labels = np.array([0, 0, 2], dtype=np.int32)
    found = silhouette_profiles(np.array([0.1, 0.2, 0.3]), labels, 4)
    assert [profile.customers for profile in found] == [2, 0, 1, 0]
    assert found[1].quantiles == ()
    assert silhouette_profiles(np.full(3, np.nan), labels, 4) == ()


def test_mixed_columns_are_judged_by_the_distance_of_their_method() -> None:
    """By Gower's distance the profile is not Euclid's, and still adds up to its mean silhouette."""
    rng = np.random.default_rng(3)
    points = np.column_stack([rng.normal(size=60), rng.integers(0, 2, 60)])
    labels = rng.integers(0, 2, 60).astype(np.int32)
    layout = Layout.numbers(2)
    gower, euclid = judge(points, [labels], gower=layout), judge(points, [labels])
    assert gower.profiles != euclid.profiles
    mean = sum(profile.customers * profile.mean for profile in gower.profiles[0]) / 60
    assert mean == pytest.approx(gower.splits[0].silhouette)


def test_the_order_of_points_changes_nothing() -> None:
    """A profile of the same silhouettes in another order is the same to the last digit."""
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(90, 2)), rng.integers(0, 3, 90).astype(np.int32)
    widths, order = silhouettes(points, labels[None])[0], rng.permutation(90)
    assert silhouette_profiles(widths, labels, 3) == silhouette_profiles(widths[order], labels[order], 3)
