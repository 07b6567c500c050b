"""What became of a segment since the run before is the same in the report, the workbook and Power BI."""

from dataclasses import replace

from segmentry.continuity import Event, Identity, Tag
from segmentry.export.power_bi.segments import segments
from segmentry.export.workbook.overview import _since
from segmentry.markup.ledger import ledger
from segmentry.workspace import Run


def test_a_segment_that_goes_on_says_what_it_lost_to_a_split(amber: Run) -> None:
    """Half of it left for a new one: it is 15 of 40 smaller, and doesn't come "from" itself."""
    big, rare = Tag("A", "Big"), Tag("B", "Rare")
    kept = Event("kept", (big,), (big,), 40, 25, 25, 0.6, 1.0, 0.6, ())
    split = replace(kept, kind="split", new=(big, rare), new_customers=40)
    summary = replace(amber.summary, identity=Identity("june", "model", 40, 0.6, (kept, split), ()))
    assert _since(summary) == {"A": -15, "B": "from A"}
    rows = segments(summary).rows
    assert rows["Since last run"].tolist() == ["goes on", "from A"]
    assert rows["Compared now"].tolist()[0] - rows["Compared then"].tolist()[0] == -15
    shown = str(ledger(summary))
    assert "-15 " in shown
    assert shown.count("from A") == 1
