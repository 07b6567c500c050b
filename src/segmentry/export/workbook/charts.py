"""Real charts of a spreadsheet: bars from zero, each segment in its own colour, and no legend to look things up in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from segmentry.export.workbook.book import Sheet, Spot, readable
from segmentry.figures.palette import colours

__all__ = ["Bars", "bars", "rows_of"]

ROW, BAR, TITLE = 20, 24, 70
"""Pixels of a sheet's row, of a bar with its gap, and of what stands above and below the bars."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What a chart of bars shows.

    Parameters
    ----------
    title : str
        What is to be seen.
    names, values : int
        The columns of the table that name and measure the bars.
    fills : sequence of str
        A colour a bar.
    form : str
        The number format of the labels.
    most : float or None, default None
        Where the scale ends.
    middle : bool, default False
        Whether a line marks the middle of the scale.
    spread : (int, int) or None, default None
        The columns that say how far a range reaches above and below each bar's end.
    """

    title: str
    names: int
    values: int
    fills: Sequence[str]
    form: str
    most: float | None = None
    middle: bool = False
    spread: tuple[int, int] | None = None


def rows_of(count: int) -> int:
    """Give how many rows of a sheet a chart of so many bars covers, with one to spare."""
    return (TITLE + BAR * count) // ROW + 2


def bars(sheet: Sheet, spot: Spot, what: Bars, row: int, column: int, width: int) -> int:
    """Put a chart of a table's columns on its sheet, and give how many rows it covers.

    Parameters
    ----------
    sheet : Sheet
        The sheet that holds the table too.
    spot : Spot
        Where the table lies.
    what : Bars
        What is drawn.
    row, column : int
        Where the chart's upper left corner is.
    width : int
        In pixels.
    """
    chart = sheet.book.file.add_chart({"type": "bar"})
    label = {"font": {"color": colours()["ink-2"], "size": 9}}
    # Under a range the bars are pale, or the half of it that lies within them could not be seen.
    pale = {"transparency": 55} if what.spread else {}
    series: dict[str, Any] = {
        "name": readable(what.title),
        "categories": [sheet.name, spot.first, what.names, spot.last, what.names],
        "values": [sheet.name, spot.first, what.values, spot.last, what.values],
        "points": [{"fill": {"color": fill, **pale}, "border": {"none": True}} for fill in what.fills],
        "fill": {"color": what.fills[0], **pale},
        "gap": 45,
    }
    if what.spread:
        # From columns of the sheet: LibreOffice passes over lengths that stand in the chart itself.
        plus, minus = (_range(sheet, spot, place) for place in what.spread)
        series["x_error_bars"] = {
            "type": "custom",
            "plus_values": plus,
            "minus_values": minus,
            "line": {"color": colours()["ink"], "width": 1.25},
        }
    else:
        series["data_labels"] = {"value": True, "num_format": what.form, **label}
    chart.add_series(series)
    chart.set_title(
        {
            "name": readable(what.title),
            "overlay": False,
            "layout": None,
            "name_font": {"size": 11, "bold": True, "color": colours()["ink"]},
        }
    )
    chart.set_legend({"none": True})
    scale: dict[str, Any] = {
        "min": 0,
        "major_gridlines": {
            "visible": bool(what.spread) or what.middle,
            "line": {"color": colours()["rule-strong" if what.middle else "rule"], "width": 0.5},
        },
        "num_format": what.form,
        "line": {"none": True},
        "num_font": {"color": colours()["ink-2"], "size": 9},
        "visible": bool(what.spread),
        "label_position": "high",
    }
    if what.most is not None:
        scale["max"] = what.most
        if what.middle:
            # It ends just before its last line, which would be drawn through the labels of the longest bars.
            scale |= {"major_unit": what.most / 2, "max": 0.999 * what.most}
    # The first row stands on top, which turns the sides round: the high side is below.
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "line": {"color": colours()["rule-strong"]}})
    chart.set_x_axis(scale)
    chart.set_chartarea({"border": {"none": True}})
    height = TITLE + BAR * len(what.fills)
    chart.set_size({"width": width, "height": height})
    sheet.file.insert_chart(row, column, chart, {"description": readable(what.title), "object_position": 2})
    return rows_of(len(what.fills))


def _range(sheet: Sheet, spot: Spot, column: int) -> str:
    letter = chr(ord("A") + column)
    name = sheet.name.replace("'", "''")
    return f"='{name}'!${letter}${spot.first + 1}:${letter}${spot.last + 1}"
