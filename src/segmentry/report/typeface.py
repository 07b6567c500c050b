"""The fonts of our look, cut down to the characters that a report has and put into its style sheet.

They come with packages of the extra "look"; without it a report names them, and is shown in them where the reader's
computer has them.
"""

import base64
import io
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from segmentry.figures.fonts import folders

__all__ = ["faces"]

FACES = (
    ("Source Sans 3", 400, "SourceSansPro-Regular.ttf"),
    ("Source Sans 3", 600, "SourceSansPro-Semibold.ttf"),
    ("Source Serif 4", 600, "SourceSerifPro-Semibold.ttf"),
)
"""Family and weight as the style sheet asks for them, and the file."""

ALWAYS = frozenset((*map(chr, range(0x20, 0x7F)), *"£€·\u2013—…↑↓\u2212\u00d7≥▲▼★"))
"""What every font gets: what our own words are written in. So most reports have the same fonts, cut once a process."""
FEATURES = ("kern", "tnum", "lnum", "mark", "ccmp")
"""Tabular figures, and what makes text look set: nothing else is kept of a font's tables."""
NOTICES = (0, 13, 14)
"""Whose work a font is, and its licence: the only entries of its table of names that are kept."""


def faces(text: str) -> str:
    """Give the style sheet's font faces for a text; "" where the fonts or what cuts them down isn't installed.

    Parameters
    ----------
    text : str
        All that will be written in them, as HTML.
    """
    files = _files()
    if len(files) < len(FACES) or find_spec("fontTools") is None:
        return ""
    # A character reference is written in characters that are always there, and stands for one of <>&"'.
    wanted = ALWAYS | {sign for sign in text if sign.isprintable()}
    lines = [
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url(data:font/woff;base64,{_cut(files[name], wanted & _known(files[name]))}) format("woff"); }}'
        for family, weight, name in FACES
    ]
    return "\n".join(lines) + "\n"


def _files() -> dict[str, Path]:
    """Find the fonts that are installed."""
    asked = {name for _, _, name in FACES}
    return {path.name: path for folder in folders() for path in folder.glob("*.ttf") if path.name in asked}


@cache
def _known(file: Path) -> frozenset[str]:
    """Give the characters that a font has; others must not make it be cut again."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only where a report is written

    with TTFont(str(file), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=24)
def _cut(file: Path, wanted: frozenset[str]) -> str:
    """Give a font with these characters alone, as WOFF in base64."""
    from fontTools import subset  # noqa: PLC0415 - only where a report is written

    options = subset.Options(
        flavor="woff", layout_features=list(FEATURES), hinting=False, name_IDs=list(NOTICES), notdef_outline=True
    )
    written = io.BytesIO()
    with subset.load_font(str(file), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(sign) for sign in wanted])
        cutter.subset(font)
        subset.save_font(font, written, options)
    return base64.b64encode(written.getvalue()).decode("ascii")
