"""The visuals of the report: what each kind shows, where it stands, and how it is written as visual.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from segmentry.export.power_bi.expressions import Field, Json, literal, one_of, properties
from segmentry.export.power_bi.theme import ink

__all__ = [
    "Box",
    "Colours",
    "Visual",
    "back",
    "bars",
    "cards",
    "lines",
    "note",
    "slicer",
    "stacked",
    "statement",
    "table",
]

SCHEMA = "https://developer.microsoft.com/json-schemas/fabric/item/report/definition/visualContainer/2.4.0/schema.json"
DEFAULT = {"id": "default"}
"""The state of a card or button that nobody points at."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a visual stands on its page, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Colours:
    """The colour of each value of one column, the same in every visual that shows them.

    Parameters
    ----------
    by : Field
        The column.
    values : tuple of (str, str)
        Its values, each with its colour as ``#RRGGBB``.
    """

    by: Field
    values: tuple[tuple[str, str], ...]

    def rules(self) -> list[Json]:
        """Write one rule a value."""
        return [
            {"properties": properties({"fill": shade}), "selector": {"data": [{"scopeId": self._is(value)}]}}
            for value, shade in self.values
        ]

    def _is(self, value: str) -> Json:
        right = literal(value)["expr"]
        return {"Comparison": {"ComparisonKind": 0, "Left": self.by.expression(), "Right": right}}


@dataclass(frozen=True, slots=True)
class Visual:
    """One visual.

    Parameters
    ----------
    name : str
        Unique on its page; the name of its folder.
    kind : str
        Power BI's own name of it.
    box : Box
        Where it stands.
    alt : str
        What it shows, for whoever hears the page.
    roles : mapping of str to tuple of Field, default {}
        The fields by the part that they play.
    objects : mapping, default {}
        Its formatting.
    title, subtitle : str, default ""
        What stands above it; "" for nothing.
    sort : tuple of (Field, bool), default ()
        The fields that give the order, each with whether it falls.
    container : mapping, default {}
        Formatting of what is around it, beyond title and description.
    only : tuple of (Field, str), default ()
        Columns of which the visual sees one value only.
    """

    name: str
    kind: str
    box: Box
    alt: str
    roles: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    objects: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    subtitle: str = ""
    sort: tuple[tuple[Field, bool], ...] = ()
    container: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[tuple[Field, str], ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Everything of the model that it refers to."""
        shown = (one for fields in self.roles.values() for one in fields)
        return (*shown, *(by for by, _ in self.sort), *(by for by, _ in self.only))

    def to_json(self, place: int) -> Json:
        """Write it.

        Parameters
        ----------
        place : int
            Where it comes when people walk the page by keyboard, from 0.
        """
        position = {
            "x": self.box.x,
            "y": self.box.y,
            "z": 1000 * place,
            "width": self.box.width,
            "height": self.box.height,
            "tabOrder": 1000 * place,
        }
        visual: Json = {"visualType": self.kind}
        if self.roles:
            visual["query"] = self._query()
        if self.objects:
            visual["objects"] = dict(self.objects)
        visual["visualContainerObjects"] = self._around()
        visual["drillFilterOtherVisuals"] = True
        whole: Json = {"$schema": SCHEMA, "name": self.name, "position": position, "visual": visual}
        if self.only:
            whole["filterConfig"] = {"filters": [self._filter(by, value) for by, value in self.only]}
        return whole

    def _filter(self, by: Field, value: str) -> Json:
        return {
            "name": f"{self.name}_{by.name.lower().replace(' ', '_')}",
            "field": by.expression(),
            "type": "Categorical",
            "filter": one_of(by, value),
            "howCreated": "User",
            "isHiddenInViewMode": True,
        }

    def _query(self) -> Json:
        grouped = ("Category", "Series", "Rows")
        state = {
            role: {"projections": [shown.projection(active=role in grouped) for shown in fields]}
            for role, fields in self.roles.items()
        }
        query: Json = {"queryState": state}
        seen: set[str] = set()
        for projection in (each for role in state.values() for each in role["projections"]):
            # Columns of two tables may share a name; within a visual each has its own.
            while projection["nativeQueryRef"].casefold() in seen:
                projection["nativeQueryRef"] += " (2)"
            seen.add(projection["nativeQueryRef"].casefold())
        if self.sort:
            order = [
                {"field": by.expression(), "direction": "Descending" if falls else "Ascending"}
                for by, falls in self.sort
            ]
            query["sortDefinition"] = {"sort": order, "isDefaultSort": False}
        return query

    def _around(self) -> Json:
        around: Json = {
            "title": _styled(show=True, text=self.title, heading="Heading2") if self.title else _styled(show=False),
            "general": _styled(altText=self.alt),
        }
        if self.subtitle:
            around["subTitle"] = _styled(show=True, text=self.subtitle)
        return around | dict(self.container)


def statement(
    name: str,
    box: Box,
    shown: Field,
    alt: str,
    *,
    size: float,
    title: str = "",
    only: tuple[tuple[Field, str], ...] = (),
) -> Visual:
    """Show one text of the model, such as the finding: it changes with the data, as a text box would not."""
    objects = {
        "value": _styled(DEFAULT, fontSize=size, horizontalAlignment="left", textWrap=True, fontColor=ink("ink")),
        "label": _styled(DEFAULT, show=False),
        "layout": _styled(DEFAULT, paddingUniform=4),
        "outline": _styled(DEFAULT, show=False),
    }
    bare = {"background": _styled(show=False), "border": _styled(show=False)}
    return Visual(name, "cardVisual", box, alt, {"Data": (shown,)}, objects, title=title, container=bare, only=only)


def note(name: str, box: Box, text: str) -> Visual:
    """Show a line that is the same whatever the data."""
    style = {"fontSize": "9pt", "fontFamily": "Segoe UI", "color": ink("ink-3")}
    objects = {"general": [{"properties": {"paragraphs": [{"textRuns": [{"value": text, "textStyle": style}]}]}}]}
    bare = {
        "padding": _styled(top=0.0, bottom=0.0, left=0.0, right=0.0),
        "background": _styled(show=False),
        "border": _styled(show=False),
    }
    return Visual(name, "textbox", box, text, objects=objects, container=bare)


def cards(name: str, box: Box, shown: Sequence[Field], alt: str, *, size: float = 16.0) -> Visual:
    """Show figures side by side, each under its name."""
    objects = {
        "layout": _styled(columnCount=len(shown), maxTiles=len(shown)),
        "value": _styled(DEFAULT, fontSize=size, fontColor=ink("ink"), labelDisplayUnits=1.0, textWrap=True),
        "label": _styled(DEFAULT, show=True, fontSize=10.0, fontColor=ink("ink-3"), position="aboveValue"),
        "outline": _styled(DEFAULT, show=False),
    }
    return Visual(name, "cardVisual", box, alt, {"Data": tuple(shown)}, objects)


def stacked(name: str, box: Box, figure: Field, colours: Colours, alt: str, *, title: str, legend: bool) -> Visual:
    """Show one figure as one bar that is divided by segment: its parts make 100%."""
    objects = {
        "dataPoint": colours.rules(),
        "labels": _styled(show=True, fontSize=10.0, labelDisplayUnits=0.0, labelOverflow=True),
        "legend": _styled(show=legend, position="Bottom", showTitle=False, fontSize=10.0),
        "categoryAxis": _styled(show=False),
        "valueAxis": _styled(show=False, start=0.0),
    }
    roles = {"Series": (colours.by,), "Y": (figure,)}
    return Visual(name, "hundredPercentStackedBarChart", box, alt, roles, objects, title=title)


def bars(
    name: str,
    box: Box,
    category: Field,
    figures: Sequence[Field],
    alt: str,
    *,
    title: str,
    subtitle: str = "",
    colours: Colours | Field,
    sort: tuple[tuple[Field, bool], ...] = (),
    beside: tuple[Field, ...] = (),
    from_zero: bool = True,
) -> Visual:
    """Show bars from zero, one group a category.

    Parameters
    ----------
    colours : Colours or Field
        Of each category; or the field that says the colour of each bar.
    beside : tuple of Field, default ()
        Shown when a bar is pointed at, and to sort by.
    from_zero : bool, default True
        Whether the axis begins at zero; False where values lie on both sides of it, and so does the axis.
    """
    if isinstance(colours, Colours):
        painted = colours.rules()
    else:
        said = {"solid": {"color": {"expr": colours.expression()}}}
        painted = [
            {"properties": properties({"defaultColor": ink("ink-2")})},
            {"properties": {"fill": said}, "selector": {"data": [{"dataViewWildcard": {"matchingOption": 1}}]}},
        ]
    begins = {"start": 0.0} if from_zero else {"start": -100.0, "end": 100.0}
    objects = {
        "dataPoint": painted,
        "labels": _styled(show=True, fontSize=10.0),
        "legend": _styled(show=len(figures) > 1, position="Top", showTitle=False, fontSize=10.0),
        "categoryAxis": _styled(show=True, showAxisTitle=False, fontSize=10.0, maxMarginFactor=45, innerPadding=30),
        "valueAxis": _styled(show=False, showAxisTitle=False, **begins),
    }
    roles = {"Category": (category,), "Y": tuple(figures), **({"Tooltips": beside} if beside else {})}
    return Visual(name, "clusteredBarChart", box, alt, roles, objects, title=title, subtitle=subtitle, sort=sort)


def lines(
    name: str, box: Box, over: Field, figure: Field, alt: str, *, title: str, subtitle: str, colours: Colours | None
) -> Visual:
    """Show a figure over time, one line a segment, or one line for all that is chosen."""
    roles = {"Category": (over,), "Y": (figure,)}
    objects: Json = {
        "categoryAxis": _styled(show=True, showAxisTitle=False, fontSize=10.0, axisType="Scalar"),
        "valueAxis": _styled(show=True, start=0.0, showAxisTitle=False, fontSize=10.0, gridlineShow=True),
        "lineStyles": _styled(strokeWidth=2.0, showMarker=False),
    }
    if colours is None:
        objects["dataPoint"] = _styled(defaultColor=ink("ink-2"))
    else:
        roles = {"Category": (over,), "Series": (colours.by,), "Y": (figure,)}
        objects["dataPoint"] = colours.rules()
        objects["legend"] = _styled(show=True, position="Right", showTitle=False, fontSize=10.0)
    return Visual(name, "lineChart", box, alt, roles, objects, title=title, subtitle=subtitle, sort=((over, False),))


def table(
    name: str,
    box: Box,
    shown: Sequence[Field],
    alt: str,
    *,
    title: str,
    subtitle: str = "",
    sort: tuple[tuple[Field, bool], ...] = (),
    total: bool = False,
    wrap: bool = False,
    wide: Mapping[str, float] | None = None,
) -> Visual:
    """Show rows; ``wide`` gives the width of some columns, in pixels, by the reference of their field."""
    widths = [
        {"properties": properties({"value": pixels}), "selector": {"metadata": reference}}
        for reference, pixels in (wide or {}).items()
    ]
    objects: Json = {
        "total": _styled(totals=total),
        "grid": _styled(rowPadding=2.0, gridHorizontal=True, gridVertical=False, textSize=10.0),
        "columnHeaders": _styled(fontSize=10.0, bold=True, wordWrap=True, autoSizeColumnWidth=True),
        "values": _styled(fontSize=10.0, wordWrap=wrap),
    }
    if widths:
        objects["columnWidth"] = widths
    return Visual(
        name, "tableEx", box, alt, {"Values": tuple(shown)}, objects, title=title, subtitle=subtitle, sort=sort
    )


def slicer(name: str, box: Box, by: Field, alt: str, *, title: str, chosen: str = "") -> Visual:
    """Let people choose; ``chosen`` is what is chosen at first, and makes it a choice of exactly one."""
    general: Json = {"orientation": 0.0}
    if chosen:
        general["filter"] = {"filter": one_of(by, chosen)}
    objects = {
        "general": _styled(**general),
        "data": _styled(mode="Dropdown"),
        "header": _styled(show=True, text=title, textSize=10.0, fontColor=ink("ink-3")),
        "items": _styled(textSize=11.0, fontColor=ink("ink")),
        "selection": _styled(singleSelect=bool(chosen), strictSingleSelect=bool(chosen)),
    }
    return Visual(name, "slicer", box, alt, {"Values": (by,)}, objects)


def back(name: str, box: Box) -> Visual:
    """Lead back to where a drill-through began."""
    text = properties({"show": True, "text": "Back", "fontColor": ink("ink"), "fontSize": 10.0})
    objects = {
        "icon": [{"properties": properties({"shapeType": "back", "lineColor": ink("ink-2")}), "selector": DEFAULT}],
        "text": [{"properties": text, "selector": DEFAULT}],
        "fill": _styled(DEFAULT, show=False),
        "outline": _styled(DEFAULT, show=True, lineColor=ink("rule-strong"), weight=1.0),
    }
    link = {"visualLink": _styled(show=True, type="Back")}
    return Visual(name, "actionButton", box, "Back to the page you came from.", objects=objects, container=link)


def _styled(selector: Json | None = None, /, **values: Any) -> list[Json]:
    written: Json = {"properties": properties(values)}
    return [written if selector is None else {**written, "selector": selector}]
