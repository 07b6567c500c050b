"""Every choice of a run in one value: it is saved beside the result, and repeats it."""

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import tomli_w

from segmentry.choose import ChooseOptions, check_options
from segmentry.data import STANDARD_INPUT, ReadOptions
from segmentry.describe import DescribeOptions
from segmentry.errors import UsageError
from segmentry.features import FeatureOptions
from segmentry.maps import MapOptions, check_maps
from segmentry.plain import Plain, from_plain, to_plain
from segmentry.prepare import AS_THEY_ARE, PrepareOptions

__all__ = ["Recipe"]

STAGES = ("read", "features", "prepare", "choose", "maps", "describe")
MOST_SEGMENTS = 100


@dataclass(frozen=True, slots=True)
class Recipe:
    """The files and the options of every stage.

    Parameters
    ----------
    sources, customers : tuple of str, default ()
        The order files (or customer tables), and the customer table joined to orders.
    previous : str, default ""
        The run before, whose letters and names go on: its folder or model file, written in full; "" for none.
    read, features, prepare, choose, maps, describe : the options of each stage
        See :class:`segmentry.data.ReadOptions`, :class:`segmentry.features.FeatureOptions`,
        :class:`segmentry.prepare.PrepareOptions`, :class:`segmentry.choose.ChooseOptions`,
        :class:`segmentry.maps.MapOptions` and :class:`segmentry.describe.DescribeOptions`.

    Examples
    --------
    >>> recipe = Recipe().having(segments=5, scale="none", as_of="2026-06-30")
    >>> recipe.choose.lowest, recipe.prepare.scale, recipe.features.as_of.isoformat()
    (5, 'none', '2026-06-30')
    >>> Recipe.from_toml(recipe.to_toml()) == recipe
    True
    """

    sources: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    previous: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)
    features: FeatureOptions = field(default_factory=FeatureOptions)
    prepare: PrepareOptions = field(default_factory=PrepareOptions)
    choose: ChooseOptions = field(default_factory=ChooseOptions)
    maps: MapOptions = field(default_factory=MapOptions)
    describe: DescribeOptions = field(default_factory=DescribeOptions)

    def having(self, **options: object) -> Self:
        """Give the same recipe with some options changed, each by its plain name, whatever its stage.

        Parameters
        ----------
        **options
            Names of the stages' fields, and ``segments``: ``"auto"``, a number, ``"A-B"`` or ``(A, B)``.

        Raises
        ------
        UsageError
            A name or a value isn't known.
        """
        changes: dict[str, dict[str, Plain]] = {stage: {} for stage in STAGES}
        if "segments" in options:
            lowest, highest = _segments(options.pop("segments"))
            options |= {"lowest": lowest, "highest": highest}
        known = {stage: {option.name for option in fields(getattr(self, stage))} for stage in STAGES}
        for name, value in options.items():
            # A seed belongs to every stage that draws: one option sets them all.
            homes = [stage for stage in STAGES if name in known[stage]]
            if not homes:
                near = difflib.get_close_matches(name, ["segments", *set().union(*known.values())], n=3)
                raise UsageError(f"there is no option {name!r}", [f"near to it: {', '.join(near)}"] if near else [])
            single = name in ("measures", "include", "levels", "maps") and isinstance(value, str)
            for stage in homes:
                changes[stage][name] = to_plain([value] if single else value)
        changed: dict[str, Any] = {
            stage: _changed(getattr(self, stage), changes[stage]) for stage in STAGES if changes[stage]
        }
        return replace(self, **changed)

    def for_method(self) -> Self:
        """Give the recipe with the measures that its method wants, as they are; most methods take any, prepared.

        Raises
        ------
        UsageError
            An option doesn't go with the method, or a map's library isn't installed.
        """
        check_maps(self.maps)
        wanted = check_options(self.choose).measures
        if not wanted:
            return self
        usual = PrepareOptions(seed=self.prepare.seed)
        as_they_are = replace(AS_THEY_ARE, seed=self.prepare.seed)
        for options, given, allowed in (
            ("--measures", self.features.measures, ((), wanted)),
            ("--include", self.features.include, ((),)),
            ("a preparing option", self.prepare, (usual, as_they_are)),
        ):
            if given not in allowed:
                raise UsageError(
                    f"{options} doesn't go with --method {self.choose.method}",
                    [f"it takes these measures as they are: {', '.join(wanted)}"],
                    "leave it out, or --method kmeans",
                )
        return replace(self, features=replace(self.features, measures=wanted), prepare=as_they_are)

    def reading(self, sources: Sequence[str], customers: Sequence[str] = ()) -> Self:
        """Give the same recipe for other files, written so that they are found from any folder; none keeps its own."""
        return replace(
            self,
            sources=tuple(map(_from_anywhere, sources)) or self.sources,
            customers=tuple(map(_from_anywhere, customers)) or self.customers,
        )

    def following(self, previous: str | Path) -> Self:
        """Give the same recipe with the run before it, at a place that is found from any folder."""
        return replace(self, previous=str(Path(previous).absolute()))

    def to_toml(self) -> str:
        """Write the recipe as TOML; what is left to the program to find out is left out."""
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return tomli_w.dumps(_without_none(plain))

    @classmethod
    def from_toml(cls, text: str, name: str = "the recipe") -> Self:
        """Read a recipe.

        Parameters
        ----------
        text : str
            TOML.
        name : str, default "the recipe"
            What the message calls it.

        Raises
        ------
        UsageError
            It is no TOML, or has a key or value that isn't known.
        """
        try:
            return from_plain(cls, tomllib.loads(text))
        except (ValueError, RecursionError) as error:
            raise UsageError(
                f"{name} can't be read", [str(error)], "mend it, or start from a run's recipe.toml"
            ) from error


def _from_anywhere(source: str) -> str:
    """Write a path in full; standard input stays what it is."""
    return source if source == STANDARD_INPUT else str(Path(source).absolute())


def _changed(options: Any, changes: dict[str, Plain]) -> Any:
    plain = to_plain(options)
    assert isinstance(plain, dict)
    try:
        return from_plain(type(options), plain | changes)
    except ValueError as error:
        raise UsageError(f"an option's value can't be used: {error}") from error


def _segments(value: object) -> tuple[int, int]:
    """Read ``auto``, ``5``, ``3-8`` or (3, 8)."""
    match value:
        case "auto":
            return 2, 12
        case int():
            lowest = highest = value
        case (int(lowest), int(highest)):
            pass
        case str() if found := re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", value):
            lowest, highest = int(found[1]), int(found[2] or found[1])
        case _:
            raise UsageError(f"can't read the number of segments {value!r}", way_out="--segments auto, 5, or 3-8")
    if not 1 <= lowest <= highest <= MOST_SEGMENTS:
        raise UsageError(
            f"can't make {value} segments", [f"the least is 1, the most {MOST_SEGMENTS}"], "--segments auto, 5, or 3-8"
        )
    return lowest, highest


def _without_none(plain: dict[str, Plain]) -> dict[str, Plain]:
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in plain.items()
        if value is not None
    }
