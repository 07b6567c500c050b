"""How measures become points: every choice that a person can make about preparation."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["PrepareOptions"]


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """The steps that each column goes through, in this order.

    Parameters
    ----------
    missing : {"median"}, default "median"
        A blank number becomes the column's median; a blank category its most common level.
    skew : {"auto", "log", "none"}, default "auto"
        ``log`` replaces x by asinh(x / s), with s the 10th percentile of the column's positive values; ``auto`` does so
        where the skewness is above 1 and becomes smaller by it.
    outliers : {"clip", "none"}, default "clip"
        ``clip`` pulls values in to three interquartile ranges beyond the quartiles.
    scale : {"z", "robust", "none"}, default "z"
        Mean and standard deviation, median and interquartile range, or nothing.
    encode : {"one-hot"}, default "one-hot"
        A category becomes a 0/1 column a level; yes/no becomes one 0/1 column.
    """

    missing: Literal["median"] = "median"
    skew: Literal["auto", "log", "none"] = "auto"
    outliers: Literal["clip", "none"] = "clip"
    scale: Literal["z", "robust", "none"] = "z"
    encode: Literal["one-hot"] = "one-hot"
