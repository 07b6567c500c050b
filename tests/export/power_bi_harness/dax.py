"""Evaluates the DAX that our measures are written in, over the exported files, in DuckDB.

It knows as much of DAX as we use and refuses the rest. A filter context is a set of conditions by table; they go along
the relationships from the one to the many, as Power BI's do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from pbi_parsers.dax import exprs, to_ast

from power_bi_harness.tmdl import Node, read, unquoted

SQL_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "dateTime": "DATE"}
AGGREGATES = {"SUM": "sum({})", "MAX": "max({})", "MEDIAN": "median({})", "DISTINCTCOUNT": "count(DISTINCT {})"}


class DaxError(ValueError):
    """A formula that we can't read, or that names what isn't there."""


@dataclass(frozen=True)
class Context:
    """The filters that hold.

    Parameters
    ----------
    conditions : mapping of (str, str) to str
        SQL conditions by table and column.
    """

    conditions: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def having(self, table: str, column: str, condition: str) -> "Context":
        """Give the filters with another one, which replaces that on the same column."""
        return replace(self, conditions=dict(self.conditions) | {(table, column): condition})

    def without(self, table: str) -> "Context":
        """Give the filters without those of a table."""
        return replace(self, conditions={key: value for key, value in self.conditions.items() if key[0] != table})


class Model:
    """A written project: its files in DuckDB, its measures by name."""

    def __init__(self, project: Path) -> None:
        definition = next(project.glob("*.SemanticModel")) / "definition"
        tables = [node for path in sorted((definition / "tables").iterdir()) for node in read(path)]
        self.columns = {table.name: [column.name for column in table.all("column")] for table in tables}
        self.measures = {measure.name: measure.value for table in tables for measure in table.all("measure")}
        self.relationships = [
            (_end(node.properties["fromColumn"]), _end(node.properties["toColumn"]))
            for node in read(definition / "relationships.tmdl")
        ]
        self.connection = duckdb.connect()
        for table in tables:
            if (file := project / "data" / f"{table.name.lower()}.csv").is_file():
                self._load(table, file)

    def _load(self, table: Node, file: Path) -> None:
        """Read a file by the types that the model gives its columns."""
        types = {column.name: SQL_TYPES[column.properties["dataType"]] for column in table.all("column")}
        query = f"FROM read_csv('{file}', header = true, columns = {types}, nullstr = '', parallel = false)"
        self.connection.execute(f'CREATE TABLE "{table.name}" AS {query}')

    def value(self, measure: str, context: Context | None = None) -> Any:
        """Evaluate a measure under filters."""
        if measure not in self.measures:
            raise DaxError(f"there is no measure {measure}")
        return self._evaluate(parse(self.measures[measure]), context or Context())

    def _evaluate(self, node: Any, context: Context) -> Any:
        match node:
            case exprs.MeasureExpression():
                return self.value(node.name.text.strip("[]"), context)
            case exprs.LiteralNumberExpression():
                return float(node.value.text)
            case exprs.LiteralStringExpression():
                return node.value.text.strip('"')
            case exprs.AddSubExpression() if node.operator.text == "-":
                left, right = self._evaluate(node.left, context), self._evaluate(node.right, context)
                return None if left is None and right is None else (left or 0) - (right or 0)
            case exprs.FunctionExpression():
                return self._call(node.function_name().upper(), node.args, context)
        raise DaxError(f"not known here: {node}")

    def _call(self, name: str, args: list[Any], context: Context) -> Any:
        if name in AGGREGATES:
            table, column = self._column(args[0])
            return self._query(AGGREGATES[name].format(_quoted(column)), table, context)
        known = {
            "COUNTROWS": self._countrows,
            "DIVIDE": self._divide,
            "IF": self._if,
            "HASONEVALUE": self._hasonevalue,
            "SELECTEDVALUE": self._selectedvalue,
            "CALCULATE": self._calculate,
        }
        if name not in known:
            raise DaxError(f"the function {name} is not known here")
        return known[name](args, context)

    def _countrows(self, args: list[Any], context: Context) -> Any:
        return self._query("nullif(count(*), 0)", self._table(args[0]), context)

    def _divide(self, args: list[Any], context: Context) -> Any:
        above, below = (self._evaluate(arg, context) for arg in args)
        return above / below if below and above is not None else None

    def _if(self, args: list[Any], context: Context) -> Any:
        taken = args[1:2] if self._evaluate(args[0], context) else args[2:]
        return self._evaluate(taken[0], context) if taken else None

    def _hasonevalue(self, args: list[Any], context: Context) -> Any:
        table, column = self._column(args[0])
        return self._query(f"count(DISTINCT {_quoted(column)}) = 1", table, context)

    def _selectedvalue(self, args: list[Any], context: Context) -> Any:
        table, column = self._column(args[0])
        if self._hasonevalue(args, context):
            return self._query(f"any_value({_quoted(column)})", table, context)
        return self._evaluate(args[1], context) if len(args) > 1 else None

    def _calculate(self, args: list[Any], context: Context) -> Any:
        for arg in args[1:]:
            context = self._modified(arg, context)
        return self._evaluate(args[0], context)

    def _modified(self, node: Any, context: Context) -> Context:
        match node:
            case exprs.FunctionExpression() if node.function_name().upper() == "REMOVEFILTERS":
                return context.without(self._table(node.args[0]))
            case exprs.ComparisonExpression():
                table, column = self._column(node.left)
                wanted = self._evaluate(node.right, context)
                value = "'{}'".format(wanted.replace("'", "''")) if isinstance(wanted, str) else wanted
                return context.having(table, column, f'"{column}" {node.operator.text} {value}')
        raise DaxError(f"no filter: {node}")

    def _query(self, selected: str, table: str, context: Context) -> Any:
        found = self.connection.execute(f'SELECT {selected} FROM "{table}" WHERE {self._where(table, context)}')
        return found.fetchall()[0][0]

    def _where(self, table: str, context: Context) -> str:
        """Write the table's own conditions, and those that reach it from the tables that it belongs to."""
        own = [condition for (name, _), condition in context.conditions.items() if name == table]
        for (many, key), (one, target) in self.relationships:
            if many == table and (reaching := self._where(one, context)) != "TRUE":
                own.append(f'"{key}" IN (SELECT "{target}" FROM "{one}" WHERE {reaching})')
        return " AND ".join(own) or "TRUE"

    def _table(self, node: Any) -> str:
        name = node.name.text if isinstance(node, exprs.IdentifierExpression | exprs.TableExpression) else ""
        if name.strip("'") not in self.columns:
            raise DaxError(f"no table: {node}")
        return name.strip("'")

    def _column(self, node: Any) -> tuple[str, str]:
        if not isinstance(node, exprs.ColumnExpression):
            raise DaxError(f"no column: {node}")
        table, column = node.table.text.strip("'"), node.column.text[1:-1]
        if column not in self.columns.get(table, ()):
            raise DaxError(f"there is no column {table}[{column}]")
        return table, column


@cache
def parse(text: str) -> Any:
    """Read a formula.

    Raises
    ------
    DaxError
        It is none.
    """
    try:
        found = to_ast(text)
    except (ValueError, AssertionError, IndexError) as error:
        raise DaxError(f"no DAX: {text}: {error}") from error
    if found is None:
        raise DaxError(f"no DAX: {text}")
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _end(value: str) -> tuple[str, str]:
    table, _, column = value.partition(".")
    return unquoted(table), unquoted(column)
