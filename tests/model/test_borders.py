"""Borders: how firmly customers belong to their segment, and to which they are nearest."""

import numpy as np

from segmentry.cluster import Placement
from segmentry.model.borders import borders
from segmentry.summary import Border


def _placed(labels: list[int], second: list[int], margin: list[float]) -> Placement:
    return Placement(np.int32(labels), np.int32(second), np.array(margin), np.zeros(len(labels)))  # type: ignore[arg-type]


def test_borders_by_hand() -> None:
    """From .5 a fit is typical, from .2 fair, below borderline; most of A's customers are nearest to C."""
    placed = _placed([0, 0, 0, 1, 2], [2, 2, 1, 0, 1], [0.5, 0.2, 0.1, 0.9, 0.0])
    assert borders(placed, placed.labels, ["A", "B", "C"]) == (
        Border(1, 1, 1, "C", 2),
        Border(1, 0, 0, "A", 1),
        Border(0, 0, 1, "B", 1),
    )


def test_whom_placing_puts_elsewhere_is_borderline() -> None:
    """The method had her in A, placing puts her in B, however firmly: she is A's, on its border to B."""
    placed = _placed([1, 1], [0, 0], [0.9, 0.8])
    labels = np.array([0, 1], dtype=np.int32)
    assert borders(placed, labels, ["A", "B"]) == (Border(0, 0, 1, "B", 1), Border(1, 0, 0, "A", 1))


def test_customers_of_no_segment_and_no_second_choice_count_nowhere() -> None:
    """Who belongs to no segment is on no border; whom placing puts nowhere has no second choice."""
    placed = _placed([-1, -1, 0], [0, 0, 0], [0.0, 0.0, 1.0])
    labels = np.array([-1, 0, 0], dtype=np.int32)
    assert borders(placed, labels, ["A"]) == (Border(1, 0, 1, "", 0),)
