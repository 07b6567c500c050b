"""What can go wrong, as one tree, and what was done to the data that people should know.

::

    SegmentryError          exit 1: a fault of ours
    ├── UsageError          exit 2: options that contradict each other or name nothing
    ├── DataError           exit 3: the data can't be used
    │   ├── ReadError           a file is no table we can read
    │   ├── ColumnError         a column is missing, or can't be told
    │   ├── AmbiguousError      two readings are possible: the user must say which
    │   └── TooFewError         too few rows or customers for what was asked
    ├── VerdictError        exit 4: the split is not as good as was required
    ├── NotFoundError       exit 6: a run or model isn't there
    │   └── ModelError          a model file is damaged, or of a version we can't read
    └── ServerError         exit 7: a server that was asked for is away, or refuses

Errors are raised in the rooms and caught twice only: by the command line and by the web pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "AmbiguousError",
    "Caveat",
    "ColumnError",
    "DataError",
    "ModelError",
    "NotFoundError",
    "ReadError",
    "SegmentryError",
    "ServerError",
    "TooFewError",
    "UsageError",
    "VerdictError",
    "was_interrupted",
]


class SegmentryError(Exception):
    """Something that stops the work: what is wrong, the evidence, the way out.

    Parameters
    ----------
    what : str
        One sentence without a full stop, in plain words.
    evidence : sequence of str, default ()
        What was seen, a line each.
    way_out : str, default ""
        What to try next: a command, an option, or an edit.

    Examples
    --------
    >>> error = ColumnError("can't tell which column is the customer", ["orders.csv has: a, b"], "--customer a")
    >>> print(error)
    can't tell which column is the customer
      orders.csv has: a, b
      try: --customer a
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, evidence: Sequence[str] = (), way_out: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.evidence = tuple(evidence)
        self.way_out = way_out

    def __str__(self) -> str:
        lines = [self.what, *(f"  {line}" for line in self.evidence)]
        if self.way_out:
            lines.append(f"  try: {self.way_out}")
        return "\n".join(lines)


class UsageError(SegmentryError):
    """Options that contradict each other, or that name nothing we know."""

    exit_code = 2


class DataError(SegmentryError):
    """The data can't be used as they are."""

    exit_code = 3


class ReadError(DataError):
    """A file is empty, or no table that we can read."""


class ColumnError(DataError):
    """A column is missing, or its part in the table can't be told."""


class AmbiguousError(DataError):
    """Two readings of the data are possible, and guessing would be wrong for some people."""


class TooFewError(DataError):
    """Too few rows, customers or distinct customers for what was asked."""


class VerdictError(SegmentryError):
    """A split isn't as good as was required of it; what was found is there all the same."""

    exit_code = 4


class NotFoundError(SegmentryError):
    """A run, a model or a segment of that name isn't there."""

    exit_code = 6


class ModelError(NotFoundError):
    """A model file is damaged, or of a version that this release can't read."""


class ServerError(SegmentryError):
    """A server that was asked for is away, or refuses what was asked."""

    exit_code = 7


@dataclass(frozen=True, slots=True)
class Caveat:
    """Something that was found in the data and dealt with by a stated policy.

    Parameters
    ----------
    code : str
        A short stable name, e.g. ``"returns"``.
    count : int
        How many rows, customers or columns it concerns.
    policy : str
        What was done, in one plain sentence that also names the option that changes it.
    """

    code: str
    count: int
    policy: str


def was_interrupted(error: BaseException) -> bool:
    """Say whether a signal broke off a query: DuckDB then raises an error of its own, not what the handler raised.

    Examples
    --------
    >>> was_interrupted(RuntimeError("Query interrupted")), was_interrupted(RuntimeError("out of range"))
    (True, False)
    """
    return isinstance(error, RuntimeError) and str(error) == "Query interrupted"
