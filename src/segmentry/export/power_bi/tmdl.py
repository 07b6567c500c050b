"""The semantic model as text: TMDL, the files that Power BI Desktop and git both read."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from segmentry.export.power_bi.dax import Measure, Shown
from segmentry.export.power_bi.m import PARAMETER, parameter, read_table
from segmentry.export.power_bi.star import DATES, FIGURES, Column, Kind, Star, Table
from segmentry.export.power_bi.synonyms import LANGUAGE, linguistic_schema

__all__ = ["formatted", "model_files", "quoted"]

NAMESPACE = uuid.UUID("5b7f7c55-0c6d-5d0e-9a41-1f1a6d7f2c11")
"""Lineage tags follow from names, so that an export made again differs in nothing but what changed."""
COMPATIBILITY = 1600
DATA_TYPES: Mapping[Kind, str] = MappingProxyType(
    {
        "text": "string",
        "whole": "int64",
        "round": "double",
        "number": "double",
        "money": "double",
        "share": "double",
        "date": "dateTime",
    }
)
FORMATS: Mapping[Kind | Shown, str] = MappingProxyType(
    {
        "whole": "#,0",
        "round": "#,0",
        "number": "#,0.00",
        "share": "0.0%;-0.0%;0.0%",
        "change": "+#,0;-#,0;0",
        "date": "d mmm yyyy",
    }
)


def model_files(star: Star, measures: Sequence[Measure], folder: str) -> dict[str, str]:
    """Give the files below ``definition/`` by their paths.

    Parameters
    ----------
    star : Star
        Tables, columns and relationships.
    measures : sequence of Measure
        The measures, which get a table of their own.
    folder : str
        What the parameter DataFolder stands at first.
    """
    names = [FIGURES, *star.tables]
    tables = {name: _table(star.tables[name], star.currency) for name in star.tables}
    tables[FIGURES] = _figures(measures, star.currency)
    return {
        "database.tmdl": f"database\n\tcompatibilityLevel: {COMPATIBILITY}\n",
        "model.tmdl": _model(names),
        "expressions.tmdl": _parameter(folder),
        "relationships.tmdl": _relationships(star),
        f"cultures/{LANGUAGE}.tmdl": _culture(star, measures),
        **{f"tables/{name}.tmdl": tables[name] for name in names},
    }


def quoted(name: str) -> str:
    """Write a name, in quotes where it needs them.

    Examples
    --------
    >>> print(quoted("Revenue"), quoted("Segment key"), quoted("Kim's"))
    Revenue 'Segment key' 'Kim''s'
    """
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else "'" + name.replace("'", "''") + "'"


def formatted(kind: Kind | Shown, currency: str) -> str:
    r"""Give the format string of a kind; "" for text.

    Examples
    --------
    >>> print(formatted("money", "£"), formatted("cents", "EUR"), formatted("share", ""))
    \£#,0;-\£#,0 #,0.00\ \E\U\R 0.0%;-0.0%;0.0%
    """
    if kind not in ("money", "cents"):
        return FORMATS.get(kind, "")
    figure = "#,0" if kind == "money" else "#,0.00"
    # Every sign is escaped for itself: none can be taken for a part of the format.
    unit = "".join(f"\\{sign}" for sign in currency if sign.isprintable())
    if not unit:
        return figure
    if currency.replace(".", "").isalpha():
        return f"{figure}\\ {unit}"
    return f"{unit}{figure};-{unit}{figure}"


def _value(value: str) -> str:
    """Write a text property on its line, in quotes where it could be misread."""
    line = _line(value)
    return '"' + line.replace('"', '""') + '"' if line != line.strip() or line.startswith('"') or not line else line


def _line(value: str) -> str:
    """Bring text on one line."""
    return " ".join(value.split())


def _tag(*path: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(path)))


def _table(table: Table, currency: str) -> str:
    lines = [f"/// {_line(table.description)}", f"table {quoted(table.name)}"]
    lines += ["\tisHidden"] if table.hidden else []
    lines += [f"\tlineageTag: {_tag(table.name)}"]
    lines += ["\tdataCategory: Time"] if table.name == DATES else []
    lines += [""]
    for column in table.columns:
        lines += [*_column(table.name, column, currency), ""]
    lines += [*_partition(table.name, read_table(table)), ""]
    return "\n".join([*lines, "\tannotation PBI_ResultType = Table", ""])


def _column(table: str, column: Column, currency: str) -> Iterator[str]:
    yield f"\t/// {_line(column.description)}"
    yield f"\tcolumn {quoted(column.name)}"
    yield f"\t\tdataType: {DATA_TYPES[column.kind]}"
    if column.hidden:
        yield "\t\tisHidden"
    if column.key:
        yield "\t\tisKey"
    shown = "0" if column.kind == "whole" else formatted(column.kind, currency)
    if shown:
        yield f"\t\tformatString: {shown}"
    if column.folder:
        yield f"\t\tdisplayFolder: {_value(column.folder)}"
    yield f"\t\tlineageTag: {_tag(table, column.name)}"
    yield "\t\tsummarizeBy: none"
    yield f"\t\tsourceColumn: {_value(column.name)}"
    if column.sort_by:
        yield f"\t\tsortByColumn: {quoted(column.sort_by)}"
    yield ""
    yield "\t\tannotation SummarizationSetBy = User"
    if column.kind == "date":
        yield ""
        yield "\t\tannotation UnderlyingDateTimeDataType = Date"


def _partition(name: str, query: str) -> Iterator[str]:
    yield f"\tpartition {quoted(name)} = m"
    yield "\t\tmode: import"
    yield "\t\tsource ="
    yield from (f"\t\t\t\t{line}" for line in query.splitlines())


def _figures(measures: Sequence[Measure], currency: str) -> str:
    """Write the table that holds the measures: one hidden column, no rows."""
    lines = ["/// The measures.", f"table {FIGURES}", f"\tlineageTag: {_tag(FIGURES)}", ""]
    for measure in measures:
        lines += [f"\t/// {_line(measure.description)}", f"\tmeasure {quoted(measure.name)} = {_line(measure.dax)}"]
        shown = formatted(measure.kind, currency)
        lines += [f"\t\tformatString: {shown}"] if shown else []
        lines += [f"\t\tdisplayFolder: {_value(measure.folder)}", f"\t\tlineageTag: {_tag(FIGURES, measure.name)}", ""]
    nothing = Column("Nothing", "text", "Holds no value: a table needs a column.", hidden=True)
    lines += [*_column(FIGURES, nothing, currency), ""]
    lines += [*_partition(FIGURES, "let\n    Source = #table(type table [Nothing = text], {})\nin\n    Source"), ""]
    return "\n".join([*lines, "\tannotation PBI_ResultType = Table", ""])


def _model(names: Sequence[str]) -> str:
    lines = [
        "/// One run of segmentry: customers, their segments, and what they ordered month by month.",
        "model Model",
    ]
    lines += [f"\tculture: {LANGUAGE}", "\tdefaultPowerBIDataSourceVersion: powerBI_V3"]
    lines += [f"\tsourceQueryCulture: {LANGUAGE}"]
    lines += ["\tdataAccessOptions", "\t\tlegacyRedirects", "\t\treturnErrorValuesAsNull", ""]
    lines += ["annotation __PBI_TimeIntelligenceEnabled = 0", ""]
    lines += [f"annotation PBI_QueryOrder = {json.dumps([PARAMETER, *names])}", ""]
    lines += [*(f"ref table {quoted(name)}" for name in names), "", f"ref cultureInfo {LANGUAGE}", ""]
    return "\n".join(lines)


def _parameter(folder: str) -> str:
    text = "The folder that holds the CSV files of this project, as a full path."
    lines = [f"/// {text}", f"expression {PARAMETER} = {parameter(folder)}", f"\tlineageTag: {_tag(PARAMETER)}", ""]
    return "\n".join([*lines, "\tannotation PBI_ResultType = Text", ""])


def _relationships(star: Star) -> str:
    lines: list[str] = []
    for each in star.relationships:
        ends = ["{}.{}".format(*map(quoted, end)) for end in (each.many, each.one)]
        lines += [
            f"relationship {_tag(*each.many, *each.one)}",
            f"\tfromColumn: {ends[0]}",
            f"\ttoColumn: {ends[1]}",
            "",
        ]
    return "\n".join(lines)


def _culture(star: Star, measures: Sequence[Measure]) -> str:
    schema = json.dumps(linguistic_schema(star, measures), ensure_ascii=False, indent=2)
    lines = [f"cultureInfo {LANGUAGE}", "", "\tlinguisticMetadata ="]
    lines += [f"\t\t\t{line}" for line in schema.splitlines()]
    return "\n".join([*lines, "\t\tcontentType: json", ""])
