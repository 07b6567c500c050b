"""Profiles as a table, and how model and run show themselves."""

import pandas as pd
import pytest

from segmentry import Segmentation, segment


@pytest.fixture(scope="module")
def found() -> Segmentation:
    """Give two segments with a measure called as a script."""
    table = pd.DataFrame({"<script>x</script>": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    return segment(table, segments=2, rebuilds=10)


def test_profiles_are_a_table_of_segments_and_measures(found: Segmentation) -> None:
    """One row per segment and measure, with the figures that the summary has."""
    frame = found.profiles().to_frame()
    assert len(frame) == 4
    row = frame[(frame["segment"] == "B") & (frame["measure"] == "visits")].iloc[0]
    assert (row["typical"], row["low"], row["high"], row["delta"]) == (9, 8, 9, 1)
    assert frame["counts"].all()
    assert found.model.profiles() == found.profiles()


def test_faces_escape_what_people_called_their_columns(found: Segmentation) -> None:
    """A column's name is text in every face."""
    for face in (found._repr_html_(), found.model._repr_html_(), found.profiles()._repr_html_()):
        assert "<script" not in face
        assert face.startswith('<div class="segmentry">')
    assert "&lt;script&gt;" in found.profiles()._repr_html_()


def test_in_a_terminal_they_are_one_line(found: Segmentation) -> None:
    """A prompt shows what was found, not every row of every table."""
    assert repr(found).startswith("Segmentation: 30 customers · 2 segments")
    assert repr(found.model).startswith("SegmentModel: 30 customers · 2 segments")
    assert repr(found.profiles()) == "Profiles: 2 segments by 2 measures"


def test_a_single_segment_shows_itself_too() -> None:
    """Without a split there is no keep rate, and nothing breaks."""
    one = segment(pd.DataFrame({"visits": [1, 2, 3, 9, 8, 9] * 5}), segments=1, rebuilds=2)
    assert "All 30 customers form one segment" in one._repr_html_()
    assert "The segment" in one.profiles()._repr_html_()
