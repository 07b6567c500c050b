"""How figures are formatted: they stay numbers, and look as the report writes them."""

import math

from segmentry.describe import Trait
from segmentry.describe.words import number

__all__ = ["COUNT", "DAY", "KEEPS", "SHARE", "figure", "fitting", "money", "quantity", "signed", "trait_form"]

COUNT = "#,##0"
SHARE = "[=0]0%;[<0.01]0.0%;0%"
"""Whole per cent, finer near 0%, as :func:`segmentry.describe.words.percent` writes it; see :func:`fitting`."""
NEARLY_ALL = "0.0%"
KEEPS = "0"
DAY = "d mmm yyyy"
WHOLE_FROM, PENCE_FROM = 100, 0.005


def figure(value: float | None) -> str:
    """Give the format that shows a number as finely as the report does.

    Examples
    --------
    >>> [figure(value) for value in (1862.47, 12.34, 0.82, 7.0)]
    ['#,##0', '#,##0.0', '#,##0.00', '#,##0']
    """
    if value is None or not math.isfinite(value):
        return COUNT
    text = number(value)
    if "e" in text:
        return "0.00E+00"
    decimals = len(text.partition(".")[2])
    return COUNT + ("." + "0" * decimals if decimals else "")


def money(value: float | None, currency: str) -> str:
    """Give the format of money: pence below 100, the sign or code where the report puts it.

    Examples
    --------
    >>> money(2400.0, "£"), money(24.5, "EUR"), money(7.0, "")
    ('"£"#,##0;-"£"#,##0', '#,##0.00" EUR"', '#,##0')
    """
    pence = value is not None and PENCE_FROM <= abs(value) < WHOLE_FROM and value != int(value)
    bare = "#,##0.00" if pence else figure(value)
    # A quotation mark would end the text within the format, a semicolon the part for positive numbers.
    sign = "".join(char for char in currency if char.isprintable() and char not in '";')[:20]
    if not sign:
        return bare
    if sign.replace(".", "").isalpha():
        return f'{bare}" {sign}"'
    return f'"{sign}"{bare};-"{sign}"{bare}'


def quantity(value: float | None, unit: str, currency: str) -> str:
    """Give the format of a figure in a unit; a unit that is a word is said in the row's or the column's head."""
    if unit == "money":
        return money(value, currency)
    return SHARE if unit == "share" else figure(value)


def trait_form(trait: Trait, value: float | None, currency: str) -> str:
    """Give the format of one of a trait's figures: for a level of a category it is a share."""
    return quantity(value, trait.unit, currency) if trait.kind == "number" else SHARE


def fitting(form: str, value: float) -> str:
    """Give the format itself, or for a share near 100% the finer one: a format has room for two conditions only.

    Examples
    --------
    >>> fitting(SHARE, 0.63), fitting(SHARE, 0.998), fitting(SHARE, 1.0)
    ('[=0]0%;[<0.01]0.0%;0%', '0.0%', '[=0]0%;[<0.01]0.0%;0%')
    """
    return form.replace(SHARE, NEARLY_ALL) if 0.995 <= value < 1 else form


def signed(form: str, mark: str) -> str:
    r"""Put a mark in front of whatever the format shows.

    Examples
    --------
    >>> print(signed("0%", "▲"), signed('"£"0;-"£"0', "▼"))
    \▲\ 0% \▼\ "£"0;\▼\ -"£"0
    """
    ahead = f"\\{mark}\\ "
    return ";".join(
        f"{part[: part.index(']') + 1]}{ahead}{part[part.index(']') + 1 :]}" if part.startswith("[") else ahead + part
        for part in form.split(";")
    )
