"""A page of the report: its visuals, which of them filters which, and how people are led to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from segmentry.export.power_bi.expressions import Field, Json
from segmentry.export.power_bi.visuals import Visual

__all__ = ["HEIGHT", "WIDTH", "Page", "chosen_by", "unmoved_by"]

SCHEMA = "https://developer.microsoft.com/json-schemas/fabric/item/report/definition/page/2.0.0/schema.json"
WIDTH, HEIGHT = 1280, 720
"""Pixels."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Parameters
    ----------
    name : str
        Unique in the report; the name of its folder.
    title : str
        On its tab.
    visuals : tuple of Visual
        In the order in which people walk them by keyboard.
    interactions : tuple of (str, str, str), default ()
        The visual that is clicked, another one, and what the click does to it; what isn't said is left to Power BI.
    drill_by : tuple of Field, default ()
        The columns by which other pages lead here; empty where they don't.
    """

    name: str
    title: str
    visuals: tuple[Visual, ...]
    interactions: tuple[tuple[str, str, str], ...] = ()
    drill_by: tuple[Field, ...] = ()

    def to_json(self) -> Json:
        """Write it without its visuals, which are files of their own."""
        page: Json = {
            "$schema": SCHEMA,
            "name": self.name,
            "displayName": self.title,
            "displayOption": "FitToPage",
            "width": WIDTH,
            "height": HEIGHT,
        }
        if self.interactions:
            page["visualInteractions"] = [
                {"source": source, "target": target, "type": does} for source, target, does in self.interactions
            ]
        if self.drill_by:
            page |= self._led_to()
        return page

    def _led_to(self) -> Json:
        names = [f"{self.name}_by_{by.name.lower().replace(' ', '_')}" for by in self.drill_by]
        filters = [
            {"name": name, "field": by.expression(), "type": "Categorical", "howCreated": "Drillthrough"}
            for name, by in zip(names, self.drill_by, strict=True)
        ]
        parameters = [
            {"name": f"{name}_parameter", "boundFilter": name, "fieldExpr": by.expression()}
            for name, by in zip(names, self.drill_by, strict=True)
        ]
        binding = {"name": f"{self.name}_drillthrough", "type": "Drillthrough", "parameters": parameters}
        return {"filterConfig": {"filters": filters}, "pageBinding": binding}


def chosen_by(sources: Iterable[Visual | None], targets: Iterable[Visual | None]) -> Iterator[tuple[str, str, str]]:
    """Let a click on each source leave only what was clicked in each target; who isn't on the page is passed over."""
    return _pairs(sources, targets, "DataFilter")


def unmoved_by(sources: Iterable[Visual | None], targets: Iterable[Visual | None]) -> Iterator[tuple[str, str, str]]:
    """Let each target stay as it is whatever is clicked in the sources."""
    return _pairs(sources, targets, "NoFilter")


def _pairs(
    sources: Iterable[Visual | None], targets: Iterable[Visual | None], does: str
) -> Iterator[tuple[str, str, str]]:
    reached = [target for target in targets if target is not None]
    for source in sources:
        for target in reached:
            if source is not None and source is not target:
                yield source.name, target.name, does
