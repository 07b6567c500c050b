"""How far a segment stays one piece when there are fewer segments, or more."""

import numpy as np
import numpy.typing as npt

__all__ = ["across", "towards"]

Labels = npt.NDArray[np.integer]


def across(labels: Labels, coarser: Labels) -> npt.NDArray[np.float64]:
    """Say of each segment how far its customers come from one segment of the next coarser split.

    Parameters
    ----------
    labels : numpy.ndarray of int, shape (n,)
        From 0; -1 for none, who are left out.
    coarser : numpy.ndarray of int, shape (n,)
        Labels of the same customers in the split with fewer segments. -1, where it occurs, is one more place to come
        from.

    Returns
    -------
    numpy.ndarray of float64, shape (segments,)
        ``1 - H / log(m)``: H is the entropy of the shares that come from each of the m coarser segments. 1: all come
        from one of them; 0: from all alike, or nobody is in the segment. 1 where there is one coarser segment only.

    Notes
    -----
    S. Dolnicar and F. Leisch, "Using segment level stability to select target segments in data-driven market
    segmentation studies", Marketing Letters 28 (2017): segment level stability across solutions.

    Examples
    --------
    >>> across(np.array([0, 0, 1, 1, 2, 2, 2, 2]), np.array([0, 0, 0, 1, 1, 1, 1, 1])).tolist()
    [1.0, 0.0, 1.0]
    """
    return _gathered(labels, coarser)


def towards(labels: Labels, finer: Labels) -> npt.NDArray[np.float64]:
    """Say of each segment how far its customers go to one segment of the next finer split.

    Parameters
    ----------
    labels : numpy.ndarray of int, shape (n,)
        From 0; -1 for none, who are left out.
    finer : numpy.ndarray of int, shape (n,)
        Labels of the same customers in the split with more segments. -1, where it occurs, is one more place to go to.

    Returns
    -------
    numpy.ndarray of float64, shape (segments,)
        As :func:`across` has it, for the shares that go to each finer segment. Some segment must fall below 1: there
        are more pieces than before.

    Examples
    --------
    >>> towards(np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 2, 2])).round(4).tolist()
    [0.3691, 1.0]
    """
    return _gathered(labels, finer)


def _gathered(labels: Labels, others: Labels) -> npt.NDArray[np.float64]:
    """Give 1 minus the entropy of the others' labels within each segment, over its largest possible value."""
    inside = labels >= 0
    _, codes = np.unique(others, return_inverse=True)
    columns = int(codes.max(initial=0)) + 1
    rows = int(labels.max(initial=-1)) + 1
    table = np.bincount(labels[inside].astype(np.intp) * columns + codes[inside], minlength=rows * columns)
    table = table.reshape(rows, columns)
    sizes = table.sum(axis=1)
    shares = table / np.maximum(sizes, 1)[:, None]
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    gathered = 1.0 - entropy / np.log(columns) if columns > 1 else np.ones(rows)
    found: npt.NDArray[np.float64] = np.where(sizes > 0, np.clip(gathered, 0.0, 1.0), 0.0)
    return found
