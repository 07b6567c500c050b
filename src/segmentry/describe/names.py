"""What each segment is called, the sentence that defines it, and what to do with it.

A name comes from the playbook, where an entry's conditions are true on the printed profile. Otherwise it is made from
the measures that form segments: "low" and "high" only where the difference counts and the typical value ranks in the
lower or upper 35 of 100; "fairly low" and "fairly high" where it counts but ranks between; "typical" where it ranks
between and doesn't count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from segmentry.describe.playbook import Advice, Entry, Playbook
from segmentry.describe.segments import Action, Known, Trait
from segmentry.describe.words import Voice, clean, fill, join, percent

__all__ = ["Facts", "Named", "name_segments"]

LOW, HIGH = 35.0, 65.0
"""The ranks up to which a typical value is called low, and from which it is called high."""

SAID = 3
"""Measures that a generated name speaks of; the strongest where more form segments."""

MOSTLY = 0.5
"""The share from which a level is said to be what a segment mostly is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What names and sentences of one segment may rest on.

    Parameters
    ----------
    letter : str
        The segment's letter.
    traits : tuple of Trait
        Strongest difference first.
    figures : mapping of str to str
        The segment's own figures in words: ``customers``, ``share``, and ``revenue``, ``revenue_share``, ``at_stake``
        where they are known.
    """

    letter: str
    traits: tuple[Trait, ...]
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A segment's name, sentence and actions; and the name that it would get, where it keeps another."""

    name: str
    sentence: str
    actions: tuple[Action, ...]
    also_known_as: str = ""


def name_segments(
    segments: Sequence[Facts],
    order: Sequence[str],
    playbook: Playbook,
    voice: Voice,
    *,
    given: Sequence[str] = (),
    known: Sequence[Known] = (),
) -> tuple[Named, ...]:
    """Name all segments, no two alike.

    Where one entry of the playbook fits several segments, entries are given out so that as many segments as possible
    get one, the earlier entries first; who goes without is named by the measures. Names that come out equal get a
    figure that tells them apart. Where no measure that forms segments sets any of them apart, no name claims a
    behaviour.

    Parameters
    ----------
    segments : sequence of Facts
        In the order in which they are shown.
    order : sequence of str
        The measures that form segments, in the order of the table.
    playbook : Playbook
        The entries.
    voice : Voice
        Writes the figures.
    given : sequence of str, default ()
        Names that the method brings, which go before those of the playbook and the measures.
    known : sequence of Known, default ()
        The name that a segment keeps whatever its figures say today; no two alike. What is kept is given to nobody
        else. Empty: nobody keeps one.
    """
    known = known or [Known(facts.letter, None) for facts in segments]
    kept = [one.name for one in known]
    different = any(trait.counts and trait.forms for facts in segments for trait in facts.traits)
    figures = [_figures(facts, voice) for facts in segments]
    entries = _give_out(segments, figures, playbook.entries if different else (), voice, known)
    names, sentences, actions = [], [], []
    for facts, own, entry in zip(segments, figures, entries, strict=True):
        spoken = _spoken(facts, order)
        if entry:
            name, sentence, advice = entry.name, fill(entry.sentence, own) or "", entry.advice
        elif different:
            name, sentence = _generated(facts, spoken, voice), _sentence(spoken, facts, voice, "")
            advice = playbook.otherwise if "differences" in own else playbook.middle
        else:
            alone = len(segments) == 1
            name = "All customers" if alone else _generated(facts, (), voice)
            lead = "" if alone else "No measure sets these customers apart from the others."
            sentence, advice = _sentence(spoken, facts, voice, lead), () if alone else playbook.alike
        names.append(name)
        sentences.append(sentence)
        actions.append(_actions(advice, own))
    names[: len(given)] = given
    told = _apart([own or name for own, name in zip(kept, names, strict=True)], segments, order, voice, kept)
    today = _apart(names, segments, order, voice, [None] * len(segments))
    also = list(map(_otherwise, kept, names, today))
    return tuple(map(Named, told, sentences, actions, also))


def _otherwise(kept: str | None, plain: str, told: str) -> str:
    """Give the name that today's figures would give, where it isn't the one that is kept, or that with a figure."""
    if kept is None or kept in (plain, told) or kept.startswith((f"{plain} (", f"{plain} [")):
        return ""
    return told


def _figures(facts: Facts, voice: Voice) -> dict[str, str]:
    """Give every figure that a template may quote; the segment's own figures win over a column of the same name."""
    figures: dict[str, str] = {}
    for trait in facts.traits:
        if trait.kind != "number" or not _fits(trait, voice):
            continue
        kinds = {"": trait.typical, ".everyone": trait.everyone, ".low": trait.low, ".high": trait.high}
        for suffix, value in kinds.items():
            if value is not None:
                figures[trait.measure + suffix] = voice.quantity(value, trait.unit)
        if trait.rank is not None:
            figures[trait.measure + ".rank"] = f"{trait.rank:.0f}"
    near = [trait for trait in facts.traits if trait.forms and _level(trait) == "typical"]
    for name, traits in (("differences", _clearest(facts, excess=False)), ("middle", near)):
        if traits:
            figures[name] = "; ".join(_against(trait, voice) for trait in traits[:SAID])
    return {**figures, **facts.figures}


def _fits(trait: Trait, voice: Voice) -> bool:
    """Say whether a column that is named like a measure of orders is one: its unit tells."""
    return voice.words(trait.measure, trait.unit) is not None or not voice.known(trait.measure)


def _give_out(
    segments: Sequence[Facts],
    figures: Sequence[Mapping[str, str]],
    entries: Sequence[Entry],
    voice: Voice,
    known: Sequence[Known],
) -> list[Entry | None]:
    """Assign entries to segments: as many segments as possible, then the earliest entries (Hungarian method).

    Whoever keeps the name of an entry comes first for it, and who is to be named doesn't get it.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - placing a customer needs none of it

    taken = frozenset[str]().union(*(one.own for one in known))
    never = 1e6
    costs = np.full((len(segments), len(entries) + len(segments)), never)
    costs[:, len(entries) :] = 1e3
    for row, (facts, own) in enumerate(zip(segments, figures, strict=True)):
        traits = {trait.measure: trait for trait in facts.traits if trait.kind == "number" and _fits(trait, voice)}
        for column, entry in enumerate(entries):
            if entry.holds(traits) and fill(entry.sentence, own) is not None:
                # Of assignments with equal sums, the last term takes the one that keeps letters and entries in step.
                costs[row, column] = column / len(entries) - 1e-6 * row * column
                if entry.name.casefold() in known[row].own:
                    costs[row, column] = -1.0
                elif known[row].name is None and entry.name.casefold() in taken:
                    costs[row, column] = never
    _, chosen = linear_sum_assignment(costs)
    return [entries[column] if column < len(entries) else None for column in map(int, chosen)]


def _actions(advice: Iterable[Advice], figures: Mapping[str, str]) -> tuple[Action, ...]:
    """Fill in the figures; an action whose figures aren't known is left out."""
    actions = []
    for one in advice:
        text, because = fill(one.text, figures), fill(one.because, figures)
        if text is not None and because is not None:
            actions.append(Action(one.do, text, because))
    return tuple(actions)


def _level(trait: Trait) -> str | None:
    """Say where a number stands, as far as the printed figures bear it out; None where they don't."""
    if trait.rank is None:
        return None
    if trait.typical == trait.everyone:
        # Ties: the difference lies elsewhere than in the typical value, so neither high nor low would be true of it.
        return None if trait.counts else "typical"
    between = LOW < trait.rank < HIGH
    if not trait.counts:
        return "typical" if between else None
    if (trait.delta > 0) != (trait.rank > 50):
        return None
    return ("fairly " if between else "") + ("high" if trait.delta > 0 else "low")


def _clearest(facts: Facts, *, excess: bool) -> list[Trait]:
    """List the differences that count and can be said, strongest first, one level of each category.

    ``excess`` leaves out levels that the segment has less than others: a name says what somebody is.
    """
    apart: dict[str, Trait] = {}
    for trait in sorted(facts.traits, key=lambda trait: (-round(abs(trait.delta), 9), trait.delta < 0)):
        sayable = _level(trait) is not None if trait.kind == "number" else trait.delta > 0 or not excess
        if trait.forms and trait.counts and sayable:
            apart.setdefault(trait.measure, trait)
    return list(apart.values())


def _spoken(facts: Facts, order: Sequence[str]) -> list[Trait]:
    """Choose what a generated name and sentence speak of, in the order of the columns.

    What sets the segment apart; and the other numbers too where few measures form segments or nothing sets it apart.
    """
    chosen = _clearest(facts, excess=True)
    if len(order) <= SAID or not chosen:
        others = [
            trait for trait in facts.traits if trait.forms and trait.kind == "number" and trait.typical is not None
        ]
        others.sort(key=lambda trait: _level(trait) is None)
        chosen = list({trait.measure: trait for trait in [*chosen, *others]}.values())
    return sorted(chosen[:SAID], key=lambda trait: order.index(trait.measure))


def _generated(facts: Facts, spoken: Sequence[Trait], voice: Voice) -> str:
    """Make a name from the measures that form segments."""
    parts, typical = [], []
    for trait in spoken:
        level = _level(trait)
        noun = voice.noun(trait.measure, trait.label, trait.unit)
        words = voice.words(trait.measure, trait.unit)
        if trait.kind != "number":
            more = "mostly" if (trait.typical or 0) >= MOSTLY else "more often"
            parts.append(f"{clean(trait.label)} {more} {clean(trait.level)}")
        elif level == "typical":
            typical.append(noun)
        elif level:
            said = f"{level} {noun}"
            if words is not None:
                said = level.replace("high", words.high) if "high" in level else level.replace("low", words.low)
            # Only our own word is capitalised: a column keeps the letters that people gave it.
            parts.append(said if parts else said[0].upper() + said[1:])
    forming = [trait for trait in facts.traits if trait.forms]
    if not parts and len(typical) > 2 and all(_level(trait) == "typical" for trait in forming):
        return "Typical customers"  # the sentence lists the measures, which would make a name of two lines
    if typical:
        parts.append(f"{'typical' if parts else 'Typical'} {join(typical)}")
    return ", ".join(parts) or f"{facts.figures['share']} of customers, no clear difference"


def _apart(
    names: Sequence[str], segments: Sequence[Facts], order: Sequence[str], voice: Voice, kept: Sequence[str | None]
) -> list[str]:
    """Tell equal names apart by the figure that differs most between them, or else by the letter; not those kept."""
    told = list(names)
    for name in dict.fromkeys(names):
        same = [number for number, other in enumerate(names) if other.casefold() == name.casefold()]
        if len(same) > 1 and told[same[0]] == names[same[0]]:
            for number, figure in zip(same, _telling([segments[number] for number in same], order, voice), strict=True):
                told[number] = kept[number] or f"{names[number]} ({figure})"
    taken = [name.casefold() for name in told]
    return [
        name if own or taken.count(name.casefold()) == 1 else f"{name} [{facts.letter}]"
        for name, own, facts in zip(told, kept, segments, strict=True)
    ]


def _telling(segments: Sequence[Facts], order: Sequence[str], voice: Voice) -> list[str]:
    """Give each segment a figure of the one measure in which they lie furthest apart; their letters if none differs."""
    best: tuple[float, list[str]] = (0.0, [facts.letter for facts in segments])
    for measure in order:
        traits = [
            next((t for t in facts.traits if t.measure == measure and t.kind == "number"), None) for facts in segments
        ]
        if any(trait is None or trait.rank is None for trait in traits):
            continue
        known = [trait for trait in traits if trait is not None]
        ranks = sorted(trait.rank or 0.0 for trait in known)
        texts = [_figure(trait, trait.typical or 0.0, voice) for trait in known]
        spread = min(later - earlier for earlier, later in pairwise(ranks))
        if len(set(texts)) == len(texts) and spread > best[0]:
            best = (spread, texts)
    return best[1]


def _figure(trait: Trait, value: float, voice: Voice) -> str:
    """Say one figure of a trait: "9 days since the last order", "Annual Income (k$) 25", "82% Gender Female"."""
    if trait.kind != "number":
        return f"{percent(value)} {clean(trait.label)} {clean(trait.level)}"
    quantity = voice.quantity(value, trait.unit)
    words = voice.words(trait.measure, trait.unit)
    if words is None:
        return f"{clean(trait.label)} {quantity}"
    return fill(words.figure, {"value": quantity}) or quantity


def _against(trait: Trait, voice: Voice) -> str:
    """Say a figure beside the same among all customers."""
    everyone = percent(trait.everyone or 0.0)
    if trait.kind == "number":
        everyone = voice.quantity(trait.everyone or 0.0, trait.unit)
    return f"{_figure(trait, trait.typical or 0.0, voice)} (all customers: {everyone})"


def _sentence(spoken: Sequence[Trait], facts: Facts, voice: Voice, lead: str) -> str:
    """Define a segment by its figures.

    ``lead`` is said first where nothing sets the segment apart; "" otherwise.
    """
    ours = [trait for trait in spoken if trait.kind == "number" and voice.words(trait.measure, trait.unit)]
    theirs = [trait for trait in spoken if trait.kind == "number" and trait not in ours]
    shares = [trait for trait in spoken if trait.kind != "number"]
    said = [lead] if lead else []
    if ours:
        own = ", ".join(_figure(trait, trait.typical or 0.0, voice) for trait in ours)
        everyone = ", ".join(voice.quantity(trait.everyone or 0.0, trait.unit) for trait in ours)
        said.append(f"Typically {own}; all customers: {everyone}.")
    if theirs:
        own = join([_having(trait, voice, first=trait is theirs[0]) for trait in theirs])
        everyone = join([voice.quantity(trait.everyone or 0.0, trait.unit) for trait in theirs])
        said.append(f"Customers with {own}; all customers: {everyone}.")
    said.extend(f"{_against(trait, voice)}." for trait in shares)
    return " ".join(said) or f"Customers: {facts.figures['customers']}, {facts.figures['share']} of all."


def _having(trait: Trait, voice: Voice, *, first: bool) -> str:
    """Say "a typical Annual Income (k$) of 25", and "a Spending Score (1-100) of 21" from the second on."""
    label = clean(trait.label)
    article = "a typical" if first else "an" if label[:1].casefold() in {"a", "e", "i", "o", "u"} else "a"
    return f"{article} {label} of {voice.quantity(trait.typical or 0.0, trait.unit)}"
