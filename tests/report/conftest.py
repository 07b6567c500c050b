"""What tests of the report share."""

import pytest


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no chart be drawn, as where the extra "look" isn't installed."""
    for module in ("figure", "method", "portraits"):
        monkeypatch.setattr(f"segmentry.report.{module}.drawable", lambda: False)
