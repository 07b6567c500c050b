"""The playbook: names, sentences and actions as data, with the conditions under which they are true.

The form is shown by ``playbook.toml`` beside this file, which is the one that is used unless a person names another.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, NoReturn, cast

from segmentry.describe.segments import Trait
from segmentry.describe.words import PLACEHOLDER
from segmentry.errors import UsageError

__all__ = ["Advice", "Bound", "Entry", "Playbook", "load_playbook"]

BOUNDS = (
    "rank_at_least",
    "rank_at_most",
    "typical_at_least",
    "typical_at_most",
    "low_at_least",
    "low_at_most",
    "high_at_least",
    "high_at_most",
)
DOES: Mapping[str, Literal["try", "avoid", "measure by"]] = {"try": "try", "avoid": "avoid", "measure_by": "measure by"}
REST = ("otherwise", "middle", "alike")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Bound:
    """One condition on the printed profile of a segment.

    Parameters
    ----------
    measure : str
        A numeric measure's name.
    kind : str
        ``rank``, ``typical``, ``low`` or ``high``, with ``_at_least`` or ``_at_most``: where the typical value ranks
        among all customers, 0 to 100; the typical value itself; the lower and the upper end of the middle half.
    value : float
        The bound itself.
    """

    measure: str
    kind: str
    value: float

    def holds(self, trait: Trait | None) -> bool:
        """Say whether it is true.

        A bound on ranks that leaves out the middle (50) says high or low; it also needs a difference that counts in
        that direction, so that no name rests on a difference that comes and goes.
        """
        if trait is None or trait.kind != "number":
            return False
        what, _, side = self.kind.partition("_at_")
        figure = {"rank": trait.rank, "typical": trait.typical, "low": trait.low, "high": trait.high}[what]
        if figure is None:
            return False
        if side == "least":
            sure = what != "rank" or self.value <= 50 or (trait.counts and trait.delta > 0)
            return sure and figure >= self.value
        sure = what != "rank" or self.value >= 50 or (trait.counts and trait.delta < 0)
        return sure and figure <= self.value


@dataclass(frozen=True, slots=True)
class Advice:
    """An action before its figures are filled in."""

    do: Literal["try", "avoid", "measure by"]
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with what it says, when it is true, and what to do then."""

    name: str
    sentence: str
    when: tuple[Bound, ...]
    advice: tuple[Advice, ...]

    def holds(self, traits: Mapping[str, Trait]) -> bool:
        """Say whether every condition is true and at least one is about a difference that counts.

        Parameters
        ----------
        traits : mapping of str to Trait
            A segment's numeric traits by the measure's name.
        """
        about = [traits.get(bound.measure) for bound in self.when]
        told = all(bound.holds(trait) for bound, trait in zip(self.when, about, strict=True))
        return told and any(trait is not None and trait.counts for trait in about)


@dataclass(frozen=True, slots=True)
class Playbook:
    """All entries, in the order in which they are tried.

    Parameters
    ----------
    source : str
        The file, as people named it.
    entries : tuple of Entry
        The first that holds gives the name.
    otherwise : tuple of Advice
        For a segment that no entry fits but that differs from the others.
    middle : tuple of Advice
        For a segment that nothing sets apart, in a split that sets others apart.
    alike : tuple of Advice
        For the segments of a split that sets none apart.
    """

    source: str
    entries: tuple[Entry, ...]
    otherwise: tuple[Advice, ...]
    middle: tuple[Advice, ...]
    alike: tuple[Advice, ...]


def load_playbook(path: str | None = None) -> Playbook:
    """Read and check a playbook.

    Parameters
    ----------
    path : str or None, default None
        A person's own file; None takes the one that comes with segmentry.

    Raises
    ------
    UsageError
        If the file can't be read, is no TOML, or an entry isn't of the right form: the message names the file, the
        entry and what is wrong with it.

    Examples
    --------
    >>> load_playbook().entries[0].name
    'Slipping big spenders'
    """
    source = path or "playbook.toml"
    try:
        text = (Path(path) if path else files("segmentry.describe") / "playbook.toml").read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"the playbook {source} can't be read", [error.strerror or str(error)], _WAY_OUT) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the playbook {source} is not valid TOML", [str(error)], _WAY_OUT) from error
    check = _Check(source, "the file")
    check.keys(document, required=("entries",), optional=REST)
    rows = document["entries"]
    if not isinstance(rows, list) or not rows:
        check.fail("it needs at least one [[entries]]")
    entries = tuple(_entry(row, _Check(source, f"entry {number}")) for number, row in enumerate(rows, start=1))
    names = [entry.name.casefold() for entry in entries]
    for number, name in enumerate(names, start=1):
        if name in names[: number - 1]:
            _Check(source, f"entry {number}").fail(
                f'the name "{entries[number - 1].name}" is taken by an earlier entry'
            )
    return Playbook(source, entries, *(_advices(document.get(key, {}), _Check(source, key)) for key in REST))


_WAY_OUT = "correct the file, or leave it out to use the playbook that comes with segmentry"


@dataclass(frozen=True, slots=True)
class _Check:
    """Refuses what has the wrong form, naming the file and the place."""

    source: str
    place: str

    def fail(self, wrong: str) -> NoReturn:
        raise UsageError(f"the playbook {self.source} can't be used", [f"{self.place}: {wrong}"], _WAY_OUT)

    def keys(self, table: object, required: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, object]:
        """Check that it is a table with these keys and no others."""
        if not isinstance(table, dict):
            self.fail(f"expected a table, got {table!r}")
        required, optional = tuple(required), tuple(optional)
        for key in required:
            if key not in table:
                self.fail(f"{key} is missing")
        for key in table:
            if key not in (*required, *optional):
                self.fail(f"{key} is not known; known are {', '.join((*required, *optional))}")
        return cast("Mapping[str, object]", table)

    def text(self, value: object, key: str) -> str:
        """Check that it is text, on one line and not blank."""
        if not isinstance(value, str) or not value.strip() or len(value.splitlines()) != 1:
            self.fail(f"{key} must be one line of text, got {value!r}")
        return value.strip()


def _entry(row: object, check: _Check) -> Entry:
    """Read one [[entries]] table."""
    table = check.keys(row, required=("name", "sentence", "when"), optional=DOES)
    name = check.text(table["name"], "name")
    check = _Check(check.source, f'{check.place} "{name}"')
    if len(name) > LONGEST_NAME:
        check.fail(f"name has {len(name)} characters; {LONGEST_NAME} is the most")
    if PLACEHOLDER.search(name):
        check.fail("a name can't hold {figures}; they belong in the sentence")
    when = table["when"]
    if not isinstance(when, dict) or not when:
        check.fail("when needs at least one measure with a bound, e.g. when.orders = { typical_at_least = 2 }")
    bounds = [_bound(measure, kind, value, check) for measure, kind, value in _flat(when, check)]
    advice = _advices({key: table[key] for key in DOES if key in table}, check)
    return Entry(name, check.text(table["sentence"], "sentence"), tuple(bounds), advice)


def _flat(when: Mapping[str, object], check: _Check) -> Iterable[tuple[str, str, object]]:
    """List the bounds of all measures."""
    for measure, bounds in when.items():
        if not isinstance(bounds, dict) or not bounds:
            check.fail(f"when.{measure} must be a table of bounds: {', '.join(BOUNDS)}")
        for kind, value in bounds.items():
            yield measure, str(kind), value


def _bound(measure: str, kind: str, value: object, check: _Check) -> Bound:
    """Read one bound."""
    if kind not in BOUNDS:
        check.fail(f"when.{measure}.{kind} is not known; known are {', '.join(BOUNDS)}")
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 (NaN only)
        check.fail(f"when.{measure}.{kind} must be a number, got {value!r}")
    if kind.startswith("rank") and not 0 <= value <= 100:
        check.fail(f"when.{measure}.{kind} must lie between 0 and 100, got {value!r}")
    return Bound(measure, kind, float(value))


def _advices(tables: object, check: _Check) -> tuple[Advice, ...]:
    """Read the actions: try, avoid, measure_by."""
    table = check.keys(tables, required=(), optional=DOES)
    advices = []
    for key, do in DOES.items():
        if key not in table:
            continue
        inner = check.keys(table[key], required=("text", "because"))
        because = check.text(inner["because"], f"{key}.because")
        if not PLACEHOLDER.search(because):
            check.fail(f"{key}.because must quote a figure, e.g. {{recency_days}}")
        advices.append(Advice(do, check.text(inner["text"], f"{key}.text"), because))
    return tuple(advices)
