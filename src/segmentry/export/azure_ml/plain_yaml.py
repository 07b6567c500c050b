"""YAML of plain data: texts are quoted as JSON quotes them, so that none is read as a number, a date or yes and no."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["to_yaml"]


def to_yaml(content: Mapping[str, Any], about: str = "") -> str:
    """Write a mapping as YAML.

    Parameters
    ----------
    content : mapping
        Texts, numbers, yes/no, None, lists and mappings.
    about : str, default ""
        A comment above it, a line each.

    Examples
    --------
    >>> print(to_yaml({"name": "no", "tags": {"k": 3}, "of": ["a"]}, "An example."), end="")
    # An example.
    name: "no"
    tags:
      k: 3
    of:
      - "a"
    """
    said = [f"# {line}".rstrip() for line in about.splitlines()]
    return "\n".join([*said, *_lines(content, "")]) + "\n"


def _lines(content: Any, indent: str) -> list[str]:
    if isinstance(content, Mapping) and content:
        found = []
        for key, value in content.items():
            name = key if key.replace("_", "").replace("$", "").isalnum() else json.dumps(key)
            found += _entry(f"{indent}{name}:", value, indent)
        return found
    if isinstance(content, Sequence) and not isinstance(content, str) and content:
        return [line for value in content for line in _entry(f"{indent}-", value, indent)]
    return [indent + json.dumps(content, ensure_ascii=False)]


def _entry(head: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, (Mapping, list, tuple)) and value:
        return [head, *_lines(value, indent + "  ")]
    return [f"{head} {json.dumps(value, ensure_ascii=False)}"]
