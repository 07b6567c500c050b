"""Options that commands share."""

from pathlib import Path

import pytest

from segmentry.cli.options import keep_apart
from segmentry.errors import UsageError


def test_nothing_that_is_read_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the file is named; patterns and names of runs are no files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text("a")
    (tmp_path / "link.csv").symlink_to("orders.csv")
    for out in ("orders.csv", "./orders.csv", "link.csv", str(tmp_path / "orders.csv")):
        with pytest.raises(UsageError, match="is what is read"):
            keep_apart(Path(out), "amber", "*.csv", "orders.csv")
    keep_apart(Path("scored.csv"), "amber", "*.csv", "orders.csv")
