"""What is said of one customer, as data."""

from dataclasses import dataclass
from typing import Literal

from segmentry.features import Kind
from segmentry.model.grounds import Basis

__all__ = ["Change", "Explanation", "OneOrder", "Reason", "Recomputed"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one measure says for the segment and against the second choice.

    Parameters
    ----------
    measure, label, unit : str
        As in :class:`segmentry.features.Measure`.
    kind : {"number", "category", "yes-no"}
        What its values are.
    value : float, str or None
        The customer's own; None where it is blank.
    typical, typical_second : float or None
        Numbers: the median in the segment and in the second choice. Otherwise the share of customers there who have
        her level, 0 to 1. None where it isn't known.
    contribution : float or None
        This measure's part of ||x - c2||^2 - ||x - c1||^2, in squared prepared units: above 0 it speaks for the
        segment, below 0 for the second choice. None where scores explain.
    share : float or None
        Its part, 0 to 1, of all that speaks for the segment; None where it doesn't.
    score, of : int or None
        For a grid: the score, and the highest one there is.
    text : str
        In words.
    """

    measure: str
    label: str
    unit: str
    kind: Kind
    value: float | str | None
    typical: float | None
    typical_second: float | None
    contribution: float | None
    share: float | None
    score: int | None
    of: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One measure changed alone, so that the customer is in another segment.

    Parameters
    ----------
    measure, label : str
        Which one.
    value, to : float or str
        What it is, and the nearest value that moves her. Blanks aren't changed.
    segment, name : str
        Where she would be.
    size : float or None
        For numbers ``|to - value|`` in units of everybody's spread, so that measures can be compared.
    text : str
        In words.
    """

    measure: str
    label: str
    value: float | str
    to: float | str
    segment: str
    name: str
    size: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One measure before and after one more order; None where it isn't known."""

    measure: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class OneOrder:
    """What one more order on the as-of day would do.

    Parameters
    ----------
    amount : float or None
        Of the order; None where the measures need none.
    whose : {"hers", "segment", ""}
        Whether the amount is the customer's own typical order or the segment's.
    measures : tuple of Recomputed
        Every forming measure that the order changes.
    kept : tuple of str
        Measures that it may change in a way that can't be told: they were left as they are.
    segment, name : str
        Where she would be.
    moves : bool
        Whether that is another segment.
    text : str
        In words.
    """

    amount: float | None
    whose: Literal["hers", "segment", ""]
    measures: tuple[Recomputed, ...]
    kept: tuple[str, ...]
    segment: str
    name: str
    moves: bool
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one customer is where she is, and what would move her.

    Parameters
    ----------
    segment, name : str
        Where she is; "" where she is in no segment.
    second : str
        The letter of the second choice; the same letter where there is one segment only.
    margin : float
        0 on the border to 1.
    fit : str
        Typical, Fair or Borderline.
    unlike : bool
        Whether she is unlike anyone the model learned from.
    basis : {"centres", "mean points", "scores"}
        What explains the placement: see :class:`Grounds`.
    agreement : float
        For how many customers it says the same as the model, 0 to 1.
    agrees : bool
        Whether it does for this one.
    caution : str
        What stands in for the method, in words; "" where nothing does.
    total : float or None
        ||x - c2||^2 - ||x - c1||^2, the sum of all contributions; None where there are none.
    reasons : tuple of Reason
        What speaks most for the segment first.
    changes : tuple of Change
        Numbers: the smallest change of each that moves her, the smallest first. Then levels of categories and yes/no
        answers that do. Empty where no single one does.
    one_order : OneOrder or None
        None where the model wasn't built from orders, or the order's effect can't be told.
    """

    segment: str
    name: str
    second: str
    margin: float
    fit: str
    unlike: bool
    basis: Basis
    agreement: float
    agrees: bool
    caution: str
    total: float | None
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    one_order: OneOrder | None

    @property
    def nearest(self) -> Change | None:
        """The smallest change that would move her; None where no single one does."""
        return self.changes[0] if self.changes else None
