"""Scores files at a batch endpoint: order logs or customer tables in, a table of their customers' segments out.

Azure calls ``init`` once in each worker and ``run`` with the paths of some files. A customer table is scored by itself.
The files of an order log belong together, since a customer's orders may lie in several: they are read as one.
"""

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from segmentry.errors import UsageError
from segmentry.model import SegmentModel
from segmentry.score import score_file

__all__ = ["init", "run"]

AS_OF = "SEGMENTRY_AS_OF"
"""The variable that says on which day customers are looked at: a date, or ``today``."""
_model: list[SegmentModel] = []


def init() -> None:
    """Read the model from where Azure put it, once."""
    file = next(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("*.segmentry"))
    _model[:] = [SegmentModel.load(file)]


def run(mini_batch: Sequence[str]) -> list[str]:
    """Score some files, and say a line for each.

    Parameters
    ----------
    mini_batch : sequence of str
        Paths of CSV, Excel, Parquet or JSON-lines files.
    """
    model = _model[0]
    if model.built_from == "orders":
        return _scored(model, sorted(mini_batch), _as_of())
    return [line for path in mini_batch for line in _scored(model, [path], None)]


def _scored(model: SegmentModel, paths: Sequence[str], as_of: date | None) -> list[str]:
    # Two files of one name in two folders must not share their answer.
    marked = hashlib.sha256("\n".join(paths).encode()).hexdigest()[:8]
    out = Path(os.environ["AZUREML_BI_OUTPUT_PATH"]) / f"{Path(paths[0]).stem}-{marked}.segments.csv"
    found = score_file(model, list(paths), out, as_of=as_of)
    rows = found.loaded.rows
    day = f" as of {as_of}" if as_of is not None else ""
    told = f"{found.count:,} customers{day} in {out.name}, from {rows.loaded:,} of {rows.read:,} rows"
    return [f"{Path(path).name}: {told}" for path in paths]


def _as_of() -> date:
    said = os.environ.get(AS_OF, "").strip()
    if said == "today":
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise UsageError(f"{AS_OF} is no day", [repr(said)[:100]], f"{AS_OF}=2026-06-30 or today") from error
