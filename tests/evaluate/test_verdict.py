import pytest

from segmentry.evaluate import (
    CLEAR_MARGIN,
    SENTENCES,
    VERDICTS,
    Gaps,
    NullRange,
    Verdict,
    reaches,
    verdict_on,
    verdict_sentence,
)


@pytest.mark.parametrize(
    ("keep", "worst", "margin", "expected"),
    [
        (0.85, 0.75, CLEAR_MARGIN, "Clear groups"),
        (0.85, 0.75, CLEAR_MARGIN - 1e-6, "Repeatable split"),
        (0.85, 0.75, None, "Repeatable split"),
        (0.84, 0.90, 0.0, "Convenience split"),
        (0.99, 0.74, 0.0, "Convenience split"),
        (0.65, 0.10, None, "Convenience split"),
        (0.64, 0.90, 0.0, "Not dependable"),
        (0.99, 0.74, CLEAR_MARGIN, "Not dependable"),
        (0.10, 0.10, 0.5, "Not dependable"),
    ],
)
def test_the_verdict_follows_from_what_comes_back_and_from_the_margin(
    keep: float, worst: float, margin: float | None, expected: str
) -> None:
    """Each of the four, at its edges; gaps that can't be placed twice alike are not dependable, however wide."""
    assert verdict_on(keep, worst, margin) == expected


def test_gaps_that_do_not_come_back_are_named() -> None:
    """Only there a second sentence says that the data are too few; elsewhere the sentence is the one of the verdict."""
    assert verdict_sentence("Not dependable", CLEAR_MARGIN).endswith("too few to place them twice alike.")
    assert verdict_sentence("Not dependable", 0.0) == SENTENCES["Not dependable"]
    assert verdict_sentence("Clear groups", 0.5) == SENTENCES["Clear groups"]


@pytest.mark.parametrize("place", range(4))
def test_a_verdict_reaches_itself_and_all_below(place: int) -> None:
    """``--require`` asks for a verdict or a better one; no verdict at all reaches none."""
    verdict: Verdict = VERDICTS[place]
    assert [reaches(verdict, required) for required in VERDICTS] == [place <= other for other in range(4)]
    assert not reaches("", verdict)


def test_the_margin_is_taken_over_the_strictest_structureless_data() -> None:
    """By hand: .5 less the largest 95th percentile, .4, whatever the means."""
    gaps = Gaps(0.5, (NullRange("box", 0.39, 0.38), NullRange("gaussian", 0.1, 0.4)), 100, 2000)
    assert gaps.strictest.name == "gaussian"
    assert gaps.margin == pytest.approx(0.1)
