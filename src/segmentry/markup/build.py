"""Building HTML so that text can't become markup: whatever is not :class:`Markup` is escaped on its way in."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Child", "Column", "Markup", "element", "escape", "join", "table"]

NAME = re.compile(r"[a-z][a-z0-9-]*")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Markup:
    """A finished piece of HTML. Only this room makes them, and never from people's text without :func:`escape`."""

    text: str

    def __html__(self) -> str:
        """Let a template take it as it is."""
        return self.text


Child = Markup | str | None
"""What an element may hold: finished HTML, text (which is escaped), or nothing."""


def escape(text: str) -> str:
    """Make text safe inside an element and inside a quoted attribute.

    Characters that HTML or UTF-8 can't carry (controls, lone surrogates) become U+FFFD, the replacement character.

    Examples
    --------
    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(UNPRINTABLE.sub("\ufffd", text), quote=True)


def join(children: Iterable[Child], between: str = "") -> Markup:
    """Put pieces one after the other, with text between them.

    Examples
    --------
    >>> join(["a<b", Markup("<br>"), None], " & ").text
    'a&lt;b &amp; <br>'
    """
    return Markup(escape(between).join(_text(child) for child in children if child is not None))


def element(tag: str, *children: Child, **attributes: str | None) -> Markup:
    """Build one element.

    Parameters
    ----------
    tag : str
        Its name.
    *children : Markup, str or None
        What it holds.
    **attributes : str or None
        ``class_`` gives ``class`` and ``data_label`` gives ``data-label``; None leaves the attribute out.

    Raises
    ------
    ValueError
        The tag or an attribute has a name that HTML doesn't have.

    Examples
    --------
    >>> element("td", "1 < 2", class_="num", id=None).text
    '<td class="num">1 &lt; 2</td>'
    """
    given = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value is not None}
    for name in (tag, *given):
        if not NAME.fullmatch(name):
            raise ValueError(f"no HTML name: {name!r}")
    written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
    return Markup(f"<{tag}{written}>{join(children).text}</{tag}>")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title : str
        Its heading.
    number : bool, default False
        Whether it holds figures, which stand at the right.
    """

    title: str
    number: bool = False


def table(
    caption: str, columns: Iterable[Column], rows: Iterable[Iterable[Child]], *, class_: str | None = None
) -> Markup:
    """Build a table whose rows become blocks on a narrow screen, each figure beside its column's title.

    Parameters
    ----------
    caption : str
        What the table shows, for people who hear it instead of seeing it.
    columns : iterable of Column
        From left to right; the first one heads the rows.
    rows : iterable of iterable of Markup, str or None
        A child per column.
    class_ : str or None, default None
        A further class, e.g. ``"wide"`` for a table that is scrolled sideways instead.
    """
    columns = tuple(columns)
    head = element("tr", *(element("th", c.title, scope="col", class_=_class(c)) for c in columns))
    body = [element("tr", *map(_cell, columns, row, range(len(columns)))) for row in rows]
    whole = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *body),
        class_=" ".join(filter(None, ("table", class_))),
    )
    # A region that scrolls must be reachable by keyboard, and so needs a name.
    return element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _cell(column: Column, child: Child, position: int) -> Markup:
    content = element("span", child, class_="v")
    if position == 0:
        return element("th", content, scope="row", class_=_class(column))
    return element("td", content, class_=_class(column), data_label=column.title)


def _class(column: Column) -> str | None:
    return "num" if column.number else None


def _text(child: Markup | str) -> str:
    return child.text if isinstance(child, Markup) else escape(child)
