"""The project folder: what stands in it, and when it may be replaced."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tomli_w

from segmentry.errors import UsageError, VerdictError
from segmentry.export.power_bi.data import write_data
from segmentry.export.power_bi.dax import measures
from segmentry.export.power_bi.star import Star
from segmentry.export.power_bi.tables import star
from segmentry.export.power_bi.tmdl import model_files
from segmentry.files import replace_folder
from segmentry.report import Brand
from segmentry.workspace import Run

__all__ = ["DATA", "MANIFEST", "write_project"]

DATA = "data"
MANIFEST = "segmentry.toml"
"""Says what was written: by it a project of ours is known again, and whether people changed it."""
ITEM = "https://developer.microsoft.com/json-schemas/fabric/item/semanticModel/definitionProperties/1.0.0/schema.json"
PLATFORM = "https://developer.microsoft.com/json-schemas/fabric/gitIntegration/platformProperties/2.0.0/schema.json"


def write_project(
    run: Run, out: Path, brand: Brand, *, data_only: bool = False, raw: bool = False, anyway: bool = False
) -> None:
    """Write a run as a Power BI project.

    Parameters
    ----------
    run : Run
        A saved run.
    out : pathlib.Path
        The project's folder; an older project of ours in that place is replaced, unless people changed it.
    brand : Brand
        The look of its pages.
    data_only : bool, default False
        Put new data into a project that stands there, and leave its pages and measures as they are.
    raw : bool, default False
        Leave text as it is. Otherwise text that a spreadsheet would run as a formula gets a ``'`` in front.
    anyway : bool, default False
        Write it even where the split is not dependable.

    Raises
    ------
    UsageError
        The folder holds something else, or a project that people changed; or it can't be written to.
    VerdictError
        The split is not dependable.
    """
    if run.summary.verdict == "Not dependable" and not anyway:
        raise VerdictError(
            "this split is not dependable: rebuilt on a fresh draw it would place other customers",
            [run.summary.reason],
            "another split, or --anyway",
        )
    out = out.absolute()
    found = star(run)
    if data_only:
        _renew(found, out, raw=raw)
        return
    _only_ours(out)
    files = project_files(found, brand, str(out / DATA))
    with replace_folder(out) as new:
        for name, content in files.items():
            place = new / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        (new / DATA).mkdir()
        write_data(found, new / DATA, raw=raw)
        (new / MANIFEST).write_text(_manifest(found, files), encoding="utf-8")


def project_files(found: Star, brand: Brand, folder: str) -> dict[str, str | bytes]:
    """Give every file of the project but its data, by path.

    Parameters
    ----------
    found : Star
        The run's tables.
    brand : Brand
        The look of its pages.
    folder : str
        What the parameter DataFolder stands at first.
    """
    del brand
    figures = measures(found)
    model = f"{found.name}.SemanticModel"
    files: dict[str, str | bytes] = {
        f"{model}/definition/{name}": text for name, text in model_files(found, figures, folder).items()
    }
    files[f"{model}/definition.pbism"] = _json({"$schema": ITEM, "version": "4.2", "settings": {}})
    files[f"{model}/.platform"] = _json(
        {
            "$schema": PLATFORM,
            "metadata": {"type": "SemanticModel", "displayName": found.name},
            "config": {"version": "2.0", "logicalId": _identity(found.name, "SemanticModel")},
        }
    )
    files["READ ME.txt"] = _read_me(found)
    return files
