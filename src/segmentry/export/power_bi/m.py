"""Power Query M: how each table is read from the data folder."""

from collections.abc import Mapping
from types import MappingProxyType

from segmentry.export.power_bi.star import Kind, Table

__all__ = ["PARAMETER", "parameter", "read_table", "text"]

PARAMETER = "DataFolder"
"""The parameter that people set to where the data folder lies on their computer."""
TYPES: Mapping[Kind, str] = MappingProxyType(
    {
        "text": "type text",
        "whole": "Int64.Type",
        "round": "type number",
        "number": "type number",
        "money": "type number",
        "share": "type number",
        "date": "type date",
    }
)
UTF_8 = 65001
"""Its number as a code page."""


def text(value: str) -> str:
    """Write a text literal.

    Examples
    --------
    >>> print(text('5" #(lf)'))
    "5"" #(#)(lf)"
    """
    doubled = value.replace('"', '""').replace("#(", "#(#)(")
    return f'"{doubled}"'


def parameter(folder: str) -> str:
    """Write the parameter with the folder it stands at.

    Parameters
    ----------
    folder : str
        An absolute path: Power Query takes no other.
    """
    return f'{text(folder)} meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = true]'


def read_table(table: Table) -> str:
    """Write the query of one table: columns by name, types said, numbers and dates read alike on every computer.

    Parameters
    ----------
    table : Table
        Its file's name and columns are used.
    """
    names = ", ".join(text(column.name) for column in table.columns)
    types = ", ".join(f"{{{text(column.name)}, {TYPES[column.kind]}}}" for column in table.columns)
    options = f'Delimiter = ",", Columns = {len(table.columns)}, Encoding = {UTF_8}, QuoteStyle = QuoteStyle.Csv'
    # Power Query runs on Windows; whoever sets the folder may end it in a stroke or not.
    path = f'Text.TrimEnd({PARAMETER}, {{"\\", "/"}}) & {text(f"{chr(92)}{table.file}")}'
    return f"""\
let
    Source = Csv.Document(File.Contents({path}), [{options}]),
    Named = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),
    Blank = Table.ReplaceValue(Named, "", null, Replacer.ReplaceValue, {{{names}}}),
    Typed = Table.TransformColumnTypes(Blank, {{{types}}}, "en-US")
in
    Typed"""
