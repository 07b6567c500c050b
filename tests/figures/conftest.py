"""A hand-made run with everything that the technical charts draw."""

from dataclasses import replace

import pytest

from segmentry.choose import Criterion
from segmentry.describe import Box, Distribution
from segmentry.evaluate import SilhouetteProfile
from segmentry.explore import Correlations
from segmentry.summary import Dendrogram, RunSummary

QUANTILES = tuple(0.8 - 0.02 * place for place in range(51))
"""From 0.8 down to -0.2."""


def distribution(measure: str, label: str, unit: str, segments: int = 3, *, forms: bool = True) -> Distribution:
    """Give a measure's distribution over 400 customers, whose last bar reaches far."""
    boxes = tuple(Box(1.0 + at, 10.0 + at, 20.0 + 5 * at, 40.0 + 7 * at, 90.0 + 10 * at) for at in range(segments))
    counts = ((10,) * 5,) * segments
    edges = (0.0, 10.0, 20.0, 30.0, 40.0, 5000.0)
    return Distribution(measure, label, unit, forms, edges, (150, 100, 90, 0, 60), counts, boxes, boxes[0])


@pytest.fixture
def technical(summary: RunSummary) -> RunSummary:
    """Give a run with criteria, silhouettes, a tree, distributions and correlations."""
    candidates = tuple(
        replace(c, margin=0.01 * c.k, gap=0.1 * c.k, gap_error=0.01, prediction_strength=1 / c.k, bic=1e4 - c.k)
        for c in summary.candidates
    )
    profiles = tuple(
        SilhouetteProfile(own.customers, 0.3, below, QUANTILES)
        for own, below in zip(summary.segments, (0.0, 0.25, 0.1), strict=True)
    )
    return replace(
        summary,
        candidates=candidates,
        criteria=(
            Criterion("elbow", 4, "bend"),
            Criterion("silhouette", 2, "largest"),
            Criterion("margin", 12, "farthest"),
            Criterion("keep rate", 3, "most"),
            Criterion("gap", None, "first"),
        ),
        silhouettes=profiles,
        tree=Dendrogram(((0, 1), (2, 3), (4, 5)), (1.0, 2.0, 5.0), (80, 140, 100, 80), (0, 1, 2, 2)),
        distributions=(
            distribution("recency_days", "Days since last order", "days"),
            distribution("spend", "Spend", "money"),
            distribution("typical_order", "Typical order", "money", forms=False),
        ),
        correlations=Correlations(
            ("recency_days", "spend", "typical_order"),
            ((1.0, 0.1, 0.2), (0.1, 1.0, 0.3), (0.2, 0.3, 1.0)),
            ((1.0, -0.82, float("nan")), (-0.82, 1.0, 0.456), (float("nan"), 0.456, 1.0)),
            0.7,
            (),
            ("another",),
        ),
    )
