"""How one customer's explanation is printed."""

from dataclasses import replace

import pandas as pd
import pytest
from rich.cells import cell_len

from segmentry.cli.explaining import explanation_lines
from segmentry.model import Explanation
from segmentry.segment import segment


@pytest.fixture(scope="module")
def why() -> Explanation:
    """Explain a customer of a table whose column has a long name."""
    table = pd.DataFrame(
        {("visits of all our branches " * 3).strip(): [1.0, 2, 3, 30, 31, 32] * 6, "b": [5.0, 4, 5, 1, 2, 1] * 6}
    )
    return segment(table, segments=2, rebuilds=2).model.explain(dict(zip(table.columns, (4, 5), strict=True)))


def test_lines_fit_and_shares_stand_at_the_right(why: Explanation) -> None:
    """However long a name, no line is wider than 80 columns, and what speaks for the segment has its share."""
    lines = explanation_lines(why, "Sentence. " * 20)
    assert max(map(cell_len, lines)) <= 80
    assert f" Why {why.segment} rather than {why.second}" in lines
    assert sum(line.endswith("%") for line in lines) == sum(reason.share is not None for reason in why.reasons)


def test_what_stands_in_is_named_and_doubts_are_printed(why: Explanation) -> None:
    """A stand-in's share of agreement stands under the heading; who is unlike anyone is marked."""
    doubtful = replace(why, caution="explained by mean points, which agrees for 96 of 100", unlike=True)
    text = "\n".join(explanation_lines(doubtful, ""))
    assert "(explained by mean points, which agrees for 96 of 100)" in text
    assert "Unlike anyone" in text


def test_headings_say_no_more_than_is_known(why: Explanation) -> None:
    """Without a difference of distances nothing is claimed to decide, and without changes or reasons it says so."""
    bare = replace(why, total=None, reasons=tuple(replace(r, contribution=None, share=None) for r in why.reasons))
    assert " Beside what is typical" in explanation_lines(bare, "")
    assert " Why: by scores" in explanation_lines(replace(bare, basis="scores"), "")
    nobody = replace(bare, segment="", name="", reasons=(), changes=())
    lines = explanation_lines(nobody, "")
    assert lines[0] == " In no segment: too far from all of them"
    assert f" The nearest is {why.second}" in lines
    assert " No single measure, changed alone, would move this customer" in lines
