"""Charts as pictures: SVG for a page, whose colours follow the page; SVG and PNG by themselves."""

import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from segmentry.figures.figure import WIDE, Figure
from segmentry.figures.palette import variables
from segmentry.markup import Markup, escape

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["inline_svg", "png", "svg"]

SVG = "http://www.w3.org/2000/svg"
NOISE = (
    "class",
    "pointer-events",
    "aria-hidden",
    "aria-label",
    "aria-roledescription",
    "role",
    "cursor",
    "font-family",
)
"""What the renderer writes for scripts and readers that see marks one by one; ours read the table."""
INKS = ("fill", "stroke")
DECIMALS = re.compile(r"\d+\.\d{2,}")


def svg(figure: Figure, width: int = WIDE) -> str:
    """Give a chart as an SVG file of its own, titled, in light colours.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    return str(_renderer().vegalite_to_svg(figure.spec(width, titled=True)))


def png(figure: Figure, width: int = WIDE) -> bytes:
    """Give a chart as a PNG file, titled, in light colours, at twice the pixels.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    return bytes(_renderer().vegalite_to_png(figure.spec(width, titled=True), scale=2))


def inline_svg(figure: Figure, width: int = WIDE) -> Markup:
    """Give a chart as SVG to stand inside a page: named by its title, in the page's colours and font.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    root = ET.fromstring(_renderer().vegalite_to_svg(figure.spec(width)))  # noqa: S314 - what our renderer just wrote
    _clean(root)
    _, _, wide, high = (root.attrib["viewBox"]).split()
    body = "".join(ET.tostring(child, encoding="unicode") for child in root)
    body = body.replace(f' xmlns:ns0="{SVG}"', "").replace("ns0:", "")
    return Markup(
        f'<svg class="chart" viewBox="0 0 {escape(wide)} {escape(high)}" width="{escape(wide)}" '
        f'height="{escape(high)}" role="img" aria-label="{escape(figure.title)}">{body}</svg>'
    )


def _clean(parent: ET.Element) -> None:
    """Drop what a page doesn't need, and let colours follow it."""
    for child in list(parent):
        empty = child.tag.endswith("path") and not child.get("d", "").strip()
        frame = child.tag.endswith("path") and child.get("class") == "background" and child.get("fill") is None
        if empty or child.get("display") == "none" or (frame and child.get("stroke") is None):
            parent.remove(child)
            continue
        _clean(child)
        if child.tag.endswith("}g") and not len(child):
            parent.remove(child)
            continue
        for name in NOISE:
            child.attrib.pop(name, None)
        for name, value in child.attrib.items():
            child.set(name, variables().get(value.upper(), value) if name in INKS else _short(value))
        if child.get("opacity") == "1":
            del child.attrib["opacity"]


def _short(value: str) -> str:
    """Write coordinates to a hundredth of a pixel."""
    return DECIMALS.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)


@cache
def _renderer() -> "ModuleType":
    """Start the renderer once, with our fonts to measure text by."""
    import vl_convert  # noqa: PLC0415 - 84 MB, only where a chart is drawn

    from segmentry.figures.fonts import folders  # noqa: PLC0415 - the same

    for folder in folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert
