"""JSON read strictly: what other readers let pass, or each takes for something else, is refused."""

import json
from typing import Any, NoReturn

from segmentry.errors import DataError

__all__ = ["read_json", "write_json"]


def read_json(body: bytes) -> Any:
    """Read JSON: UTF-8, no name twice in an object, no NaN or Infinity.

    Parameters
    ----------
    body : bytes
        As it came.

    Raises
    ------
    DataError
        It is no JSON, or none of that kind.

    Examples
    --------
    >>> read_json(b'{"spend": 12.5}')
    {'spend': 12.5}
    >>> read_json(b'{"spend": 12.5, "spend": 13}')
    Traceback (most recent call last):
        ...
    segmentry.errors.DataError: 'spend' stands twice in one object
      try: each name once
    """
    try:
        return _STRICT.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError("this is not UTF-8", [f"byte {error.start + 1} begins no sign"], "JSON in UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise DataError("this is not JSON", [place], 'an object such as {"customers": [{…}]}') from error
    except RecursionError as error:
        raise DataError("this is nested too deep", way_out="the form that the schema shows") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise DataError("a number is too long", way_out="numbers of at most 300 digits") from error


def write_json(answer: object) -> bytes:
    """Write JSON in ASCII, so that any text goes through any reader.

    Examples
    --------
    >>> write_json({"name": "Käufer"}).isascii()
    True
    """
    return _PLAIN.encode(answer).encode("ascii")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs; readers differ in which of two equal names counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise DataError(f"{twice[:60]!r} stands twice in one object", way_out="each name once")
    return found


def _no_number(word: str) -> NoReturn:
    raise DataError(f"{word} is no number in JSON", way_out="null where a value isn't known")


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
_PLAIN = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
