"""What is said of a segment, as data; everything that shows a segment shows these."""

from dataclasses import dataclass
from typing import Literal

from segmentry.evaluate import Keeps

__all__ = ["Action", "Condition", "Known", "Offer", "Rule", "Segment", "StartWith", "Trait"]


@dataclass(frozen=True, slots=True)
class Trait:
    """One measure of one segment against all customers.

    Parameters
    ----------
    measure, label, unit : str
        As in :class:`segmentry.features.Measure`.
    kind : {"number", "category", "yes-no"}
        For a category the trait is about one ``level`` and the figures are shares.
    level : str
        The level, "" for numbers.
    forms : bool
        Whether segments were formed on it.
    typical, low, high : float or None
        Numbers: median and middle half (25th and 75th percentile) in the segment; None where nobody has a value.
        Categories: ``typical`` is the share having the level, ``low`` and ``high`` None.
    everyone : float or None
        The same ``typical`` among all customers.
    rank, rank_low, rank_high : float or None
        Numbers: where ``typical``, ``low`` and ``high`` rank among all customers, 0 to 100.
    known : int
        How many of the segment's customers have a value.
    delta : float
        Cliff's delta against all other customers, -1 to 1 (categories: difference of shares).
    counts : bool
        ``|delta| >= .33`` with the same sign in 95% of the rebuilds.
    """

    measure: str
    label: str
    unit: str
    kind: Literal["number", "category", "yes-no"]
    level: str
    forms: bool
    typical: float | None
    low: float | None
    high: float | None
    everyone: float | None
    rank: float | None
    rank_low: float | None
    rank_high: float | None
    known: int
    delta: float
    counts: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a rule.

    Parameters
    ----------
    measure : str
        The column's name.
    op : {"<=", ">", "is", "is not"}
        How it is compared.
    value : float or str
        A rounded cut point, or a level.
    text : str
        The comparison in words, e.g. ``"spend over 1,200"``.
    """

    measure: str
    op: Literal["<=", ">", "is", "is not"]
    value: float | str
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A plain rule that comes near to the segment.

    Parameters
    ----------
    conditions : tuple of Condition
        At most three; all must hold.
    text : str
        The rule in words.
    hit : float
        Share of the segment's customers that it catches, 0 to 1, cross-validated.
    miss : float
        Share of those it catches who belong elsewhere, 0 to 1, cross-validated.
    """

    conditions: tuple[Condition, ...]
    text: str
    hit: float
    miss: float


@dataclass(frozen=True, slots=True)
class Action:
    """What to do with a segment: a suggestion from common practice, each quoting its figure."""

    do: Literal["try", "avoid", "measure by"]
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A product or category bought more often in the segment than elsewhere.

    Parameters
    ----------
    name : str
        The product or category.
    level : {"product", "category"}
        Which of the two.
    customers : int
        Customers of the segment who bought it, at least 20.
    share, everyone : float
        Their share of the segment, and the share of all customers, 0 to 1.
    lift : float
        ``share / everyone``.
    """

    name: str
    level: Literal["product", "category"]
    customers: int
    share: float
    everyone: float
    lift: float


@dataclass(frozen=True, slots=True)
class Known:
    """What a segment is called before anything is said of it.

    Parameters
    ----------
    letter : str
        Its letter.
    name : str or None
        The name that it keeps from the run before; None where it is to be named.
    also_known_as : str, default ""
        What the figures of that run called it, where that is another name: nobody else is to be called that either.
    """

    letter: str
    name: str | None
    also_known_as: str = ""

    @property
    def own(self) -> frozenset[str]:
        """The names that are its own, in small letters."""
        return frozenset(name.casefold() for name in (self.name, self.also_known_as) if self.name and name)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment, described.

    Parameters
    ----------
    letter, name : str
        Its identity and what it is called; no two segments share either.
    also_known_as : str
        The generated name where people gave another one, or where it keeps one that it had before; else "".
    sentence : str
        Its definition in one or two sentences that quote figures.
    customers : int
        How many it has.
    share : float
        Of all customers, 0 to 1.
    revenue, revenue_share : float or None
        Sum of spend, and its share of everyone's; None without money.
    keeps : Keeps or None
        None where there is one segment only.
    traits : tuple of Trait
        Strongest difference first.
    rule : Rule or None
        None where there is one segment only.
    actions : tuple of Action
        From the playbook.
    offers : tuple of Offer
        At most three products (and three categories); empty without such columns.
    at_stake : float or None
        Typical order times orders missed at each customer's own gap, summed; None without orders.
    jaccard : float or None, default None
        Mean overlap with its match over the rebuilds, 0 to 1 (Hennig 2007): from 0.75 on the segment is valid.
    across : float or None, default None
        How much of it was one segment in the next coarser split, 0 to 1; None where none was tried.
    """

    letter: str
    name: str
    also_known_as: str
    sentence: str
    customers: int
    share: float
    revenue: float | None
    revenue_share: float | None
    keeps: Keeps | None
    traits: tuple[Trait, ...]
    rule: Rule | None
    actions: tuple[Action, ...]
    offers: tuple[Offer, ...]
    at_stake: float | None
    jaccard: float | None = None
    across: float | None = None


@dataclass(frozen=True, slots=True)
class StartWith:
    """The segment to begin with, and why, in words that quote the figures."""

    letter: str
    name: str
    because: str
