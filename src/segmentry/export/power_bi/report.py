"""The report definition of the project: every file of it, as data."""

import uuid
from collections.abc import Mapping

from segmentry.export.power_bi.expressions import Json, properties
from segmentry.export.power_bi.pages import pages
from segmentry.export.power_bi.star import Star
from segmentry.export.power_bi.theme import theme
from segmentry.report import Brand

__all__ = ["report_files"]

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"
REPORT = f"{SCHEMAS}/item/report"
THEME = "segmentry.json"
VERSIONS = {"visual": "2.4.0", "report": "3.1.0", "page": "2.0.0"}
"""Of the schemas that the files are written to."""
BASE_THEME = "CY24SU10"
"""What holds where our theme says nothing; it comes with Power BI."""
SETTINGS = {
    "useStylableVisualContainerHeader": True,
    "exportDataMode": "AllowSummarized",
    "defaultDrillFilterOtherVisuals": True,
    "allowChangeFilterTypes": True,
    "useEnhancedTooltips": True,
    "useDefaultAggregateDisplayName": False,
}
NAMESPACE = uuid.UUID("6a2b6a0e-53c5-4c3e-9d10-1d2f0a7c5b11")
"""Makes the ids of one name the same in every export, so that a newer export replaces the older one when published."""


def report_files(star: Star, brand: Brand, name: str) -> Mapping[str, Json]:
    """Give every file of the report by its path within the project's folder.

    Parameters
    ----------
    star : Star
        The tables that it is about.
    brand : Brand
        The look.
    name : str
        Of the project: the semantic model beside it is called ``NAME.SemanticModel``.
    """
    folder, drawn = f"{name}.Report", pages(star, brand)
    files: dict[str, Json] = {
        f"{name}.pbip": {
            "$schema": f"{SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json",
            "version": "1.0",
            "artifacts": [{"report": {"path": folder}}],
            "settings": {"enableAutoRecovery": True},
        },
        f"{folder}/.platform": {
            "$schema": f"{SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json",
            "metadata": {"type": "Report", "displayName": name},
            "config": {"version": "2.0", "logicalId": str(uuid.uuid5(NAMESPACE, folder))},
        },
        f"{folder}/definition.pbir": {
            "$schema": f"{REPORT}/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": f"../{name}.SemanticModel"}},
        },
        f"{folder}/definition/version.json": {
            "$schema": f"{REPORT}/definition/versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        f"{folder}/definition/report.json": _report(),
        f"{folder}/definition/pages/pages.json": {
            "$schema": f"{REPORT}/definition/pagesMetadata/1.0.0/schema.json",
            "pageOrder": [page.name for page in drawn],
            "activePageName": drawn[0].name,
        },
        f"{folder}/StaticResources/RegisteredResources/{THEME}": theme(brand, THEME),
    }
    for page in drawn:
        place = f"{folder}/definition/pages/{page.name}"
        files[f"{place}/page.json"] = page.to_json()
        for order, visual in enumerate(page.visuals):
            files[f"{place}/visuals/{visual.name}/visual.json"] = visual.to_json(order)
    return files


def _report() -> Json:
    return {
        "$schema": f"{REPORT}/definition/report/3.1.0/schema.json",
        "themeCollection": {
            "baseTheme": {"name": BASE_THEME, "reportVersionAtImport": VERSIONS, "type": "SharedResources"},
            "customTheme": {"name": THEME, "reportVersionAtImport": VERSIONS, "type": "RegisteredResources"},
        },
        "resourcePackages": [
            {
                "name": "RegisteredResources",
                "type": "RegisteredResources",
                "items": [{"name": THEME, "path": THEME, "type": "CustomTheme"}],
            }
        ],
        # The pane of filters is there, but leaves its room to the pages.
        "objects": {"outspacePane": [{"properties": properties({"visible": True, "expanded": False})}]},
        "settings": SETTINGS,
    }
