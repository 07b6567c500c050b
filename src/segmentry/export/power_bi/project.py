"""The project folder: what stands in it, and when it may be replaced."""

import hashlib
import json
import tomllib
import uuid
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tomli_w

from segmentry.errors import UsageError
from segmentry.export.folders import only_ours
from segmentry.export.power_bi.data import write_data
from segmentry.export.power_bi.dax import measures
from segmentry.export.power_bi.m import PARAMETER
from segmentry.export.power_bi.report import report_files
from segmentry.export.power_bi.star import CUSTOMERS, Star
from segmentry.export.power_bi.tables import star
from segmentry.export.power_bi.tmdl import model_files
from segmentry.files import replace_folder, write_text
from segmentry.report import Brand
from segmentry.workspace import Run

__all__ = ["DATA", "MANIFEST", "write_project"]

DATA = "data"
MANIFEST = "segmentry.toml"
"""Says what was written: by it a project of ours is known again, and whether people changed it."""
NAMESPACE = uuid.UUID("9c0e2f0e-6c0b-5a53-8f0a-8d6c3a3f4b70")
"""Makes the id of one name the same in every export."""
ITEM = "https://developer.microsoft.com/json-schemas/fabric/item/semanticModel/definitionProperties/1.0.0/schema.json"
PLATFORM = "https://developer.microsoft.com/json-schemas/fabric/gitIntegration/platformProperties/2.0.0/schema.json"


def write_project(run: Run, out: Path, brand: Brand, *, data_only: bool = False, raw: bool = False) -> list[str]:
    """Write a run as a Power BI project, and say how to go on.

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

    Raises
    ------
    UsageError
        The folder holds something else, or a project that people changed; or it can't be written to.
    """
    out = out.absolute()
    found = star(run)
    if data_only:
        _renew(found, out, raw=raw)
        return ["new data lie under the pages: Refresh in Power BI Desktop reads them"]
    _untouched(out)
    files = project_files(found, brand, str(out / DATA))
    with replace_folder(out) as new:
        for name, content in files.items():
            place = new / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode("utf-8"))
        (new / DATA).mkdir()
        write_data(found, new / DATA, raw=raw)
        (new / MANIFEST).write_text(_manifest(found, files), encoding="utf-8")
    return [f"open {found.name}.pbip in Power BI Desktop; READ ME.txt there says how"]


def project_files(found: Star, brand: Brand, folder: str) -> dict[str, str]:
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
    model = f"{found.name}.SemanticModel"
    files = {path: _json(document) for path, document in report_files(found, brand, found.name).items()}
    texts = model_files(found, measures(found), folder)
    files |= {f"{model}/definition/{name}": text for name, text in texts.items()}
    files[f"{model}/definition.pbism"] = _json({"$schema": ITEM, "version": "4.2", "settings": {"qnaEnabled": True}})
    files[f"{model}/.platform"] = _json(
        {
            "$schema": PLATFORM,
            "metadata": {"type": "SemanticModel", "displayName": found.name},
            "config": {"version": "2.0", "logicalId": str(uuid.uuid5(NAMESPACE, model))},
        }
    )
    files["READ ME.txt"] = _read_me(found)
    return files


def _renew(found: Star, out: Path, *, raw: bool) -> None:
    """Put new data under the pages that people have."""
    known = _known(out)
    if known is None:
        raise UsageError(
            f"there is no Power BI project of ours in {out}", [f"{MANIFEST} is not there"], "--out with one"
        )
    now = _tables(found)
    for name, columns in known["tables"].items():
        if now.get(name) != columns:
            gone = [column for column in columns if column not in now.get(name, ())]
            more = [column for column in now.get(name, ()) if column not in columns]
            evidence = [f"the project has {', '.join(gone)}"] if gone else []
            evidence += [f"the run has {', '.join(more)}"] if more else []
            raise UsageError(
                f"the table {name} of this run has other columns than that of the project",
                evidence or ["they stand in another order"],
                "--out with a new folder, without --data-only",
            )
    # The pages have the unit of money written in their formats, and a formula names the column that is summed.
    for what, is_now in _money(found).items():
        was = known.get(what, is_now)
        if was != is_now:
            raise UsageError(
                f"the money of this run is not that of the project, which would show it as its own ({what})",
                [f"the project has {was or 'none'!r}, the run {is_now or 'none'!r}"],
                "--out with a new folder, without --data-only",
            )
    with replace_folder(out / DATA) as new:
        write_data(found, new, raw=raw)
    write_text(out / MANIFEST, tomli_w.dumps(known | {"run": found.name}))


def _untouched(out: Path) -> None:
    """Refuse to replace somebody's other files, and a project that people have worked on."""
    known = _known(out)
    only_ours(out, ours=known is not None)
    if known is None:
        return
    changed = [name for name, seal in known["files"].items() if _seal_of(out / name) != seal]
    added = [str(path.relative_to(out)) for path in sorted(out.rglob("*")) if _by_people(path, out, known["files"])]
    if changed or added:
        evidence = [f"changed or gone: {', '.join(changed[:3])}"] if changed else []
        evidence += [f"new: {', '.join(added[:3])}"] if added else []
        raise UsageError(
            f"the project in {out} was changed since it was written, and an export would replace it",
            evidence,
            "--data-only to renew its data alone, or --out with a new folder",
        )


def _by_people(path: Path, out: Path, known: Mapping[str, str]) -> bool:
    """Tell a file that isn't ours; what Power BI keeps for itself is nobody's work."""
    inside = path.relative_to(out)
    own = ".pbi" in inside.parts or inside.parts[0] in (DATA, MANIFEST)
    return path.is_file() and not own and inside.as_posix() not in known


def _known(out: Path) -> dict[str, Any] | None:
    """Read what was written there; None where that wasn't us."""
    try:
        found = tomllib.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return found if isinstance(found.get("files"), dict) and isinstance(found.get("tables"), dict) else None


def _manifest(found: Star, files: Mapping[str, str]) -> str:
    seals = {name: _seal(content.encode("utf-8")) for name, content in files.items()}
    about = {"release": version("segmentry"), "run": found.name, **_money(found)}
    return tomli_w.dumps({**about, "files": seals, "tables": _tables(found)})


def _money(found: Star) -> dict[str, str]:
    return {"currency": found.currency, "spend": found.spend}


def _tables(found: Star) -> dict[str, list[str]]:
    return {name: [column.name for column in table.columns] for name, table in found.tables.items()}


def _seal_of(path: Path) -> str:
    return _seal(path.read_bytes()) if path.is_file() else ""


def _seal(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _read_me(found: Star) -> str:
    customers = len(found.tables[CUSTOMERS].rows)
    return f"""\
{found.name}: a Power BI project

The folder "{DATA}" holds one row for each of {customers:,} customers, with id and measures.
Treat it as you treat your customer data: who gets the folder, or the published report, gets them.

1. Open {found.name}.pbip in Power BI Desktop.
2. Transform data > Edit parameters > {PARAMETER}: the full path of the folder "{DATA}" on this computer.
3. Apply changes. Power BI reads the files; later, Refresh reads them again.

New figures later, under the pages as you have changed them:
    segmentry export power-bi RUN --out THIS_FOLDER --data-only
"""
