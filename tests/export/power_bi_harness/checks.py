"""Checks of a written project's model: every fault that we know of, as a line."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pbi_parsers.dax import exprs

from power_bi_harness.dax import DaxError, parse
from power_bi_harness.tmdl import Node, TmdlError, read, unquoted

FUNCTIONS = (
    *("CALCULATE", "COUNTROWS", "DISTINCTCOUNT", "DIVIDE", "HASONEVALUE", "IF", "MAX", "MEDIAN"),
    *("REMOVEFILTERS", "SELECTEDVALUE", "SUM"),
)
READ_AS = {"string": "type text", "int64": "Int64.Type", "double": "type number", "dateTime": "type date"}
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TYPED = re.compile(r'\{"((?:[^"]|"")*)", (type \w+|Int64\.Type)\}')


def faults(project: Path) -> list[str]:
    """Give every fault of a project's semantic model and data."""
    definition = next(project.glob("*.SemanticModel")) / "definition"
    try:
        nodes = {path: read(path) for path in sorted(definition.rglob("*.tmdl"))}
    except TmdlError as error:
        return [str(error)]
    every = [node for found in nodes.values() for node in found]
    tables = {node.name: node for node in every if node.kind == "table"}
    return [
        *_names(every, tables, {path.stem for path in nodes if path.parent.name == "tables"}),
        *_described(every),
        *(fault for table in tables.values() for fault in _columns(table)),
        *_tags(every),
        *_relationships([node for node in every if node.kind == "relationship"], tables),
        *_measures(tables),
        *_queries(every, tables),
        *_words(every, tables),
        *_data(project, tables),
    ]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, many in Counter(name.casefold() for name in names).items() if many > 1]


def _names(every: list[Node], tables: dict[str, Node], files: set[str]) -> Iterator[str]:
    yield from (f"two tables are called {name}" for name in _twice(n.name for n in every if n.kind == "table"))
    referred = [node.name for node in every if node.kind == "ref" and node.value == "table"]
    if sorted(referred) != sorted(tables) or files != set(tables):
        yield f"the model refers to {sorted(referred)}, there are {sorted(tables)} in the files {sorted(files)}"
    cultures = {node.name for node in every if node.kind == "cultureInfo"}
    if {node.name for node in every if node.kind == "ref" and node.value == "cultureInfo"} != cultures:
        yield "the model refers to other cultures than there are"
    for table in tables.values():
        both = [node.name for node in table.children if node.kind in ("column", "measure")]
        yield from (f"{table.name} has two of {name}" for name in _twice(both))
        if len(list(table.all("partition"))) != 1:
            yield f"{table.name} has not one partition"
    measures = [measure.name for table in tables.values() for measure in table.all("measure")]
    yield from (f"two measures are called {name}" for name in _twice(measures))
    yield from (f"a measure is called as the table {name}" for name in _twice([*tables, *measures]))


def _described(every: list[Node]) -> Iterator[str]:
    things = [node for node in every if node.kind in ("model", "table", "expression")]
    things += [child for node in every if node.kind == "table" for child in (*node.all("column"), *node.all("measure"))]
    yield from (f"{node.kind} {node.name} has no description" for node in things if not node.description)
    measures = [measure for node in every if node.kind == "table" for measure in node.all("measure")]
    yield from (f"measure {node.name} has no folder" for node in measures if not node.properties.get("displayFolder"))


def _columns(table: Node) -> Iterator[str]:
    columns = {column.name: column.properties for column in table.all("column")}
    yield from (f"{table.name} reads {name} twice" for name in _twice(p["sourceColumn"] for p in columns.values()))
    if sum("isKey" in properties for properties in columns.values()) > 1:
        yield f"{table.name} has two keys"
    for name, properties in columns.items():
        where = f"{table.name}[{name}]"
        if properties.get("dataType") not in READ_AS:
            yield f"{where} has no known data type"
        if properties.get("summarizeBy") != "none":
            yield f"{where} is summed without a measure"
        if properties.get("dataType") in ("int64", "double", "dateTime") and "formatString" not in properties:
            yield f"{where} has no format"
        by = unquoted(properties.get("sortByColumn", "''"))
        if "sortByColumn" in properties and (by not in columns or by == name):
            yield f"{where} is sorted by {by}, which is no other column of the table"
    if table.properties.get("dataCategory") == "Time":
        keys = [name for name, p in columns.items() if "isKey" in p and p["dataType"] == "dateTime"]
        if keys != ["Date"]:
            yield f"the date table {table.name} has the keys {keys}"


def _tags(every: list[Node]) -> Iterator[str]:
    tagged = [node for node in every if node.kind in ("table", "expression")]
    tagged += [child for node in every if node.kind == "table" for child in (*node.all("column"), *node.all("measure"))]
    tags = [(node, node.properties.get("lineageTag", "")) for node in tagged]
    yield from (f"{node.kind} {node.name} has no lineage tag: {tag!r}" for node, tag in tags if not GUID.fullmatch(tag))
    yield from (f"two things have the lineage tag {tag}" for tag in _twice(tag for _, tag in tags))


def _relationships(found: list[Node], tables: dict[str, Node]) -> Iterator[str]:
    yield from (f"two relationships are called {name}" for name in _twice(node.name for node in found))
    paths: dict[str, list[str]] = {}
    for node in found:
        ends = []
        for end in ("fromColumn", "toColumn"):
            table, _, column = map(unquoted, node.properties[end].partition("."))
            known = {} if table not in tables else {c.name: c for c in tables[table].all("column")}
            if column not in known:
                yield f"a relationship ends in {table}[{column}], which isn't there"
                return
            ends.append((table, known[column].properties))
        (many, theirs), (one, ours) = ends
        if theirs["dataType"] != ours["dataType"]:
            yield f"a relationship joins {theirs['dataType']} of {many} to {ours['dataType']} of {one}"
        if "isKey" not in ours:
            yield f"a relationship ends in a column of {one} that is no key"
        paths.setdefault(many, []).append(one)
    for table in paths:
        reached = list(_reached(table, paths))
        yield from (f"filters reach {table} from {other} in two ways" for other in _twice(reached))


def _reached(table: str, paths: dict[str, list[str]]) -> Iterator[str]:
    for other in paths.get(table, ()):
        yield other
        yield from _reached(other, paths)


def _measures(tables: dict[str, Node]) -> Iterator[str]:
    columns = {name: {column.name for column in table.all("column")} for name, table in tables.items()}
    measures = {measure.name: measure.value for table in tables.values() for measure in table.all("measure")}
    for name, text in measures.items():
        try:
            tree = parse(text)
        except DaxError as error:
            yield f"measure {name}: {error}"
            continue
        yield from (
            f"measure {name} {fault}" for node in _walk(tree) if (fault := _named(node, columns, measures, name))
        )


def _named(node: Any, columns: dict[str, set[str]], measures: dict[str, str], name: str) -> str:
    """Say what a part of a formula names that isn't there; "" where it is."""
    match node:
        case exprs.ColumnExpression():
            table, column = node.table.text.strip("'"), node.column.text[1:-1]
            return "" if column in columns.get(table, ()) else f"names {table}[{column}], which isn't there"
        case exprs.MeasureExpression():
            other = node.name.text[1:-1]
            return "" if other in measures and other != name else f"names [{other}], which is no other measure"
        case exprs.IdentifierExpression() | exprs.TableExpression():
            table = node.name.text
            return "" if table.strip("'") in columns else f"names the table {table}, which isn't there"
        case exprs.FunctionExpression():
            return "" if node.function_name() in FUNCTIONS else f"uses {node.function_name()}"
    return ""


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children():
        yield from _walk(child)


def _queries(every: list[Node], tables: dict[str, Node]) -> Iterator[str]:
    parameters = {node.name for node in every if node.kind == "expression" and "IsParameterQuery = true" in node.value}
    if parameters != {"DataFolder"}:
        yield f"the parameters are {sorted(parameters)}"
    for table in tables.values():
        query = next(table.all("partition")).properties.get("source", "")
        if table.name == "Figures":
            continue
        if "File.Contents(Text.TrimEnd(DataFolder" not in query:
            yield f"{table.name} isn't read from the data folder"
        typed = {name.replace('""', '"').replace("#(#)(", "#("): kind for name, kind in TYPED.findall(query)}
        wanted = {
            column.properties["sourceColumn"]: READ_AS.get(column.properties.get("dataType", ""))
            for column in table.all("column")
        }
        if typed != wanted:
            odd = sorted(set(typed.items()) ^ set(wanted.items()), key=str)
            yield f"{table.name} is read as other than the model says: {odd[:2]}"
        if f"Columns = {len(wanted)}," not in query:
            yield f"{table.name} is read with another number of columns than {len(wanted)}"


def _words(every: list[Node], tables: dict[str, Node]) -> Iterator[str]:
    known = {(name, child.name) for name, table in tables.items() for child in table.children}
    for culture in (node for node in every if node.kind == "cultureInfo"):
        if culture.properties.get("contentType") != "json":
            yield "the linguistic schema isn't said to be JSON"
        schema = json.loads(culture.properties["linguisticMetadata"])
        authored: list[str] = []
        for key, entity in schema["Entities"].items():
            said = entity.get("Instances", {}).get("Synonyms", {})
            for binding in (entity["Definition"]["Binding"], *(said[end] for end in said if end.endswith("Binding"))):
                table, column = binding["ConceptualEntity"], binding.get("ConceptualProperty")
                if table not in tables or (column is not None and (table, column) not in known):
                    yield f"the words of {key} are for {table}[{column}], which isn't there"
            if not entity["Terms"]:
                yield f"{key} has no words"
            authored += [t for term in entity["Terms"] for t, said in term.items() if said["State"] == "Authored"]
        yield from (f"{word!r} is said of two things" for word in _twice(authored))


def _data(project: Path, tables: dict[str, Node]) -> Iterator[str]:
    readers = {"int64": int, "double": float, "dateTime": date.fromisoformat, "string": str}
    for table in tables.values():
        if table.name == "Figures":
            continue
        columns = [(c.properties["sourceColumn"], c.properties) for c in table.all("column")]
        with (project / "data" / f"{table.name.lower()}.csv").open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines)
        if head != [name for name, _ in columns]:
            yield f"the file of {table.name} has other columns than the model"
            continue
        for place, (name, properties) in enumerate(columns):
            values = [row[place] for row in rows if row[place]]
            try:
                list(map(readers.get(properties.get("dataType", ""), str), values))
            except ValueError as error:
                yield f"{table.name}[{name}] holds what is no {properties['dataType']}: {error}"
            if "isKey" in properties and len(set(values)) < len(rows):
                yield f"the key {table.name}[{name}] is blank or has a value twice"
            if by := unquoted(properties.get("sortByColumn", "''")):
                there = head.index(by) if by in head else place
                pairs = {(row[place].casefold(), row[there]) for row in rows if row[place]}
                if len(pairs) > len({value for value, _ in pairs}):
                    yield f"{table.name}[{name}] has one value for two of {by}"
