"""The elbow: where more clusters stop paying."""

from collections.abc import Sequence

import numpy as np

__all__ = ["elbow"]

SENSITIVITY = 1.0
"""How many steps' worth the curve must flatten behind an elbow; the authors' default."""


def elbow(ks: Sequence[int], inertias: Sequence[float]) -> int | None:
    """Find the first elbow of a falling curve that flattens out.

    Parameters
    ----------
    ks : sequence of int
        Numbers of clusters, increasing.
    inertias : sequence of float
        The inertia of each.

    Returns
    -------
    int or None
        None where there is no elbow: fewer than three numbers, a straight or a flat line, one that bends the other way.

    Notes
    -----
    V. Satopaa, J. Albrecht, D. Irwin and B. Raghavan, "Finding a 'kneedle' in a haystack: detecting knee points in
    system behavior" (2011), with sensitivity 1 and without smoothing, since inertias are no noisy samples. Both axes
    are scaled to 0..1 and the falling curve is turned upside down; an elbow is a local maximum of height above the
    diagonal, behind which the height falls by more than the mean step before it rises to the next one. The answer
    depends on the range of numbers tried, which is why it is shown and never decides.

    Examples
    --------
    >>> elbow([1, 2, 3, 4, 5], [100.0, 20.0, 10.0, 5.0, 0.0])
    2
    """
    x, y = np.asarray(ks, dtype=np.float64), np.asarray(inertias, dtype=np.float64)
    if len(x) < 3 or np.ptp(y) == 0:
        return None
    across = (x - x[0]) / (x[-1] - x[0])
    above = (y.max() - y) / np.ptp(y) - across
    drop = SENSITIVITY * float(np.diff(across).mean())
    peak: int | None = None
    for here in range(1, len(x)):
        if here + 1 < len(x) and above[here - 1] < above[here] >= above[here + 1]:
            peak = here
        elif peak is not None and above[here] < above[peak] - drop:
            return int(ks[peak])
    return None
