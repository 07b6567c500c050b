"""Everything a run can be exported as: one row a format."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from segmentry.errors import UsageError
from segmentry.export.azure_ml import azure_ml
from segmentry.export.azure_ml.submit import Place
from segmentry.export.dependable import refuse_undependable
from segmentry.export.onnx import write_onnx
from segmentry.export.pdf import pdf
from segmentry.export.power_bi import write_project
from segmentry.export.workbook import workbook
from segmentry.files import write_bytes, write_text
from segmentry.report import Brand, html, markdown
from segmentry.workspace import Run

__all__ = ["FORMATS", "Extra", "Format"]

Write = Callable[..., Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Extra:
    """An option that one format has and others don't.

    Parameters
    ----------
    name : str
        As typed, without the dashes; ``write`` takes it with underscores.
    help : str
        One line of ``segmentry export FORMAT --help``.
    default : bool, str or None, default False
        What holds when it isn't given: a yes/no is a flag, anything else takes a text.
    """

    name: str
    help: str
    default: bool | str | None = False


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Parameters
    ----------
    title : str
        What is written, in one line of ``segmentry export --help``.
    write : callable
        Takes the run, where to, the look of its report, and its own options by keyword; gives lines for people,
        or None.
    extras : tuple of Extra, default ()
        Options that this format has and others don't.
    look : bool, default True
        Whether people see it: what only programs read has no look, and takes no brand.
    """

    title: str
    write: Write
    extras: tuple[Extra, ...] = ()
    look: bool = True


def _html(run: Run, out: Path, brand: Brand) -> None:
    write_text(out, html(run.summary, brand))


def _markdown(run: Run, out: Path, brand: Brand) -> None:
    write_text(out, markdown(run.summary, brand))


def _pdf(run: Run, out: Path, brand: Brand) -> None:
    write_bytes(out, pdf(html(run.summary, brand)))


def _onnx(run: Run, out: Path, brand: Brand) -> list[str]:
    del brand
    return write_onnx(run, out)


def _azure_ml(
    run: Run,
    out: Path,
    brand: Brand,
    *,
    package: str | None,
    endpoint: str | None,
    compute: str,
    submit: bool,
    subscription: str,
    group: str,
    azure_workspace: str,
) -> list[str]:
    del brand
    place = Place(subscription, group, azure_workspace)
    if place.given and not submit:
        raise UsageError(
            "--subscription, --group and --azure-workspace say where to send it, and it isn't sent",
            way_out="--submit beside them, or none of them",
        )
    azure_ml(run, out, package=package, endpoint=endpoint, compute=compute, send_to=place if submit else None)
    return ["README.md there has every command that follows"]


def _excel(run: Run, out: Path, brand: Brand, *, include_customers: bool) -> None:
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"Excel opens no workbook called {out.name}", way_out=f"--out {out.stem}.xlsx")
    write_bytes(out, workbook(run.summary, brand, run if include_customers else None))


def _acted_on(title: str, write: Write, *extras: Extra, look: bool = True) -> Format:
    """Give a format that people or programs act on: it is refused of a split that isn't dependable."""

    def checked(run: Run, out: Path, brand: Brand, *, anyway: bool, **options: Any) -> Sequence[str] | None:
        refuse_undependable(run.summary, "its segments would hold other customers", anyway=anyway)
        return write(run, out, brand, **options)

    return Format(title, checked, (*extras, Extra("anyway", "Even where the split is not dependable.")), look)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "azure-ml": _acted_on(
            "Write a folder that Azure Machine Learning deploys.",
            _azure_ml,
            Extra("package", "A wheel of segmentry, or what pip installs it from.", None),
            Extra("endpoint", "Name of the online endpoint.", None),
            Extra("compute", "The workspace's cluster for batches and training.", "cpu-cluster"),
            Extra("submit", "Send it to the workspace, with your own login."),
            Extra("subscription", "Of Azure; otherwise config.json says where to.", ""),
            Extra("group", "The resource group.", ""),
            Extra("azure-workspace", "The workspace of Azure Machine Learning.", ""),
            look=False,
        ),
        "excel": _acted_on(
            "Write an Excel workbook, a sheet a segment, with charts.",
            _excel,
            Extra("include-customers", "A sheet of customers for each segment too, by id."),
        ),
        "html": Format("Write the report as one HTML file.", _html),
        "markdown": Format("Write the report as Markdown.", _markdown),
        "onnx": _acted_on("Write the model as ONNX, for onnxruntime and other runtimes.", _onnx, look=False),
        "pdf": Format("Print the report to PDF, by a browser that is installed.", _pdf),
        "power-bi": _acted_on(
            "Write a Power BI project, with a row for every customer.",
            write_project,
            Extra("data-only", "Renew only the data of the project in --out."),
            Extra("raw", "Leave text that looks like a formula as it is."),
        ),
    }
)
"""Every format by its name on the command line."""
