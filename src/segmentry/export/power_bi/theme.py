"""The theme of the Power BI report: our tokens, or a brand's colours in their place."""

from segmentry.export.power_bi.expressions import Json
from segmentry.figures.palette import colours
from segmentry.report import Brand

__all__ = ["SEGMENTS", "ink", "segment_colours", "theme"]

SEGMENTS = 8
"""Segments with a colour of their own; those after them are grey and told apart by their letters."""
TEXT, HEAD = "Segoe UI", "Georgia"
"""Fonts that every Windows has: ours aren't known to Power BI."""


def ink(name: str) -> str:
    """Give one of our colours by its name in the style sheet, e.g. ``"ink"``."""
    return colours()[name]


def segment_colours(brand: Brand) -> tuple[str, ...]:
    """Give the colours of the first eight segments in the order of their letters.

    Examples
    --------
    >>> segment_colours(Brand(colours=(("2", "#0B5D4B"),)))[:2]
    ('#142F7F', '#0B5D4B')
    """
    own = dict(brand.colours)
    return tuple(own.get(str(place), ink(f"seg-{place}")) for place in range(1, SEGMENTS + 1))


def theme(brand: Brand, name: str) -> Json:
    """Give the theme.

    Parameters
    ----------
    brand : Brand
        The look.
    name : str
        The theme's file name, by which the report knows it.
    """
    accent = dict(brand.colours).get("accent", ink("focus"))
    return {
        "name": name,
        "dataColors": [*segment_colours(brand), ink("muted-mark")],
        "background": ink("surface"),
        "backgroundLight": ink("surface-2"),
        "backgroundNeutral": ink("rule"),
        "foreground": ink("ink"),
        "foregroundNeutralSecondary": ink("ink-2"),
        "foregroundNeutralTertiary": ink("ink-3"),
        "tableAccent": accent,
        "hyperlink": accent,
        "visitedHyperlink": accent,
        "good": ink("good"),
        "neutral": ink("warn"),
        "bad": ink("bad"),
        "maximum": ink("div-7"),
        "center": ink("div-4"),
        "minimum": ink("div-1"),
        "null": ink("no-segment"),
        "textClasses": _text_classes(),
        "visualStyles": _visual_styles(accent),
    }


def _text_classes() -> Json:
    return {
        "title": {"fontFace": HEAD, "fontSize": 12, "color": ink("ink")},
        "header": {"fontFace": TEXT, "fontSize": 10, "color": ink("ink")},
        "label": {"fontFace": TEXT, "fontSize": 10, "color": ink("ink-2")},
        "callout": {"fontFace": HEAD, "fontSize": 20, "color": ink("ink")},
    }


def _visual_styles(accent: str) -> Json:
    """Style everything alike: no shadows, hairline rules, no box around what has one."""
    everything = {
        "background": [{"show": True, "color": _solid("surface"), "transparency": 0}],
        "border": [{"show": True, "color": _solid("rule"), "radius": 3, "width": 1}],
        "dropShadow": [{"show": False}],
        "title": [{"show": True, "fontColor": _solid("ink"), "fontSize": 12, "fontFamily": HEAD, "titleWrap": True}],
        "subTitle": [{"fontColor": _solid("ink-3"), "fontSize": 10, "fontFamily": TEXT, "titleWrap": True}],
    }
    axes = {
        "categoryAxis": [{"labelColor": _solid("ink-2"), "fontSize": 10, "showAxisTitle": False}],
        "valueAxis": [
            {"labelColor": _solid("ink-2"), "fontSize": 10, "showAxisTitle": False, "gridlineColor": _solid("rule")}
        ],
    }
    lists = {
        "grid": [{"gridHorizontal": True, "gridHorizontalColor": _solid("rule"), "gridVertical": False}],
        "columnHeaders": [{"fontColor": _solid("ink-2"), "backColor": _solid("surface"), "bold": True}],
        "values": [
            {
                "fontColorPrimary": _solid("ink"),
                "backColorPrimary": _solid("surface"),
                "fontColorSecondary": _solid("ink"),
                "backColorSecondary": _solid("surface"),
            }
        ],
        "total": [{"fontColor": _solid("ink"), "backColor": _solid("surface-2")}],
    }
    return {
        "*": {"*": everything},
        "page": {
            "*": {
                "background": [{"color": _solid("paper"), "transparency": 0}],
                "outspace": [{"color": _solid("paper"), "transparency": 0}],
            }
        },
        "lineChart": {"*": axes},
        "barChart": {"*": axes},
        "clusteredBarChart": {"*": axes},
        "tableEx": {"*": lists},
        "actionButton": {"*": {"outline": [{"lineColor": {"solid": {"color": accent}}}]}},
    }


def _solid(name: str) -> Json:
    return {"solid": {"color": ink(name)}}
