"""A report in a company's own look: its name, logo and colours, and the figures that lead.

A brand file is TOML, and everything in it is optional::

    name = "Northwind Tea"
    logo = "northwind.svg"
    kpis = ["revenue", "customers", "at_stake"]

    [colours]
    accent = "#7A1F3D"
    1 = "#0B5D4B"
"""

import base64
import binascii
import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import tomli_w

from segmentry.errors import UsageError
from segmentry.figures.palette import colours
from segmentry.report.contrast import contrast, lightened
from segmentry.report.kpis import KPIS
from segmentry.workspace import FILES, Run

__all__ = ["Brand"]

LARGEST_LOGO = 200_000
"""Bytes of a logo."""
LEAST_CONTRAST = 3.0
"""Of a mark on the paper it is drawn on (WCAG 2.2, 1.4.11)."""
DARK_PAPER = "#12161B"
MOST_KPIS = 6
HEX = re.compile(r"#[0-9A-Fa-f]{6}")
LOGOS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/svg+xml": b"<"}
DATA = re.compile(r"data:(image/png|image/svg\+xml);base64,([A-Za-z0-9+/=]+)")
KEYS = ("name", "logo", "kpis", "colours")
COLOURED = ("accent", *map(str, range(1, 9)))


@dataclass(frozen=True, slots=True)
class Brand:
    """A company's own look.

    Parameters
    ----------
    name : str, default ""
        Of the company, shown instead of ours.
    logo : str, default ""
        A ``data:`` address of a PNG or SVG picture.
    kpis : tuple of str, default ()
        Names of :data:`segmentry.report.kpis.KPIS`, in the order in which they lead.
    colours : tuple of (str, str), default ()
        ``"accent"`` or a segment's number, 1 to 8, with its colour as ``#RRGGBB``.
    """

    name: str = ""
    logo: str = ""
    kpis: tuple[str, ...] = ()
    colours: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a brand file.

        Raises
        ------
        UsageError
            It isn't there, is no TOML, names what isn't known, or has a colour that can't be seen on paper.
        """
        try:
            # Editors of Windows put a mark at the beginning, which TOML doesn't know.
            text = file.read_text(encoding="utf-8-sig")
        except OSError as error:
            seen = [error.strerror or str(error)]
            raise UsageError(f"can't read the brand file {file}", seen, "--brand brand.toml") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"the brand file {file} is not text in UTF-8", [str(error)], "save it as UTF-8") from error
        return cls.of(text, file)

    @classmethod
    def of(cls, text: str, file: Path) -> Self:
        """Read a brand from TOML; a logo's path is taken from the file's folder.

        Raises
        ------
        UsageError
            As for :meth:`read`.
        """
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{file} is not TOML", [str(error)], 'a line such as name = "Northwind Tea"') from error
        _known(found, KEYS, f"{file} has an unknown entry")
        name = found.get("name", "")
        if not isinstance(name, str) or len(name) > 80 or (name and not name.isprintable()):
            raise UsageError(f"the name in {file} is not one line of at most 80 characters", [repr(name)[:200]])
        return cls(
            name.strip(), _logo(found.get("logo", ""), file), _kpis(found.get("kpis", []), file), _colours(found)
        )

    @classmethod
    def of_run(cls, run: Run) -> Self:
        """Give the brand that a saved run's report was made in; ours where there was none."""
        return cls.of(run.brand, run.folder / FILES["brand"])

    def to_toml(self) -> str:
        """Write it as a brand file that stands alone: the logo is in it.

        Examples
        --------
        >>> print(Brand("Northwind Tea", kpis=("revenue",)).to_toml().strip())
        name = "Northwind Tea"
        kpis = [
            "revenue",
        ]
        """
        whole = {"name": self.name, "logo": self.logo, "kpis": list(self.kpis), "colours": dict(self.colours)}
        return tomli_w.dumps({key: value for key, value in whole.items() if value})

    def style(self) -> str:
        """Give its colours as a style sheet: on dark screens, what is too dark there is lightened."""
        if not self.colours:
            return ""
        light = _declared(self.colours)
        dark = _declared([(key, lightened(colour, DARK_PAPER, LEAST_CONTRAST)) for key, colour in self.colours])
        return (
            f":root {{ {light} }}\n"
            f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} }} }}\n"
            f"@media screen {{ [data-theme=dark] {{ {dark} }} }}\n"
        )


def _declared(pairs: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"--{key if key == 'accent' else f'seg-{key}'}: {colour};" for key, colour in pairs)


def _known(found: dict[str, Any], names: Sequence[str], what: str) -> None:
    """Refuse a name that isn't known, with the nearest that is."""
    strange = next((name for name in found if name not in names), None)
    if strange is not None:
        near = difflib.get_close_matches(strange, names, n=3)
        way_out = f"perhaps {' or '.join(near)}" if near else "one of these"
        raise UsageError(f"{what}: {strange!r}", [f"known are: {', '.join(names)}"], way_out)


def _kpis(found: object, file: Path) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise UsageError(f"kpis in {file} is not a list of names", [f"known are: {', '.join(KPIS)}"])
    _known(dict.fromkeys(found), tuple(KPIS), f"{file} asks for a figure that isn't known")
    if len(found) > MOST_KPIS or len(set(found)) < len(found):
        raise UsageError(
            f"at most {MOST_KPIS} different figures can lead a report",
            [f"{file} names {len(found)}: {', '.join(found)}"],
        )
    return tuple(found)


def _logo(found: object, file: Path) -> str:
    """Give the logo as a ``data:`` address, from one or from a file."""
    if not found:
        return ""
    if not isinstance(found, str):
        raise UsageError(f"logo in {file} is not the path of a PNG or SVG file", [repr(found)[:200]])
    given = DATA.fullmatch(found)
    try:
        picture = base64.b64decode(given[2], validate=True) if given else (file.parent / found).read_bytes()
    except (OSError, ValueError, binascii.Error) as error:
        seen = (error.strerror if isinstance(error, OSError) else None) or str(error)
        evidence = [f"{found[:100]}: {seen[:100]}", "its path is taken from the brand file's folder"]
        raise UsageError(f"can't read the logo that {file} names", evidence) from error
    if len(picture) > LARGEST_LOGO:
        raise UsageError(f"the logo has {len(picture):,} bytes", [f"at most {LARGEST_LOGO:,} fit into a report"])
    kind = next(
        (kind for kind, start in LOGOS.items() if picture.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start)), None
    )
    if kind is None or (kind == "image/svg+xml" and b"<svg" not in picture):
        raise UsageError("the logo is neither PNG nor SVG", [f"it begins with {picture[:12]!r}"], "export it as PNG")
    return f"data:{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def _colours(found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    given = found.get("colours", {})
    if not isinstance(given, dict):
        raise UsageError(
            "colours is not a table of the brand file", [repr(given)[:200]], '[colours], then 1 = "#0B5D4B"'
        )
    _known(given, COLOURED, "the brand file has a colour for what has none")
    paper = colours()["paper"]
    for key, colour in given.items():
        if not isinstance(colour, str) or not HEX.fullmatch(colour):
            raise UsageError(f"the colour {key} is not written as #RRGGBB", [repr(colour)[:200]], f'{key} = "#0B5D4B"')
        if (ratio := contrast(colour, paper)) < LEAST_CONTRAST:
            raise UsageError(
                f"the colour {key} can hardly be seen on paper",
                [f"{colour} on {paper} has a contrast of {ratio:.2f}:1; a mark needs {LEAST_CONTRAST:.0f}:1"],
                "a darker one",
            )
    pairs = tuple((key, given[key].upper()) for key in COLOURED if key in given)
    _distinct(dict(pairs))
    return pairs


def _distinct(given: dict[str, str]) -> None:
    """Refuse two segments of one colour: the other segments' own colours count too."""
    whole = {key: given.get(key, colours()[f"seg-{key}"]) for key in COLOURED[1:]}
    for key, colour in whole.items():
        same = [other for other in whole if other != key and whole[other] == colour]
        if same:
            raise UsageError(f"segments {key} and {same[0]} would have one colour", [colour], "two different ones")
