"""Ids that are different but look alike: they stay different customers, and people are told."""

import duckdb

from segmentry.data.engine import string, value
from segmentry.errors import Caveat

__all__ = ["lookalikes"]

_ONE_SPACE = "\\s+"
_NUMBER = "[+-]?\\d{1,30}(\\.\\d*)?([eE][+-]?\\d{1,2})?"


def lookalikes(connection: duckdb.DuckDBPyConnection, ids: str) -> tuple[Caveat, ...]:
    """Count the ids that another one equals but for case, spaces, zeros in front, or how letters or numbers are coded.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the ids are.
    ids : str
        A query that gives each id once, as text in a column ``id``.

    Returns
    -------
    tuple of Caveat
        One where there are any, else none.

    Examples
    --------
    >>> with duckdb.connect() as connection:
    ...     lookalikes(connection, "SELECT unnest(['0123', '123', 'Ann', 'ann', '1e5', '100000', 'b']) AS id")[0].count
    6
    """
    # Ids of ASCII letters only, as most are, are compared without the tables of Unicode: those cost ten times more.
    plain = "length(id) = strlen(id)"
    folded = f"CASE WHEN {plain} THEN lower(id) ELSE lower(nfc_normalize(id)) END"
    spaced = f"trim(regexp_replace({folded}, {string(_ONE_SPACE)}, ' ', 'g'))"
    whole = "TRY_CAST(TRY_CAST(key AS DECIMAL(38, 6)) AS VARCHAR)"
    number = f"rtrim(rtrim({whole}, '0'), '.')"
    written = f"regexp_full_match(key, {string(_NUMBER)}) AND regexp_matches(key, '[.e+]')"
    found = value(
        connection,
        f"""SELECT coalesce(sum(alike), 0) FROM (
                SELECT count(*) AS alike FROM (
                    SELECT ltrim(CASE WHEN {written} THEN coalesce({number}, key) ELSE key END, '0') AS seen
                    FROM (SELECT {spaced} AS key FROM ({ids})))
                GROUP BY seen HAVING count(*) > 1)""",
    )
    if not found:
        return ()
    policy = (
        "ids differ only by case, spaces, zeros in front or the coding of a letter or number: each stays a customer"
    )
    return (Caveat("lookalike_ids", int(found), policy),)
