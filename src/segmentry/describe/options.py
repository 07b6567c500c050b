"""What can be chosen about the description."""

from dataclasses import dataclass

__all__ = ["DescribeOptions"]


@dataclass(frozen=True, slots=True)
class DescribeOptions:
    """How segments are put into words.

    Parameters
    ----------
    playbook : str or None, default None
        Path of a person's own playbook (TOML); None takes the one that comes with segmentry.
    currency : str, default ""
        The unit printed with money, e.g. ``"£"`` or ``"EUR"``. No figure depends on it.
    lookalike : bool, default False
        Learn to guess the segment of people without orders from the attributes of the customer table.
    seed : int, default 0
        Draws the sample and the folds on which rules are found and tested.

    Examples
    --------
    >>> DescribeOptions(currency="£")
    DescribeOptions(playbook=None, currency='£', lookalike=False, seed=0)
    """

    playbook: str | None = None
    currency: str = ""
    lookalike: bool = False
    seed: int = 0
