"""One value of a request: what it may be, said once for the check and for the schema."""

import re
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["DAY", "LARGEST", "LONGEST", "Field", "Takes"]

Takes = Literal["number", "text", "nothing", "day", "moment"]

LARGEST = 1.7976931348623157e308
"""The largest float64: whatever is larger would be infinite."""

LONGEST = 1_000
"""Characters of a text."""

_OF_MONTH = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_LEAP = "((19|2[0-9])(0[48]|[2468][048]|[13579][26])|2[048]00)-02-29"
# Every day of the years 1900 to 2999 and nothing else, so that the schema and the check can't differ on 30 February.
DAY = f"((19|2[0-9])[0-9][0-9]-{_OF_MONTH}|{_LEAP})"
_CLOCK = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
_PATTERNS = {"day": f"^{DAY}$", "moment": f"^{DAY}({_CLOCK})?$", "text": r"\S"}
_WORDS: dict[str, str] = {
    "number": "a number",
    "text": f"a text of at most {LONGEST:,} characters",
    "nothing": "null",
    "day": "a day such as 2026-06-30",
    "moment": "a day such as 2026-06-30, or a time such as 2026-06-30T14:05:00",
}
_TYPES = {
    "number": "number",
    "text": "string",
    "nothing": "null",
    "day": "string",
    "moment": "string",
}
SEEN: dict[type, str] = {
    type(None): "null",
    bool: "true or false",
    str: "a text",
    dict: "an object",
    list: "a list",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One named value.

    Parameters
    ----------
    name : str
        What a request calls it.
    takes : tuple of {"number", "text", "nothing", "day", "moment"}
        What it may be; of text, day and moment one at the most.
    says : str
        What it is, in words.
    required : bool, default True
        Whether it must be there.
    filled : bool, default False
        Whether a text must have more than blanks.
    """

    name: str
    takes: tuple[Takes, ...]
    says: str
    required: bool = True
    filled: bool = False

    def holds(self, value: object) -> bool:
        """Say whether a value of parsed JSON is one of those.

        Examples
        --------
        >>> spend = Field("spend", ("number", "nothing"), "Spend")
        >>> [spend.holds(value) for value in (12, 12.5, None, "12.5", True, float("inf"))]
        [True, True, True, False, False, False]
        """
        takes = self.takes
        if value is None:
            return "nothing" in takes
        kind = type(value)
        if kind is float or kind is int:
            return "number" in takes and -LARGEST <= value <= LARGEST  # type: ignore[operator]
        return kind is str and self._holds_text(str(value))

    def _holds_text(self, value: str) -> bool:
        takes = self.takes
        if "text" in takes:
            fits = len(value) <= LONGEST and (not self.filled or re.search(_PATTERNS["text"], value) is not None)
            return fits and (value.isascii() or _is_text(value))
        kind = "day" if "day" in takes else "moment"
        return kind in takes and re.fullmatch(_PATTERNS[kind], value) is not None

    def asked(self) -> str:
        """Say what is asked, in words.

        Examples
        --------
        >>> Field("spend", ("number", "nothing"), "Spend").asked()
        'a number or null'
        """
        return " or ".join(_WORDS[one] for one in self.takes)

    def schema(self) -> dict[str, Any]:
        """Give the same as JSON Schema."""
        types = list(dict.fromkeys(_TYPES[one] for one in self.takes))
        found: dict[str, Any] = {"type": types[0] if len(types) == 1 else types, "description": self.says}
        if "number" in self.takes:
            found |= {"minimum": -LARGEST, "maximum": LARGEST}
        if "text" in self.takes:
            found["maxLength"] = LONGEST
        pattern = next((_PATTERNS[one] for one in ("day", "moment") if one in self.takes), None)
        if pattern or self.filled:
            found["pattern"] = pattern or _PATTERNS["text"]
        return found


def seen(value: object) -> str:
    """Say what stands in a field's place, without its value: customers' data belong in no message.

    Examples
    --------
    >>> seen("12.5"), seen(True), seen(float("inf"))
    ('a text', 'true or false', 'a number that is no finite one')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "a number" if -LARGEST <= value <= LARGEST else "a number that is no finite one"
    if isinstance(value, str) and not _is_text(value):
        return "a text with half a sign (a lone surrogate)"
    return SEEN.get(type(value), f"a {type(value).__name__}")


def _is_text(value: str) -> bool:
    """Say whether a text can be written: JSON may escape one half of a sign alone."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
