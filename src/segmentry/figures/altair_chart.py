"""A sheet as an Altair chart, for who wants to change or combine charts."""

from typing import TYPE_CHECKING, Any

from segmentry.figures.sheet import RING, Sheet, Style

if TYPE_CHECKING:
    import altair as alt

__all__ = ["altair_chart"]


def altair_chart(sheet: Sheet) -> "alt.LayerChart | alt.FacetChart":
    """Give a drawing as an Altair chart, a layer a style.

    Parameters
    ----------
    sheet : Sheet
        The drawing.
    """
    import altair as alt  # noqa: PLC0415 - only where somebody asks for one

    layers = [_layer(style, marks, sheet) for style, marks in sheet.layers.items()]
    return alt.layer(*layers, width=round(sheet.width), height=round(sheet.height))


def _layer(style: Style, marks: list[dict[str, Any]], sheet: Sheet) -> "alt.Chart":
    import altair as alt  # noqa: PLC0415 - only where somebody asks for one

    rows = _steps(marks) if style.kind == "path" else marks
    # A list would be copied value by value, time and again, as charts are put together; so would short names of fields.
    base = alt.Chart(alt.InlineData(values=tuple(rows)))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, sheet.width], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[sheet.height, 0], nice=False, zero=False))
    x2, y2 = alt.X2("x2:Q"), alt.Y2("y2:Q")
    fill, stroke = alt.Fill("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    drawn: alt.Chart
    match style.kind:
        case "text":
            drawn = base.mark_text(
                align=style.align,
                baseline="middle",
                fontWeight=600 if style.strong else 400,
                fontSize=style.size,
            )
            drawn = drawn.encode(x=x, y=y, text=alt.Text("text:N"), color=alt.Color("colour:N", scale=None))
        case "box":
            edge = alt.Undefined if style.edge is None else style.edge
            drawn = base.mark_rect(opacity=style.opacity, stroke=edge, strokeWidth=1 if style.edge else 0)
            drawn = drawn.encode(x=x, x2=x2, y=y, y2=y2, fill=fill)
        case "rule":
            drawn = base.mark_rule(strokeWidth=style.width, strokeDash=[3, 3] if style.dashed else alt.Undefined)
            drawn = drawn.encode(x=x, x2=x2, y=y, y2=y2, stroke=stroke)
        case "dot":
            # Vega's size of a point is the area of the square around it.
            drawn = base.mark_point(size=(style.size - RING) ** 2, strokeWidth=RING, opacity=1)
            drawn = drawn.encode(x=x, y=y, fill=alt.Fill("fill:N", scale=None), stroke=stroke)
        case "path" if style.filled:
            drawn = base.mark_line(filled=True, strokeWidth=0, opacity=style.opacity)
            drawn = drawn.encode(x=x, y=y, detail=alt.Detail("path:N"), order=alt.Order("at:Q"), fill=fill)
        case "path":
            drawn = base.mark_line(
                strokeWidth=style.width, strokeCap="round", strokeJoin="round", opacity=style.opacity
            )
            drawn = drawn.encode(x=x, y=y, detail=alt.Detail("path:N"), order=alt.Order("at:Q"), stroke=stroke)
    return drawn


def _steps(paths: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the points of paths one by one, each with its turn on its path; a lifted pen is a point without place."""
    return [
        {"x": x, "y": y, "at": at, "path": turn, "colour": path["colour"]}
        for turn, path in enumerate(paths)
        for at, (x, y) in enumerate(point or (None, None) for point in path["points"])
    ]
