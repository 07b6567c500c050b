"""The room's one entry: how many segments, by which method, and the argument for it."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.choose.compare import choose_method
from segmentry.choose.customers import arrange
from segmentry.choose.method import check_options
from segmentry.choose.result import Choice, ChooseOptions
from segmentry.choose.sweep import Sweep, Tell, part
from segmentry.errors import TooFewError
from segmentry.prepare import Preparer

__all__ = ["choose"]


def choose(
    table: pd.DataFrame,
    preparer: Preparer,
    spend: npt.NDArray[np.floating] | None,
    options: ChooseOptions,
    *,
    progress: Tell | None = None,
) -> Choice:
    """Find segments for every number in the range and choose one of them.

    Neither the order of the rows nor anything but the forming columns (and spend, for the order of the segments) has an
    influence.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer.
    preparer : Preparer
        Fitted on the table; its columns form segments. It is fitted anew in every rebuild.
    spend : numpy.ndarray of float, shape (customers,), or None
        Orders the segments by mean spend per customer; unknown spends are nan. Without it the largest comes first.
    options : ChooseOptions
        The range, the rules' share, seed, starts and rebuilds.
    progress : callable, optional
        Is given the share of the work done, 0 to 1.

    Raises
    ------
    TooFewError
        There is no customer.
    UsageError
        An option makes no sense.

    Examples
    --------
    >>> from segmentry import prepare
    >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62, 90, 91, 92] * 5})
    >>> preparer = prepare.fit(table, [("income", "number")])
    >>> found = choose(table, preparer, None, ChooseOptions(highest=4, rebuilds=20))
    >>> found.k, found.verdict, found.reason.split(":")[0]
    (3, 'Clear groups', '3 segments stand clearest apart and keep coming back')
    """
    clusterer = check_options(options)
    if len(table) == 0:
        raise TooFewError("there is no customer to find segments among", way_out="a file with customers")
    tell = progress or (lambda _: None)
    compare = options.method == "auto"
    # Categories as such: every rebuild prepares the same table again, and needn't look through its texts each time.
    texts = {name: "category" for name, kind in preparer.kinds if kind != "number"}
    table = table[[name for name, _ in preparer.kinds]].astype(texts)
    customers = arrange(table, preparer, spend)
    sweep = Sweep(table, preparer, customers, clusterer, options, part(tell, 0, 0.5) if compare else tell)
    chosen = sweep.given() if clusterer.settings == (0,) else sweep.tried()
    if compare:
        chosen = choose_method(chosen, table, preparer, customers, options, part(tell, 0.5, 1))
    tell(1.0)
    return replace(chosen, caveats=(*clusterer.caveats, *chosen.caveats))
