"""What a column's name says about it: a personal attribute, an outcome, an id, a total spend."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Names", "names", "words"]

Phrase = tuple[str, ...]


def words(name: str) -> Phrase:
    """Split a column's name into words, capitals and accents set aside.

    Examples
    --------
    >>> words("Year_Birth"), words("SeniorCitizen"), words("Annual Income (k$)"), words("Género")
    (('year', 'birth'), ('senior', 'citizen'), ('annual', 'income', 'k'), ('genero',))
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return tuple(re.findall(r"[^\W\d_]+|\d+", plain.casefold()))


@dataclass(frozen=True, slots=True)
class Names:
    """The word lists of ``columns.toml``, split as names are.

    Parameters
    ----------
    sensitive, outcome : tuple of (theme, phrase)
        A phrase is a tuple of words.
    ids, ids_if_distinct : frozenset of str
        Single words.
    spend, spend_with_cents : tuple of phrase
        In the order in which they are preferred.
    units : frozenset of str
        Words and signs that may stand beside the name of a total spend.
    yes_no : frozenset of frozenset of str
        Pairs of answers.
    """

    sensitive: tuple[tuple[str, Phrase], ...]
    outcome: tuple[tuple[str, Phrase], ...]
    ids: frozenset[str]
    ids_if_distinct: frozenset[str]
    spend: tuple[Phrase, ...]
    spend_with_cents: tuple[Phrase, ...]
    units: frozenset[str]
    yes_no: frozenset[frozenset[str]]

    def sensitive_theme(self, name: str) -> str | None:
        """Give the kind of personal attribute that a name speaks of, or None.

        Examples
        --------
        >>> names().sensitive_theme("Year_Birth"), names().sensitive_theme("Average basket")
        ('age', None)
        """
        return _theme(self.sensitive, words(name))

    def is_outcome(self, name: str) -> bool:
        """Tell whether a name speaks of a result or an earlier grouping.

        Examples
        --------
        >>> names().is_outcome("Churn Label"), names().is_outcome("Spending Score (1-100)")
        (True, False)
        """
        return _theme(self.outcome, words(name)) is not None

    def spend_rank(self, name: str, *, cents: bool) -> int | None:
        """Say how well a name suits a customer's total spend: 0 is best, None is not at all.

        Parameters
        ----------
        name : str
            The whole name counts, so that ``"income from spend"`` is none.
        cents : bool
            Whether some value isn't whole: ``"purchases"`` is money only then.

        Examples
        --------
        >>> names().spend_rank("Total_Spent (USD)", cents=False), names().spend_rank("PURCHASES", cents=False)
        (1, None)
        """
        phrase = tuple(word for word in words(name) if word not in self.units)
        allowed = self.spend + (self.spend_with_cents if cents else ())
        return allowed.index(phrase) if phrase in allowed else None

    def is_yes_no(self, levels: set[str]) -> bool:
        """Tell whether two levels are the answers to a yes-or-no question.

        Examples
        --------
        >>> names().is_yes_no({"Yes", "No"}), names().is_yes_no({"Male", "Female"})
        (True, False)
        """
        return frozenset(" ".join(words(level)) for level in levels) in self.yes_no


def _theme(themes: tuple[tuple[str, Phrase], ...], name: Phrase) -> str | None:
    for theme, phrase in themes:
        if any(name[i : i + len(phrase)] == phrase for i in range(len(name) - len(phrase) + 1)):
            return theme
    return None


@cache
def names() -> Names:
    """Read the word lists, once."""
    data = tomllib.loads((files("segmentry.features") / "columns.toml").read_text(encoding="utf-8"))

    def themes(table: dict[str, list[str]]) -> tuple[tuple[str, Phrase], ...]:
        return tuple((theme, words(entry)) for theme, entries in table.items() for entry in entries)

    return Names(
        sensitive=themes(data["sensitive"]),
        outcome=themes(data["outcome"]),
        ids=frozenset(data["id"]["always"]),
        ids_if_distinct=frozenset(data["id"]["distinct"]),
        spend=tuple(words(entry) for entry in data["spend"]["names"]),
        spend_with_cents=tuple(words(entry) for entry in data["spend"]["names_with_cents"]),
        units=frozenset(data["spend"]["units"]),
        yes_no=frozenset(frozenset(" ".join(words(answer)) for answer in pair) for pair in data["yes_no"]["pairs"]),
    )
