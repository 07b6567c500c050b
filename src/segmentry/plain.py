"""Frozen dataclasses to plain data (what JSON and TOML hold) and back, checked against their type hints.

Recipes, summaries and models are read from files that people may have edited, so nothing is taken on trust: an unknown
key, a missing one or a value of the wrong type raises ``ValueError`` with the place in words.
"""

import dataclasses
import math
import types
import typing
from datetime import date
from typing import Any, Literal, TypeVar, Union

__all__ = ["Plain", "from_plain", "to_plain"]

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
T = TypeVar("T")


def to_plain(thing: object) -> Plain:
    """Turn dataclasses, tuples, dates and numbers into what JSON holds; NaN and infinities become null.

    Examples
    --------
    >>> from segmentry.evaluate import Keeps
    >>> to_plain(Keeps(0.9, 0.8, float("nan")))
    {'rate': 0.9, 'low': 0.8, 'high': None}
    """
    plain: Plain
    match thing:
        case None | bool() | str():
            plain = thing
        case int():
            plain = int(thing)
        case float():
            plain = float(thing) if math.isfinite(thing) else None
        case date():
            plain = thing.isoformat()
        case tuple() | list():
            plain = [to_plain(item) for item in thing]
        case dict():
            plain = {str(key): to_plain(value) for key, value in thing.items()}
        case _ if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            plain = {field.name: to_plain(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
        case _:
            raise TypeError(f"{type(thing).__name__} has no plain form")
    return plain


def from_plain(hint: type[T], data: object, where: str = "") -> T:
    """Build a value of the hinted type from plain data.

    Parameters
    ----------
    hint : type
        A dataclass, or anything its fields may be hinted as: str, int, float, bool, date, ``Literal``, ``X | Y``,
        ``tuple[X, ...]``, ``tuple[X, Y]``.
    data : object
        Plain data; dates as ISO text or as dates.
    where : str, default ""
        The place, for the message.

    Raises
    ------
    ValueError
        The data don't fit the hint.

    Examples
    --------
    >>> from segmentry.data import RowCounts
    >>> from_plain(RowCounts, {"read": 3, "loaded": 2, "rejected": 1})
    RowCounts(read=3, loaded=2, rejected=1)
    >>> from_plain(RowCounts, {"read": "3", "loaded": 2, "rejected": 1})
    Traceback (most recent call last):
        ...
    ValueError: read: expected int, got '3'
    """
    return typing.cast("T", _build(hint, data, where))


def _build(hint: Any, data: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _first_that_fits(arguments, data, where, hint)
    if origin is Literal:
        return data if data in arguments else _refuse(f"one of {', '.join(map(repr, arguments))}", data, where)
    if origin is tuple:
        return _tuple(arguments, data, where)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, data, where)
    return _scalar(hint, data, where)


def _scalar(hint: Any, data: Any, where: str) -> Any:
    if hint is type(None):
        return None if data is None else _refuse("nothing", data, where)
    if hint is date:
        if isinstance(data, str):
            try:
                return date.fromisoformat(data)
            except ValueError:
                _refuse("a date such as 2026-06-30", data, where)
        return data if type(data) is date else _refuse("a date such as 2026-06-30", data, where)
    if hint is float:
        if data is None:
            return math.nan
        return (
            float(data)
            if isinstance(data, int | float) and not isinstance(data, bool)
            else _refuse("a number", data, where)
        )
    return data if type(data) is hint else _refuse(hint.__name__, data, where)


def _first_that_fits(hints: tuple[Any, ...], data: Any, where: str, whole: Any) -> Any:
    # None first: a float hint would read null as NaN.
    for hint in sorted(hints, key=lambda hint: hint is not type(None)):
        try:
            return _build(hint, data, where)
        except ValueError:
            if (
                dataclasses.is_dataclass(hint)
                and len([h for h in hints if h is not type(None)]) == 1
                and data is not None
            ):
                raise  # the only real choice: its own message says more
    return _refuse(str(whole), data, where)


def _tuple(arguments: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        _refuse("a list", data, where)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_build(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(data))
    if len(arguments) != len(data):
        _refuse(f"a list of {len(arguments)}", data, where)
    return tuple(
        _build(hint, item, f"{where}[{i}]") for i, (hint, item) in enumerate(zip(arguments, data, strict=True))
    )


def _dataclass(hint: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        _refuse("a table", data, where)
    hints = typing.get_type_hints(hint)
    fields = {field.name: field for field in dataclasses.fields(hint)}
    unknown = sorted(set(data) - set(fields))
    if unknown:
        raise ValueError(f"{_at(where)}unknown: {', '.join(unknown)} (known: {', '.join(fields)})")
    values = {}
    for name, field in fields.items():
        place = f"{where}.{name}" if where else name
        if name in data:
            values[name] = _build(hints[name], data[name], place)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ValueError(f"{place}: missing")
    return hint(**values)


def _at(where: str) -> str:
    return f"{where}: " if where else ""


def _refuse(expected: str, data: object, where: str) -> typing.NoReturn:
    shown = repr(data)
    raise ValueError(f"{_at(where)}expected {expected}, got {shown[:60]}{'…' if len(shown) > 60 else ''}")
