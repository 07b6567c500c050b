"""Everything a run can be exported as: one row a format."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from segmentry.export.onnx import write_onnx
from segmentry.export.pdf import pdf
from segmentry.export.power_bi import write_project
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
        Takes the run, where to, the look of its report, and its own options by keyword; gives lines for people,
        or None.
    extras : tuple of Extra, default ()
        Options that this format has and others don't.
    """

    title: str
    write: Callable[..., Sequence[str] | None]
    extras: tuple[Extra, ...] = ()


def _html(run: Run, out: Path, brand: Brand) -> None:
    write_text(out, html(run.summary, brand))


def _markdown(run: Run, out: Path, brand: Brand) -> None:
    write_text(out, markdown(run.summary, brand))


def _pdf(run: Run, out: Path, brand: Brand) -> None:
    write_bytes(out, pdf(html(run.summary, brand)))


def _onnx(run: Run, out: Path, brand: Brand) -> list[str]:
    del brand
    return write_onnx(run, out)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("Write the report as one HTML file.", _html),
        "markdown": Format("Write the report as Markdown.", _markdown),
        "onnx": Format("Write the model as ONNX, for onnxruntime and other runtimes.", _onnx),
        "pdf": Format("Print the report to PDF, by a browser that is installed.", _pdf),
        "power-bi": Format(
            "Write a Power BI project, with a row for every customer.",
            write_project,
            (
                Extra("data-only", "Renew only the data of the project in --out."),
                Extra("raw", "Leave text that looks like a formula as it is."),
                Extra("anyway", "Write it even where the split is not dependable."),
            ),
        ),
    }
)
"""Every format by its name on the command line."""
