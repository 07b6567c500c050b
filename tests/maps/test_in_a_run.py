"""Maps in a run: seen by people, never used for segments."""

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, SegmentModel, segment
from segmentry.maps import draw

OPTIONS = {"segments": 3, "rebuilds": 3}


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """Give ninety customers in three groups."""
    rng = np.random.default_rng(0)
    group = np.arange(90) % 3
    return pd.DataFrame({"visits": rng.normal(10 * group, 1), "spend": rng.normal(50 - 20 * group, 2)}).round(2)


@pytest.fixture(scope="module")
def found(customers: pd.DataFrame) -> Segmentation:
    """Give a run with a further map."""
    return segment(customers, maps="tsne", **OPTIONS)


def test_a_map_never_changes_a_segment(customers: pd.DataFrame, found: Segmentation) -> None:
    """Labels, figures and reasons are the same with further maps and without."""
    plain = segment(customers, **OPTIONS)
    assert [drawn.method for drawn in plain.summary.maps] == ["pca"]
    assert [drawn.method for drawn in found.summary.maps] == ["pca", "tsne"]
    pd.testing.assert_frame_equal(plain.customers, found.customers)
    assert plain.summary.candidates == found.summary.candidates
    assert plain.summary.segments == found.summary.segments


def test_the_map_shows_the_segments_of_the_run(customers: pd.DataFrame, found: Segmentation) -> None:
    """As many dots in a segment's colour as it has customers, at the places of its customers' points."""
    for drawn in found.summary.maps:
        counts = np.bincount(drawn.segments, minlength=3).tolist()
        assert counts == [segment.customers for segment in found.summary.segments]
    letters = np.array([ord(letter) - 65 for letter in found.customers["segment"]], dtype=np.int32)
    assert draw(found.model.preparer.apply(customers), letters)[0] == found.summary.maps[0]


def test_maps_are_saved_with_the_model_and_in_the_json(found: Segmentation, tmp_path: object) -> None:
    """Whoever opens a run later sees the same picture; the JSON has its places and no ids."""
    path = f"{tmp_path}/m.segmentry"
    found.model.save(path)
    assert SegmentModel.load(path).summary.maps == found.summary.maps
    told = found.summary.to_json({})["maps"]
    assert isinstance(told, list)
    assert set(told[0]) == {"method", "x", "y", "segments", "of", "axes", "trustworthiness", "neighbours"}


def test_a_grid_is_seen_on_prepared_measures() -> None:
    """A grid takes its measures as they are; on the map neither days nor orders outweigh the other by their unit."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"recency_days": rng.integers(0, 400, 80), "orders": 1 + rng.poisson(3, 80)})
    run = segment(table, method="rfm-grid", rebuilds=2)
    assert run.summary.maps[0].axes[0].share < 0.75
