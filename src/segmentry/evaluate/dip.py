"""Is a column in lumps? Hartigan's dip: how far a distribution is from the nearest one with a single peak."""

import numpy as np
import numpy.typing as npt

__all__ = ["dip", "is_lumpy"]

Floats = npt.NDArray[np.float64]

CRITICAL: tuple[tuple[int, float], ...] = (
    (10, 0.5038),
    (20, 0.5410),
    (50, 0.5714),
    (100, 0.5889),
    (200, 0.6029),
    (500, 0.6104),
    (1_000, 0.6242),
    (2_000, 0.6218),
    (20_000, 0.6315),
)
"""Size n and the 99% quantile of sqrt(n) x dip of n uniform values; the last stands for all larger n.

Made by ``benchmarks/dip_table.py`` from 20,000 draws a size, each within 0.008.
"""


def dip(values: npt.NDArray[np.floating]) -> float:
    """Give the largest distance between the distribution of the values and the nearest one with a single peak.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n,)
        Finite, in any order, ties allowed.

    Returns
    -------
    float
        0 to 0.25; at least ``1 / (2 n)``, but 0 for values that are all equal: they are a single peak.

    Notes
    -----
    J. A. Hartigan and P. M. Hartigan, "The dip test of unimodality", Annals of Statistics 13 (1985). A single peak
    means: convex up to a point, concave from there on. The interval that must hold the peak is narrowed until the
    convex minorant and the concave majorant inside it are no further apart than the misfit already met outside. Equal
    values count as one step of the distribution.

    Examples
    --------
    >>> dip(np.arange(4.0)), round(dip(np.array([0.0, 0.1, 9.9, 10.0])), 4), dip(np.array([5.0, 5.0]))
    (0.125, 0.2475, 0.0)
    """
    places, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    if len(places) < 2:
        return 0.0
    upto = np.cumsum(counts).astype(np.float64)
    below = upto - counts
    # Towards the left along the minorant's corners, towards the right along the majorant's.
    left = _chain(places, below)
    right = [len(places) - 1 - step for step in _chain(-places[::-1], -upto[::-1])][::-1]
    low, high, misfit = 0, len(places) - 1, 1.0
    while True:
        minorant = np.array(_walk(left, high, low)[::-1], dtype=np.intp)
        majorant = np.array(_walk(right, low, high), dtype=np.intp)
        at_minorant = _line(places, upto, majorant, minorant) - below[minorant]
        at_majorant = upto[majorant] - _line(places, below, minorant, majorant)
        one, other = int(at_minorant.argmax()), int(at_majorant.argmax())
        if at_minorant[one] > at_majorant[other]:
            apart, new_low = float(at_minorant[one]), int(minorant[one])
            new_high = int(majorant[np.searchsorted(majorant, new_low)])
        else:
            apart, new_high = float(at_majorant[other]), int(majorant[other])
            new_low = int(minorant[np.searchsorted(minorant, new_high, side="right") - 1])
        if apart <= misfit:
            break
        before, after = np.arange(low, new_low + 1), np.arange(new_high, high + 1)
        if new_low > low:
            rise = upto[before] - _line(places, below, minorant, before)
            misfit = max(misfit, float(rise[:-1].max()))
        if new_high < high:
            rise = _line(places, upto, majorant, after) - below[after]
            misfit = max(misfit, float(rise[1:].max()))
        if (new_low, new_high) == (low, high):
            break
        low, high = new_low, new_high
    return misfit / (2 * len(values))


def is_lumpy(values: npt.NDArray[np.floating], *, seed: int) -> bool:
    """Say whether the values have more than one peak: the dip test fails at p < .01 against the uniform.

    Values that repeat are first spread evenly at random over half the gap to their neighbours on both sides, or steps
    of measuring (whole numbers of orders) would count as peaks.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n,)
        Finite, in any order. Fewer than 10 are never lumpy: nothing can be said of them.
    seed : int
        Of the spreading; not negative.

    Notes
    -----
    The uniform is the hardest single-peaked distribution to tell from two peaks, so others raise fewer false alarms.

    Examples
    --------
    >>> is_lumpy(np.tile([1.0, 2.0, 3.0, 4.0], 100), seed=0), is_lumpy(np.tile([1.0, 2.0, 8.0, 9.0], 100), seed=0)
    (False, True)
    """
    if len(values) < CRITICAL[0][0]:
        return False
    sizes, quantiles = zip(*CRITICAL, strict=True)
    critical = np.interp(np.log(len(values)), np.log(sizes), quantiles) / np.sqrt(len(values))
    return bool(dip(_spread_ties(values, seed)) > critical)


def _spread_ties(values: npt.NDArray[np.floating], seed: int) -> Floats:
    """Spread values that repeat; at an end, half the only gap is taken on both sides."""
    places, of, counts = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    if len(places) in (1, len(values)):
        return places[of]
    half = np.diff(places) / 2
    down, up = np.concatenate([half[:1], half]), np.concatenate([half, half[-1:]])
    # Drawn in the order of the values: the order of rows decides nothing.
    where = np.random.default_rng([seed, len(values)]).random(len(values))
    of = np.sort(of)
    spread: Floats = places[of] + np.where(counts[of] > 1, where * (up + down)[of] - down[of], 0.0)
    return spread


def _chain(places: Floats, heights: Floats) -> list[int]:
    """Give, for each point, the corner before it on the greatest convex minorant of the points up to it."""
    x, y = places.tolist(), heights.tolist()
    before = [0] * len(x)
    for here in range(1, len(x)):
        corner = here - 1
        while corner:
            earlier = before[corner]
            if (y[here] - y[corner]) * (x[corner] - x[earlier]) > (y[corner] - y[earlier]) * (x[here] - x[corner]):
                break
            corner = earlier
        before[here] = corner
    return before


def _walk(chain: list[int], start: int, end: int) -> list[int]:
    """Follow the corners from one to another."""
    corners = [start]
    while corners[-1] != end:
        corners.append(chain[corners[-1]])
    return corners


def _line(places: Floats, heights: Floats, corners: npt.NDArray[np.intp], at: npt.NDArray[np.intp]) -> Floats:
    """Give the height of the line through the corners at other places."""
    line: Floats = np.interp(places[at], places[corners], heights[corners])
    return line
