"""How well attributes alone guess segments, as data."""

from dataclasses import dataclass

__all__ = ["LookalikeHits", "LookalikeReport"]


@dataclass(frozen=True, slots=True)
class LookalikeHits:
    """How well one segment is guessed.

    Parameters
    ----------
    letter : str
        The segment.
    customers, guessed : int
        How many of those tested are in it, and how many were put in it.
    hit : float
        Share of its customers who were put in it, 0 to 1; by chance it would be its share of all customers.
    right : float or None
        Share of those put in it who are in it; None where nobody was.
    """

    letter: str
    customers: int
    guessed: int
    hit: float
    right: float | None


@dataclass(frozen=True, slots=True)
class LookalikeReport:
    """Whether the customer table's attributes can guess the segment of people without orders.

    Parameters
    ----------
    columns : tuple of str
        The attributes that guess.
    left_out : tuple of (str, str)
        The others, each with the reason.
    customers : int
        On how many it was tested by five-fold cross-validation.
    hit_rate : float or None
        Share of them guessed right, 0 to 1; None where nothing could be tested, as all figures below.
    standard_error : float or None
        Of the hit rate less ``largest``.
    largest : float or None
        What naming the largest segment every time would reach.
    chance : float or None
        What guessing at random by the segments' shares would reach: the sum of their squares.
    segments : tuple of LookalikeHits
        In the order of their letters.
    works : bool
        Whether the hit rate is above ``largest`` by more than two standard errors.
    reason : str
        Why it works or doesn't, in words with the figures.
    """

    columns: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    customers: int
    hit_rate: float | None
    standard_error: float | None
    largest: float | None
    chance: float | None
    segments: tuple[LookalikeHits, ...]
    works: bool
    reason: str
