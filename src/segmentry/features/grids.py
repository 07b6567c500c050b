"""RFM grids: segments by scores, as data files that people can read, copy and change.

The form is shown by ``grid-ten.toml`` beside this file. A grid says how each measure is scored and which scores each
segment takes; the first segment that fits has the customer.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import NoReturn, cast, get_args

import numpy as np
import numpy.typing as npt

from segmentry.errors import UsageError
from segmentry.features.scores import Cut, ScoreRule

__all__ = ["GRIDS", "Box", "Grid", "Lint", "Overlap", "lint_grid", "load_grid", "read_grid"]

GRIDS = ("ten", "r-rfm-0.2", "r-rfm-0.3")
"""The grids that come with segmentry."""

MOST_CELLS = 10_000
"""Combinations of scores in a grid."""

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Box:
    """One segment of a grid: the scores that it takes.

    Parameters
    ----------
    name : str
        What it is called.
    scores : tuple of (int, int)
        From and to, both included, a pair a measure.
    """

    name: str
    scores: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Segments by scores.

    Parameters
    ----------
    name : str
        Of the grid, or the path of its file.
    about : str
        What it is, in a sentence.
    rules : tuple of ScoreRule
        How each measure is scored.
    boxes : tuple of Box
        The first that fits has the customer.
    otherwise : str
        The name of those whom no box fits; "" where there is none, and no such customer.

    Examples
    --------
    >>> grid = load_grid("r-rfm-0.2")
    >>> grid.names_of(np.array([[5, 5, 5], [1, 1, 1], [1, 1, 2]])).tolist()
    ['Champions', 'Lost', 'Lost']
    """

    name: str
    about: str
    rules: tuple[ScoreRule, ...]
    boxes: tuple[Box, ...]
    otherwise: str

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that are scored, in order."""
        return tuple(rule.measure for rule in self.rules)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, in order; ``otherwise`` is the last."""
        return (*(box.name for box in self.boxes), *([self.otherwise] if self.otherwise else []))

    @property
    def cells(self) -> npt.NDArray[np.int32]:
        """The place in ``names`` of each combination of scores, shape (levels of each measure); -1 where none fits."""
        cells = np.full([rule.levels for rule in self.rules], len(self.boxes) if self.otherwise else -1, np.int32)
        for number in reversed(range(len(self.boxes))):
            cells[_slices(self.boxes[number])] = number
        return cells

    def place(self, scores: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
        """Find the segment of customers by their scores.

        Parameters
        ----------
        scores : numpy.ndarray of int, shape (n, measures)
            From 1.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Places in ``names``.
        """
        return cast("npt.NDArray[np.int32]", self.cells[tuple(np.asarray(scores).T - 1)])

    def names_of(self, scores: npt.NDArray[np.integer]) -> npt.NDArray[np.object_]:
        """Give the segment's name for customers by their scores, shape (n, measures)."""
        return np.array(self.names, dtype=object)[self.place(scores)]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Scores that two segments of a grid ask for; the earlier one has them."""

    first: str
    later: str
    cells: int


@dataclass(frozen=True, slots=True)
class Lint:
    """What is to be known about a grid.

    Parameters
    ----------
    holes : tuple of tuple of int
        Combinations of scores that no segment asks for, a score a measure; a grid without "otherwise" may have none.
    overlaps : tuple of Overlap
        Pairs of segments that ask for the same scores. It is no fault: the first that fits wins.
    unreachable : tuple of str
        Segments all of whose scores earlier ones have: no customer can ever be in them.
    """

    holes: tuple[tuple[int, ...], ...]
    overlaps: tuple[Overlap, ...]
    unreachable: tuple[str, ...]


def lint_grid(grid: Grid) -> Lint:
    """Look for holes, overlaps and unreachable names.

    Examples
    --------
    >>> found = lint_grid(load_grid("r-rfm-0.2"))
    >>> found.unreachable, len(found.holes), found.holes[0]
    (('New Customers', 'Promising', "Can't Lose Them"), 36, (1, 1, 3))
    >>> lint_grid(load_grid("ten"))
    Lint(holes=(), overlaps=(), unreachable=())
    """
    nobody = len(grid.boxes) if grid.otherwise else -1
    cells = grid.cells
    holes = [tuple(score + 1 for score in cell) for cell in np.argwhere(cells == nobody).tolist()]
    shared = (
        (a.name, b.name, [(max(x[0], y[0]), min(x[1], y[1])) for x, y in zip(a.scores, b.scores, strict=True)])
        for a, b in combinations(grid.boxes, 2)
    )
    overlaps = [
        Overlap(first, later, int(np.prod([high - low + 1 for low, high in spans])))
        for first, later, spans in shared
        if all(low <= high for low, high in spans)
    ]
    unreachable = [box.name for number, box in enumerate(grid.boxes) if not (cells == number).any()]
    return Lint(tuple(holes), tuple(overlaps), tuple(unreachable))


def load_grid(name: str = "ten") -> Grid:
    """Read a grid.

    Parameters
    ----------
    name : str, default "ten"
        One that comes with segmentry (:data:`GRIDS`), or the path of a TOML file.

    Raises
    ------
    UsageError
        There is no such grid or file, or it isn't of the right form: the message names the file, the place and what is
        wrong. Scores that no segment asks for need an ``otherwise``.

    Examples
    --------
    >>> load_grid("ten").measures
    ('recency_days', 'orders')
    """
    if name in GRIDS:
        return read_grid((files("segmentry.features") / f"grid-{name}.toml").read_text(encoding="utf-8"), name)
    try:
        return read_grid(Path(name).read_text(encoding="utf-8"), name)
    except FileNotFoundError as error:
        near = difflib.get_close_matches(name, GRIDS, n=1, cutoff=0.3)
        known = f"there are: {', '.join(GRIDS)}; or the path of a TOML file"
        raise UsageError(f"there is no grid {name!r}", [known], f"--grid {near[0] if near else GRIDS[0]}") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"the grid {name} can't be read", [str(error)], _WAY_OUT) from error


def read_grid(text: str, name: str) -> Grid:
    """Read a grid from its TOML.

    Parameters
    ----------
    text : str
        The file's content.
    name : str
        What messages call it.

    Raises
    ------
    UsageError
        As for :func:`load_grid`.
    """
    check = _Check(name, "the file")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"the grid {name} is not valid TOML", [str(error)], _WAY_OUT) from error
    check.keys(document, required=("scores", "segments"), optional=("about", "otherwise"))
    scores, rows = document["scores"], document["segments"]
    if not isinstance(scores, dict) or not scores:
        check.fail('[scores] needs at least one measure, e.g. orders = { better = "high" }')
    rules = tuple(_rule(measure, table, check) for measure, table in scores.items())
    cells = int(np.prod([float(rule.levels) for rule in rules]))
    if cells > MOST_CELLS:
        check.fail(f"its scores make {cells:,} combinations; {MOST_CELLS:,} is the most")
    if not isinstance(rows, list) or not rows:
        check.fail("it needs at least one [[segments]]")
    boxes = tuple(_box(row, rules, _Check(name, f"segment {number}")) for number, row in enumerate(rows, start=1))
    otherwise = check.text(document["otherwise"], "otherwise") if "otherwise" in document else ""
    about = check.text(document["about"], "about") if "about" in document else ""
    grid = Grid(name, about, rules, boxes, otherwise)
    taken: set[str] = set()
    for number, own in enumerate(grid.names, start=1):
        if own.casefold() in taken:
            _Check(name, f"segment {number}").fail(f'the name "{own}" is taken by an earlier one')
        taken.add(own.casefold())
    if not otherwise and (holes := lint_grid(grid).holes):
        first = ", ".join(f"{measure} {score}" for measure, score in zip(grid.measures, holes[0], strict=True))
        check.fail(f'no segment takes {len(holes)} of {cells} combinations of scores, such as {first}; otherwise = "…"')
    return grid


_WAY_OUT = f"correct the file, or --grid {GRIDS[0]}"


@dataclass(frozen=True, slots=True)
class _Check:
    """Refuses what has the wrong form, naming the file and the place."""

    source: str
    place: str

    def fail(self, wrong: str) -> NoReturn:
        raise UsageError(f"the grid {self.source} can't be used", [f"{self.place}: {wrong}"], _WAY_OUT)

    def keys(self, table: object, required: Iterable[str], optional: Iterable[str]) -> Mapping[str, object]:
        """Check that it is a table with these keys and no others."""
        if not isinstance(table, dict):
            self.fail(f"expected a table, got {table!r}")
        known = (*required, *optional)
        for key in required:
            if key not in table:
                self.fail(f"{key} is missing")
        for key in table:
            if key not in known:
                self.fail(f"{key} is not known; known are {', '.join(known)}")
        return cast("Mapping[str, object]", table)

    def text(self, value: object, key: str) -> str:
        """Check that it is one printable line, as short as a name."""
        limit = LONGEST_NAME if key != "about" else 200
        if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > limit:
            self.fail(f"{key} must be one line of 1 to {limit} characters, got {value!r}")
        return value.strip()

    def whole(self, value: object, key: str, low: int, high: int) -> int:
        """Check that it is a whole number in a range."""
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fail(f"{key} must be a whole number from {low} to {high}, got {value!r}")
        return value


def _rule(measure: str, table: object, check: _Check) -> ScoreRule:
    """Read one line of [scores]."""
    check = _Check(check.source, f"scores.{measure}")
    given = check.keys(table, required=("better",), optional=("levels", "cut"))
    better, cut = given["better"], given.get("cut", "quantile")
    if better not in ("high", "low"):
        check.fail(f"better must be high or low, got {better!r}")
    if cut not in get_args(Cut):
        check.fail(f"cut must be one of {', '.join(get_args(Cut))}, got {cut!r}")
    levels = check.whole(given.get("levels", 5), "levels", 2, 20)
    return ScoreRule(measure, better, levels, cast("Cut", cut))


def _box(row: object, rules: tuple[ScoreRule, ...], check: _Check) -> Box:
    """Read one [[segments]] table."""
    table = check.keys(row, required=("name",), optional=[rule.measure for rule in rules])
    name = check.text(table["name"], "name")
    check = _Check(check.source, f'{check.place} "{name}"')
    scores = []
    for rule in rules:
        span = table.get(rule.measure, [1, rule.levels])
        if not isinstance(span, list) or len(span) != 2:
            check.fail(f"{rule.measure} must be the scores from and to, e.g. [4, 5], got {span!r}")
        low, high = (check.whole(score, f"a score of {rule.measure}", 1, rule.levels) for score in span)
        if low > high:
            check.fail(f"{rule.measure} runs from {low} to {high}: the lower score comes first")
        scores.append((low, high))
    return Box(name, tuple(scores))


def _slices(box: Box) -> tuple[slice, ...]:
    return tuple(slice(low - 1, high) for low, high in box.scores)
