"""Which columns form segments, which only describe them, and which are left out: each with its reason in words."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from segmentry.errors import Caveat, UsageError
from segmentry.features.attributes import Attribute
from segmentry.features.collinear import collinear
from segmentry.features.definitions import DEFINITIONS, definition
from segmentry.features.measures import FeatureOptions, Measure, Part
from segmentry.features.names import names, words

__all__ = ["DEFAULT", "check_names", "guessing_columns", "select"]

DEFAULT = ("recency_days", "orders", "spend")
"""The measures that form segments of an order log unless told otherwise."""

NEARLY_ALL = 0.995
"""A value shared by this much of the customers tells hardly anybody apart."""

MOST_LEVELS = 50
"""A category with more levels is left out."""

MOST_LEVELS_ASKED = 1000
"""Each level becomes a column: beyond this many not even ``--include`` is followed."""

APART = "it can't tell customers apart"


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What was decided on a column, and by which rule."""

    part: Part
    reason: str = ""
    rule: Literal["", "sensitive", "outcome_like", "constant", "unusable", "collinear", "constant_asked"] = ""


def check_names(options: FeatureOptions, known: Sequence[str], returns: Literal["net", "drop"]) -> None:
    """Refuse names that no column has.

    Parameters
    ----------
    options : FeatureOptions
        ``measures`` and ``include`` are looked at.
    known : sequence of str
        Every column that may be named.
    returns : {"net", "drop"}
        Explains why ``return_share`` may be missing.

    Raises
    ------
    UsageError
        A name is unknown; near names are listed.
    """
    for option, asked in (("--measures", options.measures), ("--include", options.include)):
        for name in asked:
            if name in known:
                continue
            if returns == "drop" and name == "return_share" and "orders" in known:
                raise UsageError(
                    "return_share needs the returns, which --returns drop leaves out", way_out="--returns net"
                )
            needs = next((entry.needs for entry in DEFINITIONS if entry.name == name), "")
            if needs and "orders" in known:
                raise UsageError(
                    f"the measure {name!r} needs a {needs} column, and none was found in the orders",
                    [f"there are: {_listed(known)}"],
                    f"--{needs} COLUMN" if needs == "product" else f"leave {name} out",
                )
            if "orders" not in known and name in {entry.name for entry in DEFINITIONS}:
                raise UsageError(
                    f"the measure {name!r} is built from orders, and these are customers",
                    [f"there are: {_listed(known)}"],
                    "give an order log: one row an order line",
                )
            near = _near(name, known)
            raise UsageError(
                f"there is no measure {name!r}",
                [f"near to it: {', '.join(near)}"] if near else [f"there are: {_listed(known)}"],
                f'{option} "{near[0]}"' if near else "segmentry measures FILE shows them all",
            )


def select(
    built: pd.DataFrame | None, found: Sequence[Attribute], options: FeatureOptions
) -> tuple[tuple[Measure, ...], tuple[Caveat, ...]]:
    """Decide on every column.

    Parameters
    ----------
    built : pandas.DataFrame or None
        The measures built from orders; None for a customer table alone.
    found : sequence of Attribute
        The columns of the customer table.
    options : FeatureOptions
        ``measures`` and ``include`` are used here; their names must exist (:func:`check_names`).

    Returns
    -------
    measures : tuple of Measure
        The built measures, then the attributes.
    caveats : tuple of Caveat
        What was set aside by a rule and not by choice, with the way back.
    """
    verdicts: dict[str, _Verdict] = {}
    measures: list[Measure] = []
    for name in [] if built is None else [column for column in built.columns if column != "customer_id"]:
        assert built is not None
        entry, verdict = definition(name), _on_built(name, built[name], options)
        verdicts[name] = verdict
        measures.append(Measure(name, entry.label, "number", verdict.part, entry.unit, verdict.reason))
    asked = {*options.measures, *options.include}
    chosen = {attribute.name: _on_attribute(attribute, options, joined=built is not None) for attribute in found}
    forming = [attribute for attribute in found if chosen[attribute.name].part == "forms"]
    for name, (kept, r) in collinear(forming, asked).items():
        reason = f"goes hand in hand with {kept} (correlation {r:.3f}) and would count twice; {_way_back(name)}"
        chosen[name] = _Verdict("describes", reason, "collinear")
    verdicts |= chosen
    for attribute in found:
        verdict, unit = chosen[attribute.name], "days" if attribute.dated else ""
        measures.append(Measure(attribute.name, attribute.label, attribute.kind, verdict.part, unit, verdict.reason))
    return tuple(measures), _caveats(verdicts)


def guessing_columns(columns: Sequence[Measure]) -> tuple[tuple[Measure, ...], tuple[tuple[str, str], ...]]:
    """Choose the attributes that may guess the segment of people without orders.

    Those that speak of a person (age, gender, postcode …) or of an outcome may where they were asked for by name, as
    everywhere.

    Parameters
    ----------
    columns : sequence of Measure
        As :func:`select` decided.

    Returns
    -------
    tuple of Measure
        The attributes that may.
    tuple of (str, str)
        The names of the others, each with the reason in words.

    Examples
    --------
    >>> columns = [Measure("spend", "Spend", "number", "forms", "money"), Measure("age", "age", "number", "describes")]
    >>> guessing_columns([*columns, Measure("channel", "channel", "category", "describes")])[0][0].name
    'channel'
    >>> guessing_columns(columns)[1]
    (('age', 'its name speaks of a personal attribute (age), so it only describes; --include age uses it'),)
    """
    built = {entry.name for entry in DEFINITIONS}
    used: list[Measure] = []
    left_out: list[tuple[str, str]] = []
    for column in columns:
        if column.name in built:
            continue
        held = _by_name(column.name)
        if column.part == "forms":
            used.append(column)
        elif column.part == "left out" or APART in column.reason:
            left_out.append((column.name, column.reason))
        elif held is not None:
            left_out.append((column.name, held.reason))
        else:
            used.append(column)
    return tuple(used), tuple(left_out)


def _on_built(name: str, values: pd.Series, options: FeatureOptions) -> _Verdict:
    asked = name in options.measures or name in options.include
    if not asked and (options.measures or name not in DEFAULT):
        return _not_named(options, name, "only days since last order, orders and spend form segments by default")
    if len(values) > 1 and values.nunique() < 2:
        return _constant(_same(int(values.count()), len(values)), asked=asked)
    return _Verdict("forms")


def _on_attribute(attribute: Attribute, options: FeatureOptions, *, joined: bool) -> _Verdict:
    name = attribute.name
    asked = name in options.measures or name in options.include
    # A single customer has nobody to differ from: whether a column is constant can't be told.
    if attribute.distinct < 2 and (attribute.rows > 1 or not attribute.known):
        same = _same(attribute.known, attribute.rows)
        return _constant(same, asked=True) if asked else _Verdict("left out", f"{same}, so {APART}", "constant")
    if asked:
        _refuse_too_many(attribute)
        return _Verdict("forms")
    if unusable := _unusable(attribute):
        hopeless = attribute.kind == "category" and attribute.distinct > MOST_LEVELS_ASKED
        return _Verdict("left out", unusable if hopeless else f"{unusable}; {_way_back(name)}", "unusable")
    if held := _by_name(name) or _nearly_constant(attribute):
        return held
    if joined or options.measures:
        return _not_named(options, name, "beside orders, columns of a customer table only describe by default")
    return _Verdict("forms")


def _nearly_constant(attribute: Attribute) -> _Verdict | None:
    share = attribute.commonest / attribute.known
    if share < NEARLY_ALL or attribute.rows < 2:
        return None
    # Rounded down: a column that isn't constant is never said to be 100.0% the same.
    reason = f"{int(1000 * share) / 10:.1f}% of the customers have the same value; {_way_back(attribute.name)}"
    return _Verdict("describes", reason, "unusable")


def _by_name(name: str) -> _Verdict | None:
    """Hold back what a name alone speaks against."""
    if theme := names().sensitive_theme(name):
        reason = f"its name speaks of a personal attribute ({theme}), so it only describes; {_way_back(name)}"
        return _Verdict("describes", reason, "sensitive")
    if names().is_outcome(name):
        reason = f"its name speaks of a result or an earlier grouping, so it only describes; {_way_back(name)}"
        return _Verdict("describes", reason, "outcome_like")
    return None


def _unusable(attribute: Attribute) -> str:
    """Say why a column can neither form nor describe segments; "" where it can."""
    if attribute.dated:
        return "it holds dates"
    if 2 * attribute.known < attribute.rows:
        return f"{1 - attribute.known / attribute.rows:.0%} of the customers have no value"
    match attribute.kind:
        case "number":
            return _number_id(attribute)
        case "category":
            return _loose_text(attribute)
        case "yes-no":
            return ""


def _loose_text(attribute: Attribute) -> str:
    if attribute.distinct == attribute.known > 2:
        return "every customer has a different text, as in an id or a name"
    if attribute.distinct > MOST_LEVELS:
        return f"it has {attribute.distinct:,} different texts"
    if attribute.distinct > 10 and 2 * attribute.distinct > attribute.known:
        return f"it has {attribute.distinct} different texts for {attribute.known} customers"
    return ""


def _number_id(attribute: Attribute) -> str:
    spoken = set(words(attribute.name))
    values = attribute.values.to_numpy(dtype=np.float64)
    values = values[~np.isnan(values)]
    if not (values == np.floor(values)).all():
        return ""
    if spoken & names().ids:
        return "its name and its whole numbers make it an id"
    if attribute.distinct < attribute.known:
        return ""
    if spoken & names().ids_if_distinct:
        return "its name and a different whole number for every customer make it an id"
    lowest, highest = float(values.min()), float(values.max())
    if lowest in (0.0, 1.0) and highest - lowest == len(values) - 1 and len(values) >= 30:
        return f"it only numbers the customers from {lowest:.0f} to {highest:.0f}"
    return ""


def _same(known: int, rows: int) -> str:
    if not known:
        return "no customer has a value"
    return "every customer has the same value" if known == rows else "all known values are the same"


def _constant(same: str, *, asked: bool) -> _Verdict:
    if asked:
        return _Verdict("describes", f"{same}, so {APART}, though it was asked for", "constant_asked")
    return _Verdict("describes", f"{same}, so {APART}")


def _not_named(options: FeatureOptions, name: str, otherwise: str) -> _Verdict:
    if options.measures:
        return _Verdict("describes", "it is not among the measures that were asked for (--measures)")
    return _Verdict("describes", f"{otherwise}; {_way_back(name)}")


def _refuse_too_many(attribute: Attribute) -> None:
    if attribute.kind == "category" and attribute.distinct > MOST_LEVELS_ASKED:
        raise UsageError(
            f"{attribute.name!r} has too many different texts to form segments",
            [f"{attribute.distinct:,} texts; each would become a column, and {MOST_LEVELS_ASKED:,} is the limit"],
            "group them into fewer levels in the file",
        )


def _caveats(verdicts: dict[str, _Verdict]) -> tuple[Caveat, ...]:
    said = (
        ("sensitive", "personal attributes only describe segments: {} (--include COLUMN)"),
        ("outcome_like", "results or earlier groupings only describe segments: {} (--include COLUMN)"),
        ("constant", "columns with a single value are left out: {} (a split needs differences)"),
        ("unusable", "columns of little use for comparing customers don't form segments: {} (--include COLUMN)"),
        ("collinear", "columns that repeat another one only describe segments: {} (--include COLUMN)"),
        ("constant_asked", "asked for, but the same for every customer, so they only describe: {} (--measures)"),
    )
    found = []
    for rule, policy in said:
        concerned = [name for name, verdict in verdicts.items() if verdict.rule == rule]
        if concerned:
            found.append(Caveat(rule, len(concerned), policy.format(_listed(concerned))))
    return tuple(found)


def _way_back(name: str) -> str:
    plain = name.replace("_", "").replace("-", "").isalnum()
    return f"--include {name} uses it" if plain else f'--include "{name}" uses it'


def _listed(known: Collection[str], most: int = 12) -> str:
    listed = list(known)
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {more} more" if more > 0 else "")


def _near(name: str, known: Sequence[str]) -> list[str]:
    """List up to three names that look alike, capitals and signs set aside."""
    plain: dict[str, str] = {}
    for entry in known:
        plain.setdefault(" ".join(words(entry)), entry)
    return [plain[match] for match in difflib.get_close_matches(" ".join(words(name)), plain, n=3)]
