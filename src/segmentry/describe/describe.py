"""Segments in words: the room's one entry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from segmentry.data import Orders
from segmentry.describe.distributions import Distribution, distribution, measured
from segmentry.describe.names import Facts, name_segments
from segmentry.describe.offers import find_offers
from segmentry.describe.options import DescribeOptions
from segmentry.describe.playbook import load_playbook
from segmentry.describe.profile import Split, profile
from segmentry.describe.rules import find_rules
from segmentry.describe.segments import Known, Segment, StartWith, Trait
from segmentry.describe.stake import Stake, find_stakes, start_with
from segmentry.describe.words import Voice, percent, rounded
from segmentry.errors import Caveat
from segmentry.evaluate import KeepRate
from segmentry.features import Measure, Measures

__all__ = ["Described", "describe", "letter"]

Labels = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

DEFAULT = DescribeOptions()

UNNAMED = "The split is not dependable, so this segment has no name and nothing is suggested for it."


@dataclass(frozen=True, slots=True)
class Described:
    """All that is said of a split.

    Parameters
    ----------
    segments : tuple of Segment
        In the order of their labels, which need not be that of their letters.
    start_with : StartWith or None
        None where there is one segment, or neither orders nor money.
    caveats : tuple of Caveat
        What people should know about the words: ``"no-differences"`` where nothing sets segments apart.
    distributions : tuple of Distribution
        Of each number, the forming ones first.
    """

    segments: tuple[Segment, ...]
    start_with: StartWith | None
    caveats: tuple[Caveat, ...]
    distributions: tuple[Distribution, ...]


def letter(segment: int) -> str:
    """Give the letter of a segment: A to Z, then AA, AB and so on.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    first, last = divmod(segment, 26)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)


def describe(
    measures: Measures,
    labels: Labels,
    keep: KeepRate | None,
    evaluated: npt.NDArray[np.intp],
    rebuilt: npt.NDArray[np.int16],
    orders: Orders | None,
    options: DescribeOptions = DEFAULT,
    *,
    names: Sequence[str] = (),
    across: Sequence[float | None] = (),
    dependable: bool = True,
    known: Sequence[Known] = (),
) -> Described:
    """Describe every segment: profile, rule, name, sentence, actions, offers, and what is at stake.

    Parameters
    ----------
    measures : Measures
        One row a customer.
    labels : numpy.ndarray of int32, shape (n,)
        The segment of each row; segment 0 becomes A, unless ``known`` says otherwise. Who belongs to none has -1, and
        counts among everyone.
    keep : KeepRate or None
        None where there is one segment only.
    evaluated : numpy.ndarray of intp, shape (m,)
        Rows that were assigned again in every rebuild.
    rebuilt : numpy.ndarray of int16, shape (draws, m)
        Their matched segments in each rebuild, below 0 where there is none. Without draws no difference counts.
    orders : Orders or None
        The order lines, for offers.
    options : DescribeOptions
        Playbook, currency and seed.
    names : sequence of str, default ()
        The segments' names where the method brings them, no two alike; sentences and actions come from the playbook all
        the same. Empty leaves names to the playbook too.
    across : sequence of (float or None), default ()
        Per segment, how much of it was one segment in the next coarser split.
    dependable : bool, default True
        False takes names, actions and the segment to begin with away: what does not come back claims nothing.
    known : sequence of Known, default ()
        Each segment's letter, and the name that it keeps. Empty gives letters from A, and new names.

    Raises
    ------
    UsageError
        If the person's own playbook can't be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from segmentry.features import Measure
    >>> table = pd.DataFrame({"customer_id": list("abcdef"), "visits": [1.0, 2.0, 3.0, 11.0, 12.0, 13.0]})
    >>> visits = Measure("visits", "Visits", "number", "forms")
    >>> measures = Measures(table, (visits,), None, None, None, 0, ())
    >>> labels = np.array([1, 1, 1, 0, 0, 0], dtype=np.int32)
    >>> again = np.array([[1, 1, 1, 0, 0, 0]] * 20, dtype=np.int16)
    >>> described = describe(measures, labels, None, np.arange(6), again, None)
    >>> described.segments[0].name, described.segments[0].sentence
    ('High Visits', 'Customers with a typical Visits of 12; all customers: 7.')
    >>> described.segments[0].rule.text
    'Visits over 7'
    """
    playbook = load_playbook(options.playbook)
    voice = Voice(options.currency)
    # Who belongs nowhere is described like a segment of its own, which is then left out.
    k = int(labels.max()) + 1
    labels = np.where(labels < 0, k, labels).astype(np.int32)
    split = Split.of(labels, evaluated, rebuilt)
    traits, distributions = _profiled(measures, split, k)
    stakes = find_stakes(measures, labels, split.k)
    sizes = np.bincount(labels, minlength=split.k)
    revenues, shares = _revenues(measures, labels, split.k)
    known = known or [Known(letter(segment), None) for segment in range(k)]
    found = zip(known, traits, sizes.tolist(), revenues, shares, stakes or [None] * split.k, strict=False)
    facts = [
        Facts(one.letter, own, _figures(size, len(labels), revenue, share, stake, voice))
        for one, own, size, revenue, share, stake in found
    ]
    named = name_segments(
        facts, [measure.name for measure in measures.forming], playbook, voice, given=names, known=known
    )
    if not dependable:
        named = tuple(
            replace(own, name=f"Segment {one.letter}", sentence=UNNAMED, actions=(), also_known_as="")
            for own, one in zip(named, known, strict=True)
        )
    rules = find_rules(measures, labels, voice, options.seed)
    offers = find_offers(measures, labels, orders)
    segments = tuple(
        Segment(
            letter=known[segment].letter,
            name=named[segment].name,
            also_known_as=named[segment].also_known_as,
            sentence=named[segment].sentence,
            customers=int(sizes[segment]),
            share=float(sizes[segment] / len(labels)),
            revenue=revenues[segment],
            revenue_share=shares[segment],
            keeps=keep.segments[segment] if keep else None,
            traits=traits[segment],
            rule=rules[segment],
            actions=named[segment].actions,
            offers=offers[segment],
            at_stake=stakes[segment].amount if stakes else None,
            jaccard=keep.jaccards[segment] if keep and keep.jaccards else None,
            across=across[segment] if across else None,
        )
        for segment in range(k)
    )
    first = None
    if dependable:
        first = start_with(
            [(one.letter, one.name) for one in segments],
            [one.share for one in segments],
            stakes[:k] if stakes else stakes,
            shares[:k],
            voice,
        )
    return Described(segments, first, _caveats(traits[:k]), distributions)


def _profiled(
    measures: Measures, split: Split, k: int
) -> tuple[tuple[tuple[Trait, ...], ...], tuple[Distribution, ...]]:
    """Give the traits of each segment, and how each number is distributed over the first k of them."""
    shapes: dict[str, Distribution | None] = dict.fromkeys(measured(measures))

    def look(measure: Measure, everyone: Floats, own: Sequence[Floats]) -> None:
        if measure.name in shapes:
            shapes[measure.name] = distribution(measure, everyone, own[:k])

    return profile(measures, split, look), tuple(shape for shape in shapes.values() if shape is not None)


def _revenues(measures: Measures, labels: Labels, k: int) -> tuple[list[float | None], list[float | None]]:
    """Sum each segment's spend, and its share of everyone's; None without money, or where all of it is not above 0."""
    if measures.spend is None:
        return [None] * k, [None] * k
    spend = np.nan_to_num(np.asarray(measures.table[measures.spend], dtype=np.float64), nan=0.0)
    sums = np.bincount(labels, spend, k)
    total = float(spend.sum())
    return [float(one) for one in sums], [float(one / total) if total > 0 else None for one in sums]


def _figures(
    customers: int, everyone: int, revenue: float | None, share: float | None, stake: Stake | None, voice: Voice
) -> dict[str, str]:
    """Give the segment's own figures in words, as far as they are known."""
    figures = {"customers": f"{customers:,}", "share": percent(customers / everyone)}
    if revenue is not None:
        figures["revenue"] = voice.quantity(revenue, "money")
    if share is not None:
        figures["revenue_share"] = percent(share)
    if stake is not None:
        figures["at_stake"] = voice.quantity(rounded(stake.amount, 3), "money")
    return figures


def _caveats(traits: Sequence[Sequence[Trait]]) -> tuple[Caveat, ...]:
    """Say where segments are named by their size alone."""
    if len(traits) < 2 or any(trait.counts and trait.forms for own in traits for trait in own):
        return ()
    policy = (
        "no measure sets any segment apart, so names claim no behaviour; "
        "--segments or --measures may find a better split"
    )
    return (Caveat("no-differences", len(traits), policy),)
