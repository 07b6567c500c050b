"""Letters that go on and are never used twice; events with their figures, and in words."""

from dataclasses import replace

import numpy as np

from segmentry.continuity import (
    Event,
    Flow,
    Tag,
    agreement_words,
    by_centres,
    by_customers,
    carry_on,
    event_words,
    tell,
)
from segmentry.describe import Segment


def segment(letter: str, name: str) -> Segment:
    """Make a segment of which only the letter and the name matter."""
    return Segment(letter, name, "", "", 10, 0.5, None, None, None, (), None, (), (), None)


AB = (segment("A", "Regulars"), segment("B", "Sleepers"))


def test_kept_segments_keep_letter_and_name_wherever_they_stand() -> None:
    """The new first segment continues B, the last one A; the one between is new and takes C."""
    matching = by_customers(np.repeat([0, 1], 30), np.repeat([2, 0, 1], [30, 20, 10]), 2, 3)
    known = [(one.letter, one.name) for one in carry_on(matching, AB, ())]
    assert known == [("B", "Sleepers"), ("C", None), ("A", "Regulars")]


def test_a_letter_that_was_used_is_never_given_again() -> None:
    """Retired letters of all runs before are passed over, those of segments that go just now too."""
    matching = by_customers(np.repeat([0, 1], 40), np.repeat([0, 1, 2, 3, 4], 16), 2, 5)
    letters = [one.letter for one in carry_on(matching, AB, ("C", "E"))]
    assert not {"A", "B", "C", "E"} & {one for one, name in zip(letters, letters, strict=True) if name in "CE"}
    assert [one for one in letters if one not in "AB"] == ["D", "F", "G"]


def test_a_letter_that_is_somebodys_name_is_passed_over() -> None:
    """A segment that people called "c" leaves the letter C alone: it would be found under it."""
    named = (AB[0], replace(AB[1], name="c"))
    matching = by_customers(np.zeros(40, dtype=int), np.repeat([0, 1], [30, 10]), 2, 2)
    assert [one.letter for one in carry_on(matching, named, ())] == ["A", "D"]


def test_events_carry_their_figures() -> None:
    """A of 100 splits in 60 and 40, B of 50 is kept: counts, shares and overlaps are those of the cross-table."""
    matching = by_customers(np.repeat([0, 1], [100, 50]), np.repeat([0, 1, 2], [60, 40, 50]), 2, 3)
    old = [Tag("A", "Regulars"), Tag("B", "Sleepers")]
    new = [Tag("A", "Regulars"), Tag("C", "Fresh"), Tag("B", "Sleepers")]
    kept, _, split = tell(matching, old, new)
    assert (kept.old_customers, kept.new_customers, kept.customers) == (100, 60, 60)
    assert (kept.of_old, kept.of_new, kept.overlap) == (0.6, 1.0, 0.6)
    assert (split.kind, split.old, split.new) == ("split", (old[0],), (new[0], new[1]))
    assert split.flows == (Flow("A", "A", 60, 0.6, 1.0), Flow("A", "C", 40, 0.4, 1.0))
    assert event_words(split) == (
        "A · Regulars split into A · Regulars and C · Fresh: of its 100 customers, 60 are in A and 40 in C"
    )


def test_birth_and_retirement_say_where_from_and_where_to() -> None:
    """The three largest flows of a tenth or more are told; the smaller ones aren't."""
    table = np.array([[80, 0, 0, 0, 4], [0, 80, 0, 0, 9], [0, 0, 80, 0, 10], [0, 0, 0, 80, 8]])
    old, new = (np.repeat(index.ravel(), table.ravel()) for index in np.indices(table.shape))
    tags = [Tag(letter, "n") for letter in "ABCDE"]
    born = tell(by_customers(old, new, 4, 5), tags[:4], tags)[-1]
    gone = tell(by_customers(new, old, 5, 4), tags, tags[:4])[-1]
    assert event_words(born) == "E · n is new: of its 31 customers, 10 come from C, 9 from B and 8 from D"
    assert event_words(gone) == "E · n is retired: of its 31 customers, 10 are in C, 9 in B and 8 in D"
    assert (born.customers, born.of_old, born.of_new) == (0, None, 0.0)


def test_mergers_and_single_parts_in_words() -> None:
    """Two that became one, one that went into another, one that came out of another: each has its sentence."""
    a, b, c = Tag("A", "x"), Tag("B", "y"), Tag("C", "z")
    merged = Event(
        "merged", (a, b), (a,), 100, 100, 100, 1.0, 1.0, 1.0, (Flow("A", "A", 60, 1, 0.6), Flow("B", "A", 40, 1, 0.4))
    )
    assert event_words(merged) == "A · x and B · y became A · x: of its 100 customers, 60 come from A and 40 from B"
    went = replace(merged, old=(b,), new=(c,), old_customers=40, flows=(Flow("B", "C", 30, 0.75, 0.3),))
    assert event_words(went) == "B · y went into C · z: of its 40 customers, 30 are in C"
    out = replace(went, kind="split", new_customers=50)
    assert event_words(out) == "C · z came out of B · y: of its 50 customers, 30 come from B"


def test_centres_are_told_without_customers() -> None:
    """Matched by typical values, a kept segment has its distance and nobody has counts."""
    matching = by_centres(np.array([[0.0], [10.0]]), np.array([[1.0], [40.0]]), np.array([2.0]))
    kept, born, gone = tell(matching, [Tag("A", "x"), Tag("B", "y")], [Tag("A", "x"), Tag("C", "z")])
    assert (kept.distance, kept.customers, kept.flows) == (0.5, None, ())
    assert event_words(kept) == "A · x: typical values 0.50 of everyone's middle half apart"
    assert (event_words(born), event_words(gone)) == ("C · z is new", "B · y is retired")


def test_almost_all_is_not_all() -> None:
    """99.9 of 100 customers are told as 99; only all of them are 100."""
    assert agreement_words(0.999, 1000, "model").startswith("99 of 100")
    assert agreement_words(1.0, 1000, "model").startswith("100 of 100")
