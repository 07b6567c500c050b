"""What an ONNX model says of a customer: a placing put into words."""

from collections.abc import Mapping, Sequence

import numpy as np

from segmentry.export.onnx.graph import INT, REAL, TEXT, YES_NO, Graph, Value
from segmentry.export.onnx.nearness import Placing
from segmentry.model import FITS, SegmentModel
from segmentry.model.inputs import FAIR, TYPICAL

__all__ = ["OUTPUTS", "said"]

OUTPUTS: Mapping[str, tuple[int, str]] = {
    "label": (INT, "the segment's place in metadata 'letters', from 0; -1 for none"),
    "segment": (TEXT, "the segment's letter; blank for none"),
    "name": (TEXT, "the segment's name; blank for none"),
    "second": (TEXT, "the letter of the second choice"),
    "margin": (REAL, "0 on the border to 1; nan where a number was infinite, which no model takes"),
    "fit": (TEXT, "Typical from a margin of .5, Fair from .2, else Borderline"),
    "unlike": (YES_NO, "whether the customer is unlike anyone the model learned from"),
}
"""Every output: its type and what it says."""


def said(graph: Graph, model: SegmentModel, placed: Placing, numbers: Sequence[Value]) -> dict[str, Value]:
    """Put a placing into words, as :meth:`SegmentModel.assign` does.

    Parameters
    ----------
    graph : Graph
        What is added to.
    model : SegmentModel
        Has the letters, the names, and the distances beyond which customers are unlike anyone.
    placed : Placing
        Where customers belong.
    numbers : sequence of Value
        Their numbers, float64 of shape (n,): a customer with an infinite one, whom the model refuses, has no segment.
    """
    segments = model.summary.segments
    nowhere = len(segments)
    label, second, margin = placed.label, placed.second, placed.margin
    # Rounding may leave a customer at her cutoff just beyond it; SegmentModel allows the same.
    cutoffs = np.append(model.cutoffs, -np.inf) * (1 + 1e-9)
    fit = (margin >= FAIR).cast(INT) + (margin >= TYPICAL).cast(INT)
    refused: Value | None = None
    for one in numbers:
        infinite = graph.add("IsInf", one)
        refused = infinite if refused is None else refused | infinite
    if refused is not None:
        label, second = graph.where(refused, -1, label), graph.where(refused, -1, second)
        margin, fit = graph.where(refused, float("nan"), margin), graph.where(refused, len(FITS), fit)
    first = graph.where(label < 0, nowhere, label)
    letters = np.array([*(one.letter for one in segments), ""], dtype=object)
    names = np.array([*(one.name for one in segments), ""], dtype=object)
    unlike = placed.distance > graph.take(cutoffs, first)
    return {
        "label": label,
        "segment": graph.take(letters, first),
        "name": graph.take(names, first),
        "second": graph.take(letters, graph.where(second < 0, nowhere, second)),
        "margin": margin,
        "fit": graph.take(np.array([*FITS, ""], dtype=object), fit),
        "unlike": unlike if refused is None else unlike | refused,
    }
