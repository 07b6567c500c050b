"""Where methods that move points step by step begin: at the principal components, small."""

import numpy as np

from segmentry.prepare import Floats, Points, fit_components

__all__ = ["start"]

SIZE = 1e-4
"""Standard deviation of the first axis at the start: small, so that points can still pass each other."""
APART = 1e-3
"""Noise in that unit: equal points must part, and one column must be able to spread over two axes."""


def start(points: Points, seed: int) -> Floats:
    """Give a first position to each point, shape (n, 2).

    Rounded, so that the last digits of a sum can't grow into another picture.

    Examples
    --------
    >>> from segmentry.prepare import Layout
    >>> line = Points(np.array([[0.0], [1.0], [2.0]], dtype=np.float32), Layout.numbers(1))
    >>> np.abs(start(line, 0) / SIZE).round(1).tolist()
    [[1.2, 0.0], [0.0, 0.0], [1.2, 0.0]]
    """
    turned = fit_components(points.values, 2).apply(points.values.astype(np.float64))
    spread = float(turned[:, 0].std()) or 1.0
    flat = np.zeros((len(turned), 2))
    flat[:, : turned.shape[1]] = np.round(turned / spread, 6)
    return np.asarray(SIZE * (flat + APART * np.random.default_rng([seed, 2]).normal(size=flat.shape)))
