"""Writing a drawing shorter without changing what is seen: a page holds several, and people print and mail them."""

import re
from collections import Counter
from xml.etree import ElementTree as ET

__all__ = ["tidy"]

INHERITED = (
    "fill",
    "font-size",
    "font-weight",
    "stroke",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-width",
    "text-anchor",
)
"""Attributes that a group hands down to its marks."""
SHIFT = re.compile(r"translate\(\s*(-?[\d.]+)\s*[, ]\s*(-?[\d.]+)\s*\)")
CIRCLE = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")


def tidy(parent: ET.Element) -> None:
    """Take away groups that only group, say once on a group what its marks share, name circles and places plainly.

    Tags are without name space.

    Examples
    --------
    >>> text = '<svg><g><g transform="translate(2,3)"><text transform="translate(4,5)">A</text></g></g></svg>'
    >>> drawing = ET.fromstring(text)
    >>> tidy(drawing)
    >>> ET.tostring(drawing, encoding="unicode")
    '<svg><g transform="translate(2,3)"><text x="4" y="5">A</text></g></svg>'
    """
    for child in list(parent):
        tidy(child)
        if child.tag != "g":
            _place(child)
            continue
        _merge(child)
        _hand_down(child)
        if not child.attrib:
            at = list(parent).index(child)
            parent[at : at + 1] = list(child)


def _merge(group: ET.Element) -> None:
    """Make one group of two where the outer one holds nothing but the inner one."""
    if _shift(group) == (0.0, 0.0):
        del group.attrib["transform"]
    if len(group) != 1 or group[0].tag != "g":
        return
    inner = group[0]
    outer, within = _shift(group), _shift(inner)
    if not group.attrib.keys() & inner.attrib.keys():
        group.attrib.update(inner.attrib)
    elif set(inner.attrib) == {"transform"} and outer is not None and within is not None:
        group.set("transform", f"translate({_plain(outer[0] + within[0])},{_plain(outer[1] + within[1])})")
    else:
        return
    group[:] = list(inner)


def _hand_down(group: ET.Element) -> None:
    """Say once on a group what most of its marks say, where every one of them says something."""
    marks = list(group)
    if len(marks) < 2:
        return
    for name in INHERITED:
        values = [mark.get(name) for mark in marks]
        if None in values:
            continue
        common = Counter(values).most_common(1)[0][0]
        group.set(name, str(common))
        for mark in marks:
            if mark.get(name) == common:
                del mark.attrib[name]


def _place(mark: ET.Element) -> None:
    """Write a mark's shift as its place."""
    shift = _shift(mark)
    if shift is None:
        return
    x, y = shift
    circle = CIRCLE.fullmatch(mark.get("d", ""))
    if mark.tag == "path" and circle:
        del mark.attrib["d"]
        mark.tag = "circle"
        places = {"cx": x, "cy": y, "r": float(circle[1])}
    elif mark.tag == "text":
        places = {"x": x + float(mark.get("x", "0")), "y": y + float(mark.get("y", "0"))}
    elif mark.tag == "line":
        ends = (("x1", x), ("y1", y), ("x2", x), ("y2", y))
        places = {name: start + float(mark.get(name, "0")) for name, start in ends}
    else:
        return
    del mark.attrib["transform"]
    mark.attrib.update({name: _plain(value) for name, value in places.items()})


def _shift(mark: ET.Element) -> tuple[float, float] | None:
    found = SHIFT.fullmatch(mark.get("transform", "").strip())
    return (float(found[1]), float(found[2])) if found else None


def _plain(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
