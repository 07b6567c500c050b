"""Everything a run can be exported as: one row a format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from segmentry.export.dependable import refuse_undependable
from segmentry.export.pdf import pdf
from segmentry.export.workbook import workbook
from segmentry.files import write_bytes, write_text
from segmentry.report import Brand, html, markdown
from segmentry.workspace import Run

__all__ = ["FORMATS", "Extra", "Format"]


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
        Takes the run, where to, the look of its report, and its own options by keyword.
    extras : tuple of Extra, default ()
        Options that this format has and others don't.
    """

    title: str
    write: Callable[..., None]
    extras: tuple[Extra, ...] = ()


def _html(run: Run, out: Path, brand: Brand) -> None:
    write_text(out, html(run.summary, brand))


def _markdown(run: Run, out: Path, brand: Brand) -> None:
    write_text(out, markdown(run.summary, brand))


def _pdf(run: Run, out: Path, brand: Brand) -> None:
    write_bytes(out, pdf(html(run.summary, brand)))


def _excel(run: Run, out: Path, brand: Brand, *, include_customers: bool, anyway: bool) -> None:
    refuse_undependable(run.summary, "its segments would hold other customers", anyway=anyway)
    write_bytes(out, workbook(run, brand, include_customers=include_customers))


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("Write the report as one HTML file.", _html),
        "markdown": Format("Write the report as Markdown.", _markdown),
        "pdf": Format("Print the report to PDF, by a browser that is installed.", _pdf),
        "excel": Format(
            "Write an Excel workbook: a summary, a sheet a segment, differences, charts.",
            _excel,
            (
                Extra("include-customers", "A sheet of customers for each segment too, by id."),
                Extra("anyway", "Even where the split is not dependable."),
            ),
        ),
    }
)
"""Every format by its name on the command line."""
