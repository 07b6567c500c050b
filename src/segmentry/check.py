"""What must be fixed before a run, what is worth knowing, and what is fine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from segmentry import prepare
from segmentry.data import Loaded, Look, Source, look
from segmentry.errors import AmbiguousError, Caveat, ColumnError, DataError, ReadError, TooFewError
from segmentry.explore import Exploration, explore_measures
from segmentry.features import Measures, build, enough, measure
from segmentry.recipe import Recipe

__all__ = ["FEW_CUSTOMERS", "GRADES", "Checked", "Finding", "Grade", "check"]

Grade: TypeAlias = Literal["must fix", "worth knowing", "fine"]

GRADES: tuple[Grade, ...] = ("must fix", "worth knowing", "fine")
"""From the gravest."""

FEW_CUSTOMERS = 200
"""Below this many customers a segment of the least share allowed, 5 of 100, has fewer than ten of them."""

WAY_OUT = re.compile(r"\((--[a-z-]+(?: (?:[A-Z]+|keep|drop)\b)?)[^()]*\)$")
"""A caveat's policy ends with the option that changes it."""

CODES: tuple[tuple[type[DataError], str], ...] = (
    (AmbiguousError, "ambiguous"),
    (ColumnError, "column"),
    (ReadError, "unreadable"),
    (TooFewError, "too_few"),
    (DataError, "unusable"),
)

REPEATS = "repeats an earlier row exactly"
UNMATCHED = {"customers_without_orders", "orders_without_customer"}
IN_ORDER: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("customer", ("customer",), "no row was rejected for its customer"),
    ("dates", ("date",), "no row was rejected for its date, and one rule reads them all"),
    ("amounts", ("amount", "quantity", "price"), "no row was rejected for its amount"),
    ("ids", ("id",), "every row has an id of its own"),
)
"""What is in order unless a row was rejected for one of these columns."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, and how grave it is.

    Parameters
    ----------
    grade : {"must fix", "worth knowing", "fine"}
        It stops a run or would have to be guessed; it changes what figures mean; it was looked at and is in order.
    code : str
        A short stable name, e.g. ``"ambiguous"``, ``"rejected"``, ``"returns"``, ``"rows"``.
    count : int
        How many rows, customers, columns or questions it concerns.
    what : str
        One plain sentence; of a caveat, its policy.
    evidence : tuple of str, default ()
        What was seen, a line each.
    way_out : str, default ""
        The option or edit that changes it; empty where there is none, or nothing to change.
    """

    grade: Grade
    code: str
    count: int
    what: str
    evidence: tuple[str, ...] = ()
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """All that a check gives.

    Parameters
    ----------
    findings : tuple of Finding
        The gravest first.
    look : Look or None
        How files were read; None where they couldn't be. Its connection is closed.
    measures : Measures or None
        The customer table; None where it couldn't be built.
    exploration : Exploration or None
        What the measures look like, where it was asked for and they could be built.
    """

    findings: tuple[Finding, ...]
    look: Look | None
    measures: Measures | None
    exploration: Exploration | None = None

    def graded(self, grade: Grade) -> tuple[Finding, ...]:
        """Give the findings of one grade."""
        return tuple(finding for finding in self.findings if finding.grade == grade)

    @property
    def warnings(self) -> tuple[Caveat, ...]:
        """What was dealt with by a stated policy, in reading and in measuring."""
        read = () if self.look is None else self.look.loaded.caveats
        return (*read, *(() if self.measures is None else self.measures.caveats))


def check(
    orders: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    *,
    recipe: Recipe | None = None,
    explore: bool = False,
    **options: object,
) -> Checked:
    """Read, measure and prepare as a run would, and grade what is found.

    Reading stops at the first thing that would have to be guessed, so there is one finding to fix at a time.

    Parameters
    ----------
    orders, customers, recipe, **options
        As for :func:`segmentry.segment`.
    explore : bool, default False
        Say what the measures look like, too.

    Returns
    -------
    Checked

    Raises
    ------
    UsageError
        An option isn't known, or names nothing. What is wrong with the data is a finding, never raised.

    Examples
    --------
    >>> import pandas as pd
    >>> dates = pd.DataFrame({"customer": ["a", "b"], "date": ["03/04/2024", "05/06/2024"], "amount": [1, 2]})
    >>> found = check(dates).findings[0]
    >>> found.grade, found.code, found.way_out
    ('must fix', 'ambiguous', '--dayfirst or --monthfirst')
    """
    recipe = (recipe or Recipe()).having(**options)
    seen: Look | None = None
    measures: Measures | None = None
    exploration: Exploration | None = None
    refused: tuple[Finding, ...] = ()
    try:
        seen = look(orders, customers, recipe.read)
        measures = build(seen.loaded.orders, seen.loaded.customers, recipe.features)
        if explore:
            whole = len(measures.used) == len(measures.columns)
            every = None if whole else measure(seen.loaded.orders, seen.loaded.customers, recipe.features)
            exploration = explore_measures(measures, every)
        forming = [(entry.name, entry.kind) for entry in enough(measures).forming]
        prepare.fit(measures.table, forming, recipe.prepare)
    except DataError as error:
        refused = (_must_fix(error),)
    finally:
        if seen is not None and seen.loaded.orders is not None:
            seen.loaded.orders.connection.close()
    found = [*refused]
    if seen is not None:
        found += _about_rows(seen.loaded)
    if measures is not None:
        found += _about_measures(measures)
    ranked = sorted(found, key=lambda finding: GRADES.index(finding.grade))
    return Checked(tuple(ranked), seen, measures, exploration)


def _must_fix(error: DataError) -> Finding:
    code = next(code for kind, code in CODES if isinstance(error, kind))
    return Finding("must fix", code, 1, error.what, error.evidence, error.way_out)


def _worth_knowing(caveat: Caveat) -> Finding:
    way_out = WAY_OUT.search(caveat.policy)
    return Finding("worth knowing", caveat.code, caveat.count, caveat.policy, (), way_out[1] if way_out else "")


def _about_rows(loaded: Loaded) -> list[Finding]:
    """Grade what reading found."""
    rows, rejects = loaded.rows, loaded.rejects
    found = []
    for reason, count in rejects["reason"].value_counts(sort=False).sort_index().items():
        first = rejects[rejects["reason"] == reason].iloc[0]
        value = f": {first['value']!r}" if first["value"] else ""
        column = f", {first['column']}" if first["column"] else ""
        evidence = f"first on line {first['line']} of {first['file']}{column}{value}"
        found.append(Finding("worth knowing", "rejected", int(count), f"rows rejected: {reason}", (evidence,)))
    found.sort(key=lambda finding: -finding.count)
    found += map(_worth_knowing, loaded.caveats)
    total = f"{rows.read:,} rows read = {rows.loaded:,} loaded + {rows.rejected:,} rejected"
    found.append(Finding("fine", "rows", rows.read, f"every row is accounted for: {total}"))
    codes = {caveat.code for caveat in loaded.caveats}
    refused, taken = set(rejects["column"]), {guess.role: guess.column for guess in loaded.guesses}
    for code, roles, what in IN_ORDER:
        columns = {taken[role] for role in roles if role in taken}
        if columns and not columns & refused:
            found.append(Finding("fine", code, rows.loaded, what))
    if loaded.orders is not None and "duplicates" not in codes and not (rejects["reason"] == REPEATS).any():
        found.append(Finding("fine", "duplicates", rows.loaded, "no row repeats another one exactly"))
    if loaded.orders is not None and loaded.customers is not None and not codes & UNMATCHED:
        everyone = len(loaded.customers.table)
        found.append(Finding("fine", "joined", everyone, "orders and customer table hold the same customers"))
    return found


def _about_measures(measures: Measures) -> list[Finding]:
    """Grade what measuring found."""
    customers = len(measures.table)
    found = [_worth_knowing(caveat) for caveat in measures.caveats]
    if customers < FEW_CUSTOMERS:
        what = f"fewer than {FEW_CUSTOMERS} customers: a segment of 5 of 100 has fewer than ten, too few to rely on"
        found.append(Finding("worth knowing", "few_customers", customers, what))
    else:
        what = "customers are enough for segments of ten and more"
        found.append(Finding("fine", "enough_customers", customers, what))
    names = [entry.name for entry in measures.forming]
    blanks = measures.table[names].isna()
    lacking = blanks.any(axis=1).to_numpy() if names else np.zeros(customers, dtype=bool)
    if lacking.any():
        counts = blanks.sum()
        evidence = tuple(f"{name}: {int(count):,} blank" for name, count in counts[counts > 0].items())
        what = "customers lack a value that forms segments: a run fills it (--missing)"
        found.append(Finding("worth knowing", "blanks", int(lacking.sum()), what, evidence, "--missing"))
    elif names:
        found.append(Finding("fine", "no_blanks", customers, "every value that forms segments is known"))
    if names:
        what = f"columns can form segments: {', '.join(names[:12])}"
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        found.append(Finding("fine", "forming", len(names), what + more))
    return found
