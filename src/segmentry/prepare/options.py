"""How measures become points: every choice that a person can make about preparation."""

from dataclasses import dataclass
from typing import Literal

from segmentry.errors import UsageError

__all__ = ["AS_THEY_ARE", "Encode", "Missing", "Outliers", "PrepareOptions", "Scale", "Skew"]

Missing = Literal["median", "mean", "mode", "constant", "neighbours", "drop"]
Skew = Literal["auto", "log", "yeo-johnson", "none"]
Outliers = Literal["clip", "none", "remove-iqr", "remove-mad", "remove-forest"]
Scale = Literal["z", "robust", "min-max", "none"]
Encode = Literal["one-hot", "ordinal", "frequency"]

MOST_COMPONENTS = 1_000


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """The steps that each column goes through, in this order.

    Parameters
    ----------
    missing : {"median", "mean", "mode", "constant", "neighbours", "drop"}, default "median"
        What a blank number becomes: a figure of the column's known values; ``missing_value``; or the middle value of
        the five most alike customers. With ``drop``, customers with any blank have no say in the fit; they are placed
        with medians. A blank category becomes the most common level, and with ``constant`` a level of its own.
    missing_value : float, default 0
        In each measure's own unit; only for ``constant``.
    skew : {"auto", "log", "yeo-johnson", "none"}, default "auto"
        ``log`` replaces x by asinh(x / s), with s the 10th percentile of the column's positive values; ``auto`` does so
        where the skewness is above 1 and becomes smaller by it; ``yeo-johnson`` takes the power of x / s that makes the
        column most like a bell.
    outliers : {"clip", "none", "remove-iqr", "remove-mad", "remove-forest"}, default "clip"
        ``clip`` pulls values in to three interquartile ranges beyond the quartiles. The others leave such customers
        out of the fit, judged by those same fences, by 3.5 median deviations, or by an isolation forest; they are
        placed afterwards like anybody.
    bins : int or str, default "none"
        ``N`` or ``N:quantile``, ``N:uniform``, ``N:kmeans``: numbers become 0 to N - 1 by cut points of equal shares,
        of equal width, or midway between N means.
    scale : {"z", "robust", "min-max", "none"}, default "z"
        Mean and standard deviation, median and interquartile range, 0 to 1, or nothing.
    encode : {"one-hot", "ordinal", "frequency"}, default "one-hot"
        A category becomes a 0/1 column a level; the place of its level in order; or the share of customers with its
        level. Yes/no always becomes one 0/1 column.
    levels : tuple of str, default ()
        Stated orders, each as ``"size=S,M,L"``: such a column is ordinal whatever ``encode`` says. Without one, ordinal
        levels stand in numeric order, else by name.
    rare : float, default 0
        Levels that fewer than this share of customers have are pooled, 0 to 0.5.
    pca : int, default 0
        Replace the prepared columns by so many principal components; 0 for none.
    seed : int, default 0
        Of the isolation forest.
    """

    missing: Missing = "median"
    missing_value: float = 0.0
    skew: Skew = "auto"
    outliers: Outliers = "clip"
    bins: int | str = "none"
    scale: Scale = "z"
    encode: Encode = "one-hot"
    levels: tuple[str, ...] = ()
    rare: float = 0.0
    pca: int = 0
    seed: int = 0

    def check(self) -> None:
        """Refuse values and combinations that make no sense.

        Raises
        ------
        UsageError
            Naming the option.

        Examples
        --------
        >>> PrepareOptions(rare=0.9).check()
        Traceback (most recent call last):
            ...
        segmentry.errors.UsageError: levels can't be pooled below a share of 0.9
          try: --rare 0.05
        """
        if self.missing_value != self.missing_value or abs(self.missing_value) == float("inf"):
            raise UsageError("a blank can't become no number", way_out="--missing-value 0")
        if self.missing_value and self.missing != "constant":
            raise UsageError(
                f"a value for blanks was given, but blanks become the {self.missing}",
                way_out="--missing constant, or no --missing-value",
            )
        if not 0 <= self.rare <= 0.5:
            raise UsageError(f"levels can't be pooled below a share of {self.rare:g}", way_out="--rare 0.05")
        if self.rare and self.encode == "ordinal":
            raise UsageError(
                "levels that stand in an order can't be pooled",
                way_out="--rare with --encode one-hot or frequency",
            )
        if not 0 <= self.pca <= MOST_COMPONENTS:
            raise UsageError(f"can't find {self.pca} principal components", way_out="--pca 2, or 0 for none")


AS_THEY_ARE = PrepareOptions(skew="none", outliers="none", scale="none")
"""For methods that take measures in their own units."""
