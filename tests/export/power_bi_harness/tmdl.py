"""A strict reader of the TMDL that we write: what it doesn't know is a fault."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

NAME = r"(?:'(?:[^']|'')+'|[A-Za-z_][\w-]*)"
DECLARED = re.compile(rf"(?P<kind>[a-zA-Z]+) (?P<name>{NAME})(?: = ?(?P<value>.*))?$")
PROPERTY = re.compile(r"(?P<name>[a-zA-Z]+): (?P<value>\S.*)$")
BLOCK = re.compile(r"(?P<name>[a-zA-Z]+) =$")

INSIDE = {
    "": {"database", "model", "table", "expression", "relationship", "cultureInfo", "ref", "annotation"},
    "table": {"column", "measure", "partition", "annotation"},
    "column": {"annotation"},
    "expression": {"annotation"},
    "measure": {"annotation"},
}
"""What may be declared inside what."""
PROPERTIES = {
    "database": {"compatibilityLevel"},
    "model": {"culture", "defaultPowerBIDataSourceVersion", "sourceQueryCulture"},
    "table": {"lineageTag", "dataCategory"},
    "column": {
        "dataType",
        "formatString",
        "displayFolder",
        "lineageTag",
        "summarizeBy",
        "sourceColumn",
        "sortByColumn",
    },
    "measure": {"formatString", "displayFolder", "lineageTag"},
    "partition": {"mode"},
    "expression": {"lineageTag"},
    "relationship": {"fromColumn", "toColumn"},
    "cultureInfo": {"contentType"},
}
FLAGS = {
    "table": {"isHidden"},
    "column": {"isHidden", "isKey"},
    "model": {"dataAccessOptions", "legacyRedirects", "returnErrorValuesAsNull"},
}
BLOCKS = {"partition": {"source"}, "cultureInfo": {"linguisticMetadata"}}
DEEPER = {
    ("model", "legacyRedirects"),
    ("model", "returnErrorValuesAsNull"),
    ("cultureInfo", "contentType: json"),
}
"""Lines that belong to the line before, and so stand one deeper than what we call their owner's."""
DESCRIBED = {"model", "table", "column", "measure", "expression"}


class TmdlError(ValueError):
    """A line that is no TMDL of ours."""


@dataclass
class Node:
    """A declared object.

    Parameters
    ----------
    kind, name, value : str
        E.g. ``measure``, ``Revenue``, ``SUM ( … )``.
    description : str
        From the lines above it.
    properties : dict
        By name; flags are ``"true"``; expressions are their lines.
    children : list of Node
        In order.
    """

    kind: str
    name: str
    value: str = ""
    description: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def all(self, kind: str) -> Iterator["Node"]:
        """Give the children of a kind."""
        return (child for child in self.children if child.kind == kind)


def unquoted(name: str) -> str:
    """Give a name without its quotes."""
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def read(path: Path) -> list[Node]:
    """Read a file; see :func:`read_text`."""
    return read_text(path.name, path.read_text(encoding="utf-8"))


@cache
def read_text(file: str, text: str) -> list[Node]:
    """Read the text of a file, whose name is told where something is wrong.

    Raises
    ------
    TmdlError
        A line isn't known, stands too deep, or says something twice.
    """
    root = Node("", "")
    open_nodes = [root]
    description = ""
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        line, place = lines[place], place + 1
        if not line.strip():
            continue
        body = line.lstrip("\t")
        depth = len(line) - len(body)
        if body.startswith(" ") or line != line.rstrip():
            raise TmdlError(f"{file}:{place}: indented by spaces, or blank at the end: {line!r}")
        if body.startswith("///"):
            description = body.removeprefix("///").strip()
            continue
        if depth == 2 and (open_nodes[-1].kind, body) in DEEPER:
            depth = 1
        if depth >= len(open_nodes):
            raise TmdlError(f"{file}:{place}: too deep: {body!r}")
        del open_nodes[depth + 1 :]
        owner = open_nodes[-1]
        if description and body.split(" ")[0] not in DESCRIBED:
            raise TmdlError(f"{file}:{place}: a description of nothing that has one: {body!r}")
        if taken := _property(owner, body):
            _put(owner, *taken, where=f"{file}:{place}")
        elif (found := BLOCK.match(body)) and found["name"] in BLOCKS.get(owner.kind, ()):
            text, place = _text(lines, place, depth)
            _put(owner, found["name"], text, where=f"{file}:{place}")
        else:
            node = _declared(owner, body, description, f"{file}:{place}")
            owner.children.append(node)
            open_nodes.append(node)
        description = ""
    return root.children


def _property(owner: Node, body: str) -> tuple[str, str] | None:
    if body in FLAGS.get(owner.kind, ()):
        return body, "true"
    found = PROPERTY.match(body)
    if found is None or found["name"] not in PROPERTIES.get(owner.kind, ()):
        return None
    value = found["value"]
    return found["name"], value[1:-1].replace('""', '"') if value.startswith('"') else value


def _put(owner: Node, name: str, value: str, where: str) -> None:
    if name in owner.properties:
        raise TmdlError(f"{where}: {name} is said twice of {owner.kind} {owner.name}")
    owner.properties[name] = value


def _text(lines: list[str], place: int, depth: int) -> tuple[str, int]:
    """Give an expression's lines, which stand two deeper than the line that begins it."""
    start, indent = place, "\t" * (depth + 2)
    while place < len(lines) and (lines[place].startswith(indent) or not lines[place].strip()):
        place += 1
    text = [line.removeprefix(indent) for line in lines[start:place]]
    while text and not text[-1].strip():
        text.pop()
        place -= 1
    return "\n".join(text), place


def _declared(owner: Node, body: str, description: str, where: str) -> Node:
    if body == "database" and not owner.kind:
        return Node("database", "")
    if body.startswith("ref "):
        found = DECLARED.match(body.removeprefix("ref "))
        if found is None or owner.kind or found["kind"] not in ("table", "cultureInfo"):
            raise TmdlError(f"{where}: no reference: {body!r}")
        return Node("ref", unquoted(found["name"]), found["kind"])
    found = DECLARED.match(body)
    guid = re.fullmatch(r"relationship ([0-9a-f-]{36})", body)
    if guid and not owner.kind:
        return Node("relationship", guid[1])
    if found is None or found["kind"] not in INSIDE.get(owner.kind, ()):
        raise TmdlError(f"{where}: not known in {owner.kind or 'a file'}: {body!r}")
    return Node(found["kind"], unquoted(found["name"]), (found["value"] or "").strip(), description)
