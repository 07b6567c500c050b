"""Does the file say what the model says? Asked of onnxruntime, for customers of the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import SegmentryError
from segmentry.export.onnx.model import input_names
from segmentry.model import SegmentModel
from segmentry.prepare import NumberColumn, level_text

__all__ = ["Proof", "answers", "given", "prove"]

Array = npt.NDArray[Any]

BORDER = 1e-6
"""Below this margin a customer is as near to one segment as to another: rounding may decide."""
MOST = 100_000
"""At most so many customers are asked about, evenly spread over the run."""
PIECE = 20_000
"""Customers asked about at a time."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found.

    Parameters
    ----------
    version : str
        Of onnxruntime.
    checked, customers : int
        Customers who were asked about, of how many the run has.
    on_a_border : int
        Those of them whose margin is below 1e-6; they don't count.
    elsewhere : int
        Those on a border whom the file puts elsewhere.
    apart : float
        The largest difference of a margin.
    """

    version: str
    checked: int
    customers: int
    on_a_border: int
    elsewhere: int
    apart: float

    def words(self) -> str:
        """Say it in one line.

        Examples
        --------
        >>> Proof("1.31.1", 4338, 4338, 0, 0, 0.0).words()
        'checked with onnxruntime 1.31.1: the same segment for all 4,338 customers of the run'
        >>> Proof("1.31.1", 4338, 4338, 2, 1, 0.0).words()
        'checked with onnxruntime 1.31.1: the same segment for all 4,338 customers of the run, apart from 2 on a border,
        of whom it puts 1 elsewhere'
        """
        whom = f"all {self.customers:,} customers of the run"
        if self.checked < self.customers:
            whom = f"{self.checked:,} customers, evenly spread over the {self.customers:,} of the run"
        border = ""
        if self.on_a_border:
            border = f", apart from {self.on_a_border:,} on a border, of whom it puts {self.elsewhere:,} elsewhere"
        return f"checked with onnxruntime {self.version}: the same segment for {whom}{border}"


def prove(model: SegmentModel, content: bytes, table: pd.DataFrame) -> Proof:
    """Compare the file's answers with the model's.

    Parameters
    ----------
    model : SegmentModel
        What the file was made of.
    content : bytes
        The file.
    table : pandas.DataFrame
        One row a customer with a column per input.

    Raises
    ------
    SegmentryError
        A customer who is on no border gets another segment.
    ModuleNotFoundError
        onnxruntime isn't installed.
    """
    # Not needed to write a file, and not everybody has it.
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    rows = np.arange(len(table))
    if len(table) > MOST:
        rows = np.unique(np.linspace(0, len(table) - 1, MOST).round().astype(np.intp))
    border = elsewhere = 0
    apart = 0.0
    for start in range(0, len(rows), PIECE):
        some = table.iloc[rows[start : start + PIECE]]
        found, wanted = answers(session, given(model, some)), model.assign(some)
        segments = wanted["segment"].to_numpy(dtype=object)
        # Who belongs nowhere has no margin, and is on no border for that.
        near = (wanted["margin"].to_numpy() < BORDER) & (segments != "")
        differs = found["segment"] != segments
        if (differs & ~near).any():
            number = int((differs & ~near).sum())
            raise SegmentryError(
                f"the ONNX file would give {number:,} of {len(some):,} customers another segment than the model does",
                [f"onnxruntime {onnxruntime.__version__}; nothing was written"],
                "another release of onnxruntime, or segmentry score, which runs the model itself",
            )
        border, elsewhere = border + int(near.sum()), elsewhere + int(differs.sum())
        apart = max(apart, float(np.abs(found["margin"] - wanted["margin"].to_numpy()).max(initial=0.0)))
    return Proof(onnxruntime.__version__, len(rows), len(table), border, elsewhere, apart)


def given(model: SegmentModel, table: pd.DataFrame) -> dict[str, Array]:
    """Give a table as an ONNX model takes it: a column of shape (n, 1) for each input.

    Parameters
    ----------
    model : SegmentModel
        Says which inputs.
    table : pandas.DataFrame
        Blanks become nan or "", levels the texts that files have for them.
    """
    names = input_names([column.name for column in model.preparer.columns])
    found: dict[str, Array] = {}
    for column in model.preparer.columns:
        raw = table[column.name]
        if isinstance(column, NumberColumn):
            found[names[column.name]] = raw.to_numpy(dtype=np.float64, na_value=np.nan).reshape(-1, 1)
            continue
        codes, levels = pd.factorize(raw)
        texts = np.array([*(level_text(level) for level in levels), ""], dtype=object)
        found[names[column.name]] = texts[codes].reshape(-1, 1)
    return found


def answers(session: Any, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Run a session and give its answers by name."""
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(inputs)), strict=True))
