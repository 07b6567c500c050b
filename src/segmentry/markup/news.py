"""What each stage of a run found, in sentences that the command line and the page of a run under way share."""

from dataclasses import dataclass

from segmentry.choose import Choice
from segmentry.data import Loaded
from segmentry.describe import Described
from segmentry.errors import Caveat
from segmentry.features import Measures
from segmentry.markup.words import count, day

__all__ = ["News", "news"]

ROLES = ("customer", "id", "date", "amount", "quantity", "price", "order", "product", "category", "discount")


@dataclass(frozen=True, slots=True)
class News:
    """What one stage found.

    Parameters
    ----------
    stage : str
        ``"Read"``, ``"Checked"``, ``"Built"``, ``"Tried"``, ``"Tested"`` or ``"Named"``.
    lines : tuple of str
        Sentences without a full stop, at least one.
    caveats : tuple of Caveat, default ()
        What was found in the data and how it was dealt with.
    seconds : float or None, default None
        How long the stage took; None where its time stands with another one.
    """

    stage: str
    lines: tuple[str, ...]
    caveats: tuple[Caveat, ...] = ()
    seconds: float | None = None


def news(result: object, seconds: float | None = None) -> tuple[News, ...]:
    """Say what a stage's result shows; nothing of a result that people don't hear of.

    Parameters
    ----------
    result : Loaded, Measures, Choice, Described or another
        What :class:`segmentry.watch.Event` carries.
    seconds : float or None, default None
        How long the stage took.

    Examples
    --------
    >>> news("a picture")
    ()
    """
    match result:
        case Loaded():
            return _loaded(result)
        case Measures():
            return (_measures(result, seconds),)
        case Choice():
            return _choice(result, seconds)
        case Described():
            return (News("Named", (count(len(result.segments), "segment"),), seconds=seconds),)
    return ()


def _loaded(loaded: Loaded) -> tuple[News, News]:
    """Say what was read and refused, and how it was dealt with."""
    roles = {guess.role: guess.column for guess in loaded.guesses}
    parts = [f"{role}={roles[role]}" for role in ROLES if role in roles]
    kind = "an order log" if loaded.orders else "a customer table"
    reasons = loaded.rejects["reason"].value_counts()
    rows = [f"{loaded.rows.loaded:,} rows loaded"]
    rows += [f"{int(number):,} rejected: {reason}" for reason, number in reasons.head(3).items()]
    if len(reasons) > 3:
        rows.append(f"{int(reasons.iloc[3:].sum()):,} rejected for other reasons")
    checked = [" · ".join(rows)]
    if loaded.orders is not None:
        checked.append(f"{day(loaded.orders.first)} to {day(loaded.orders.last)}")
    read = f"{kind}: {'  '.join(parts)}" if parts else kind
    return News("Read", (read,)), News("Checked", tuple(checked), loaded.caveats)


def _measures(measures: Measures, seconds: float | None) -> News:
    """Say what was measured, and on what segments are formed."""
    as_of = f" as of {day(measures.as_of)}" if measures.as_of else ""
    forming = [measure.label for measure in measures.forming]
    lines = [f"{count(len(measures.used), 'measure')} of {len(measures.table):,} customers{as_of}"]
    if forming:
        shown = ", ".join(forming[:6]) + (f" and {len(forming) - 6} more" if len(forming) > 6 else "")
        lines.append(f"segments are formed on: {shown}")
    return News("Built", tuple(lines), measures.caveats, seconds)


def _choice(choice: Choice, seconds: float | None) -> tuple[News, ...]:
    """Say what was tried and tested."""
    tried = [candidate.k for candidate in choice.candidates]
    if not tried and choice.keep is None:
        return (News("Tried", (choice.reason,), seconds=seconds),)
    span = f"{tried[0]} to {tried[-1]} segments" if len(tried) > 1 else count(choice.k, "segment")
    if choice.compared:
        span += f", and {len(choice.compared)} methods"
    tested = []
    if choice.keep is not None:
        tested.append(f"{choice.keep.draws} re-draws of {choice.keep.drawn:,} customers")
    if choice.gaps is not None:
        kinds = len(choice.gaps.nulls)
        tested.append(f"and {choice.gaps.draws * kinds} structureless sets of {choice.gaps.drawn:,}")
    found = [News("Tried", (span,), choice.caveats)]
    return (*found, News("Tested", tuple(tested), seconds=seconds)) if tested else tuple(found)
