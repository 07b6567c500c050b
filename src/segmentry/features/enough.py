"""What no split can be made of."""

from segmentry.errors import ColumnError, TooFewError
from segmentry.features.measures import Measures

__all__ = ["enough"]


def enough(measures: Measures) -> Measures:
    """Refuse what no split can be made of; customers who are alike in everything pass, and will be one segment.

    Parameters
    ----------
    measures : Measures
        The customer table.

    Returns
    -------
    Measures
        The same.

    Raises
    ------
    TooFewError
        There are fewer than two customers.
    ColumnError
        Customers differ, but in no column that may form segments.

    Examples
    --------
    >>> import pandas as pd
    >>> from segmentry.data import Customers
    >>> from segmentry.features import build
    >>> enough(build(None, Customers(pd.DataFrame({"customer_id": ["1"], "visits": [3.0]}), "id")))
    Traceback (most recent call last):
        ...
    segmentry.errors.TooFewError: 1 customer can't be split into segments
      try: a file with more customers; segmentry measures FILE shows the customer table alone
    """
    if len(measures.table) < 2:
        raise TooFewError(
            f"{len(measures.table)} customer{'' if len(measures.table) == 1 else 's'} can't be split into segments",
            [f"{measures.without_purchase} more have no purchase"] if measures.without_purchase else [],
            "a file with more customers; segmentry measures FILE shows the customer table alone",
        )
    idle = [column for column in measures.columns if column.part != "forms"]
    constant = sum(caveat.count for caveat in measures.caveats if caveat.code == "constant")
    same = [column.name for column in idle if column in measures.used and measures.table[column.name].nunique() < 2]
    if not measures.forming and len(same) + constant < len(idle):
        raise ColumnError(
            "no column is left that could form segments",
            [f"{column.name}: {column.reason}" for column in idle[:8]],
            "--include COLUMN, or --measures A,B",
        )
    return measures
