"""Writing a graph of standard operators as if it were arithmetic: every operation on a value adds a node."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

__all__ = ["INT", "ML", "OPSET", "REAL", "TEXT", "YES_NO", "Graph", "Value", "info"]

OPSET = 17
"""Of ai.onnx: what onnxruntime has had since 1.12."""
ML = "ai.onnx.ml"
"""The domain that the one operator comes from that looks up texts."""

REAL, INT, TEXT, YES_NO = TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING, TensorProto.BOOL

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor that the graph computes.

    Arithmetic and comparisons add nodes; shapes go together as NumPy's do.

    Parameters
    ----------
    graph : Graph
        What it belongs to.
    name : str
        Its name there.
    """

    graph: "Graph"
    name: str
    # An array on the left leaves the operation to us.
    __array_ufunc__ = None

    def __add__(self, other: Any) -> "Value":
        return self.graph.add("Add", self, other)

    def __radd__(self, other: Any) -> "Value":
        return self.graph.add("Add", other, self)

    def __sub__(self, other: Any) -> "Value":
        return self.graph.add("Sub", self, other)

    def __rsub__(self, other: Any) -> "Value":
        return self.graph.add("Sub", other, self)

    def __mul__(self, other: Any) -> "Value":
        return self.graph.add("Mul", self, other)

    def __truediv__(self, other: Any) -> "Value":
        return self.graph.add("Div", self, other)

    def __rtruediv__(self, other: Any) -> "Value":
        return self.graph.add("Div", other, self)

    def __neg__(self) -> "Value":
        return self.graph.add("Neg", self)

    def __lt__(self, other: Any) -> "Value":
        return self.graph.add("Less", self, other)

    def __gt__(self, other: Any) -> "Value":
        return self.graph.add("Greater", self, other)

    def __le__(self, other: Any) -> "Value":
        return self.graph.add("LessOrEqual", self, other)

    def __ge__(self, other: Any) -> "Value":
        return self.graph.add("GreaterOrEqual", self, other)

    def __and__(self, other: "Value") -> "Value":
        return self.graph.add("And", self, other)

    def __or__(self, other: "Value") -> "Value":
        return self.graph.add("Or", self, other)

    def __invert__(self) -> "Value":
        return self.graph.add("Not", self)

    def same(self, other: Any) -> "Value":
        """Say where it equals the other."""
        return self.graph.add("Equal", self, other)

    def cast(self, to: int) -> "Value":
        """Give it as another type, one of ``REAL``, ``INT`` and onnx's others."""
        return self.graph.add("Cast", self, to=to)

    def reshape(self, *shape: int) -> "Value":
        """Give it in another shape; -1 stands for what is left."""
        return self.graph.add("Reshape", self, np.array(shape, dtype=np.int64))

    def total(self, axis: int) -> "Value":
        """Sum along an axis, which falls away."""
        return self.graph.add("ReduceSum", self, np.array([axis], dtype=np.int64), keepdims=0)

    def least(self, axis: int, *, keep: bool = False) -> "Value":
        """Give the least along an axis, which falls away unless it is to be kept."""
        return self.graph.add("ReduceMin", self, axes=[axis], keepdims=int(keep))

    def most(self, axis: int) -> "Value":
        """Give the greatest along an axis, which falls away."""
        return self.graph.add("ReduceMax", self, axes=[axis], keepdims=0)

    def place_of_least(self, axis: int) -> "Value":
        """Give where the least lies along an axis: of equal ones, the first."""
        return self.graph.add("ArgMin", self, axis=axis, keepdims=0)

    def place_of_most(self, axis: int) -> "Value":
        """Give where the greatest lies along an axis: of equal ones, the first."""
        return self.graph.add("ArgMax", self, axis=axis, keepdims=0)


@dataclass(slots=True)
class Graph:
    """Nodes and constants, in the order in which they were added.

    Parameters
    ----------
    within : str, default ""
        What all names begin with: a graph inside another must not use the other's names.
    """

    within: str = ""
    nodes: list[NodeProto] = field(default_factory=list)
    constants: dict[tuple[str, tuple[int, ...], bytes], tuple[str, Array]] = field(default_factory=dict)
    count: int = 0

    def value(self, name: str) -> Value:
        """Give what comes from outside, by its name."""
        return Value(self, name)

    def constant(self, array: Array) -> Value:
        """Give a constant; equal ones are kept once."""
        key = (
            str(array.dtype),
            array.shape,
            repr(array.tolist()).encode() if array.dtype == object else array.tobytes(),
        )
        if key not in self.constants:
            self.constants[key] = (f"{self.within}constant {len(self.constants) + 1}", array)
        return Value(self, self.constants[key][0])

    def given(self, given: Any) -> Value:
        """Give a value as it is, and anything else as a constant: float64 of a float, int64 of a whole number."""
        if isinstance(given, Value):
            return given
        if isinstance(given, float):
            return self.constant(np.array(given, dtype=np.float64))
        return self.constant(np.array(given, dtype=np.int64) if isinstance(given, int) else np.asarray(given))

    def each(self, op: str, *inputs: Any, outputs: int, domain: str = "", **attributes: Any) -> list[Value]:
        """Add a node that has several outputs."""
        names = [self.given(one).name for one in inputs]
        self.count += 1
        called = f"{self.within}{op} {self.count}"
        made = [called] if outputs == 1 else [f"{called}.{number}" for number in range(1, outputs + 1)]
        self.nodes.append(helper.make_node(op, names, made, name=called, domain=domain, **attributes))
        return [Value(self, name) for name in made]

    def add(self, op: str, *inputs: Any, domain: str = "", **attributes: Any) -> Value:
        """Add a node that has one output."""
        return self.each(op, *inputs, outputs=1, domain=domain, **attributes)[0]

    def where(self, condition: Value, then: Any, otherwise: Any) -> Value:
        """Choose between two."""
        return self.add("Where", condition, then, otherwise)

    def take(self, table: Any, places: Any, axis: int = 0) -> Value:
        """Look places up in a table."""
        return self.add("Gather", table, places, axis=axis)

    def full(self, like: Value, value: float) -> Value:
        """Give one number in the shape of another value."""
        array = np.array([value], dtype=np.int64 if isinstance(value, int) else np.float64)
        return self.add("ConstantOfShape", self.add("Shape", like), value=numpy_helper.from_array(array))

    def stack(self, values: Sequence[Value], axis: int) -> Value:
        """Put values of shape (n,) side by side: along axis 0 they become rows, along axis 1 columns."""
        shape = (1, -1) if axis == 0 else (-1, 1)
        return self.join([value.reshape(*shape) for value in values], axis)

    def join(self, values: Sequence[Value], axis: int) -> Value:
        """Put values one after the other along an axis that they have."""
        return values[0] if len(values) == 1 else self.add("Concat", *values, axis=axis)

    def called(self, value: Value, name: str) -> Self:
        """Give an output its name."""
        self.nodes.append(helper.make_node("Identity", [value.name], [name], name=name))
        return self

    def proto(self, name: str, inputs: Sequence[ValueInfoProto], outputs: Sequence[ValueInfoProto]) -> GraphProto:
        """Give the graph as onnx has it."""
        kept = [_tensor(array, own) for own, array in self.constants.values()]
        return helper.make_graph(self.nodes, name, inputs, outputs, initializer=kept)


def info(name: str, kind: int, shape: Sequence[int | str | None], told: str = "") -> ValueInfoProto:
    """Describe an input or output."""
    return helper.make_tensor_value_info(name, kind, shape, doc_string=told)


def _tensor(array: Array, name: str) -> TensorProto:
    if array.dtype == object:
        texts = [str(text).encode() for text in array.ravel()]
        return TensorProto(name=name, data_type=TEXT, dims=array.shape, string_data=texts)
    return numpy_helper.from_array(np.array(array, order="C"), name)
