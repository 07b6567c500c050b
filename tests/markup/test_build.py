import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.markup.build import Column, Markup, element, escape, join, table


@given(st.text())
def test_escaped_text_holds_nothing_that_markup_is_made_of(text: str) -> None:
    """No angle bracket, no quote, and no ampersand but those of escapes."""
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    rest = escaped
    for entity in ("&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"):
        rest = rest.replace(entity, "")
    assert "&" not in rest


def test_what_utf_8_or_html_cannot_carry_is_replaced() -> None:
    """Lone surrogates and control characters become the replacement character; line ends and tabs stay."""
    assert escape("a\ud800b\x00c\td\n") == "a\ufffdb\ufffdc\td\n"


@pytest.mark.parametrize("name", ["on click", "Data", "x>", "", "x=1"])
def test_names_that_html_lacks_are_refused(name: str) -> None:
    """A tag or attribute name is never taken from text."""
    with pytest.raises(ValueError, match="no HTML name"):
        element(name)


def test_children_are_escaped_unless_they_are_markup() -> None:
    """Text is escaped once, finished markup not again, and nothing is left out but None."""
    assert element("p", "a < b", Markup("<b>c</b>"), None, "&").text == "<p>a &lt; b<b>c</b>&amp;</p>"
    assert join(["<", Markup("<i></i>")], "<").text == "&lt;&lt;<i></i>"


def test_a_table_names_its_columns_in_each_cell() -> None:
    """On a narrow screen the heading row is gone, so each figure carries its column's title."""
    text = table("Sizes", [Column("Segment"), Column('Size "n"', number=True)], [["A", "3"]]).text
    assert '<th scope="row"><span class="v">A</span></th>' in text
    assert '<td class="num" data-label="Size &quot;n&quot;"><span class="v">3</span></td>' in text
