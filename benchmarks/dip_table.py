"""The critical values in ``segmentry.evaluate.dip``, made again: ``python benchmarks/dip_table.py [DRAWS]``.

Prints, per size, the 99% quantile of sqrt(n) x dip of n uniform values, with half the width of its 95% interval. 20,000
draws take about six minutes; the last size stands for the limit.
"""

import sys

import numpy as np
from scipy.stats import binom

from segmentry.evaluate import dip

SIZES = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 20_000)
SEED = 1985


def quantile(size: int, draws: int) -> tuple[float, float]:
    """Give the 99% quantile for one size, and half the width of its interval by order statistics."""
    rng = np.random.default_rng([SEED, size])
    found = np.sort([np.sqrt(size) * dip(rng.random(size)) for _ in range(draws)])
    low, high = (int(edge) for edge in binom.ppf([0.025, 0.975], draws, 0.99))
    return float(np.quantile(found, 0.99)), float(found[min(high, draws - 1)] - found[low]) / 2


def main() -> int:
    """Print the table as it stands in the module."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for size in SIZES:
        value, half = quantile(size, draws)
        print(f"    ({size:_}, {value:.4f}),  # +- {half:.4f}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
