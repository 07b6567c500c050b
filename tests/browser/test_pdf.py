"""The report on paper, by a real browser."""

import re

import pytest

from segmentry import report
from segmentry.export.pdf import pdf
from segmentry.summary import RunSummary


@pytest.mark.browser
def test_a_report_is_printed_with_a_page_a_segment(summary: RunSummary) -> None:
    """Page one, the ledger's page, one for each segment, and what follows: a PDF with text and no script."""
    printed = pdf(report.html(summary))
    assert printed.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))
    assert pages >= 2 + len(summary.segments)
    assert b"/JavaScript" not in printed
