"""Tables whose ids, levels and column names try to be something else than text."""

import csv
import json
import re
from pathlib import Path

import numpy as np

__all__ = ["LONGEST", "PAYLOADS", "column_names", "hostile_ids", "hostile_names", "shown", "strings"]

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What pages and report replace: HTML can't carry it."""

PAYLOADS = (
    "<script>window.struck = 1</script>",
    "</td></table><script>window.struck = 2</script>",
    "<img src=x onerror=window.struck=3>",
    '"><svg onload=window.struck=4>',
    "' autofocus onfocus='window.struck=5",
    "javascript:window.struck=6",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "</title><style>*{display:none}</style>",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "<a href='http://example.org'>here</a>",
    "<iframe srcdoc='<script>parent.struck=7</script>'></iframe>",
    "]]><!--<base href=http://example.org>",
)
"""Scripts and markup in all the places where text could end: elements, attributes, templates, comments."""

LONGEST = 60
"""Letters of a column's name; of a longer one sentences show the beginning."""


def strings(folder: Path) -> list[str]:
    """Give the naughty strings that a line of a text file can hold, each once."""
    given: list[str] = json.loads((folder / "naughty_strings.json").read_text(encoding="utf-8"))
    return list(
        dict.fromkeys(
            [*PAYLOADS, *(text.strip() for text in given if text.strip().strip("\ufeff") and "\x00" not in text)]
        )
    )


def shown(text: str) -> str:
    """Give a text as a page shows it: what HTML can't carry is replaced, and blanks are drawn together."""
    return " ".join(UNPRINTABLE.sub("\ufffd", text).split())


def column_names(folder: Path) -> list[str]:
    """Give sixteen names of columns: the payloads, and naughty ones that are unlike any number."""
    naughty = [text for text in strings(folder)[len(PAYLOADS) :] if len(text) <= LONGEST]
    others = [text for text in naughty if not any(sign.isascii() and sign.isalnum() for sign in text)]
    return [*PAYLOADS, *others[:: max(len(others) // 4, 1)][:4]]


def hostile_ids(path: Path, texts: list[str], seed: int = 0) -> Path:
    """Write a table of customers: an id a text, three numbers in three groups, the payloads as levels of a category."""
    drawn = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["customer_id", "visits", "spend", "days", "kind"])
        for number, text in enumerate(texts):
            group = number % 3
            visits, spend, days = drawn.normal((5 + 20 * group, 50 + 200 * (2 - group), 100 * group), (1, 10, 8))
            rows.writerow(
                [text, round(visits, 2), round(spend, 2), round(days + 40, 2), PAYLOADS[group * 4 + number % 4]]
            )
    return path


def hostile_names(path: Path, names: list[str], customers: int = 300, seed: int = 1) -> Path:
    """Write a table of customers whose columns have hostile names; groups differ in all of them."""
    drawn = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["customer_id", *names])
        for number in range(customers):
            values = drawn.normal(10 + 15 * (number % 3) * (1 + np.arange(len(names)) % 3), 2)
            rows.writerow([f"C{number}", *np.round(values, 2)])
    return path
