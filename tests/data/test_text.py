"""Text files: encodings, separators, line ends, quotes, ragged rows, and the line that each row stood on."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentry.data.lines import scan, scan_carefully
from segmentry.data.survey import survey
from segmentry.errors import AmbiguousError, ReadError, UsageError

HEAD = "customer_id,order_date,amount,name"
ROWS = [("C1", "2024-01-31", "10.50", "Müller"), ("C2", "2024-02-29", "20", "Ann"), ("C1", "2024-03-01", "5", "")]
EXPECTED = [("C1", 10.5), ("C2", 20.0), ("C1", 5.0)]


def _csv(sep: str = ",", end: str = "\n") -> str:
    return end.join(sep.join(row) for row in [tuple(HEAD.split(",")), *ROWS]) + end


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "pipe"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_every_separator_and_line_end_is_found(write: Any, read: Any, sep: str, end: str) -> None:
    """The same rows come out whatever separates columns and ends lines."""
    assert read(write(_csv(sep, end))).lines() == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", {}), ("utf-8-sig", {}), ("utf-16", {}), ("utf-32", {}), ("cp1252", {"encoding_assumed": 1})],
)
def test_every_encoding_is_found(write: Any, read: Any, encoding: str, said: dict[str, int]) -> None:
    """Letters beyond ASCII come out right, and what was assumed is said."""
    found = read(write(_csv(), encoding=encoding))
    assert found.lines() == EXPECTED
    assert found.attributes("name") == [(None,), ("Ann",)]
    assert found.caveats == said
    assert read(write(_csv().replace("5,\n", "5,Jürgen\n"), "b.csv", encoding)).attributes("name")[0] == ("Jürgen",)


def test_a_broken_byte_costs_nothing(write: Any, read: Any) -> None:
    """One byte that is no UTF-8 is read as Windows-1252, so that ids that differ by it stay two."""
    text = (
        "customer_id,order_date,amount,name\na\xe9,2024-01-01,1,Müller\na\xe8,2024-01-02,2,Jörg\nb,2024-01-02,2,Zoë\n"
    )
    content = text.encode().replace("\xe9".encode(), b"\xe9").replace("\xe8".encode(), b"\xe8")
    found = read(write(content))
    assert found.lines("customer") == [("aé",), ("aè",), ("b",)]
    assert found.attributes("name") == [("Jörg",), ("Müller",), ("Zoë",)]
    assert found.caveats == {"broken_bytes": 2}


def test_na_and_null_stay_text(write: Any, read: Any) -> None:
    """Ids that read like nothing elsewhere are customers here, and zeros in front stay."""
    ids = ["NA", "null", "None", "nan", "N/A", "TRUE", "00123", "0123", "123", "1e5", "#N/A", "-"]
    found = read(write("\n".join(["customer_id,order_date,amount", *(f"{id_},2024-01-01,1" for id_ in ids)])))
    assert [row[0] for row in found.lines()] == ids


def test_spaces_around_an_id_are_trimmed_and_counted(write: Any, read: Any) -> None:
    """An id with outer white space is the id without it, and that is said."""
    found = read(write("customer_id,order_date,amount\n C1,2024-01-01,1\nC1\u00a0,2024-01-02,2\nC1,2024-01-03,3\n"))
    assert {row[0] for row in found.lines()} == {"C1"}
    assert found.caveats["ids_trimmed"] == 2


def test_refused_rows_carry_their_line(write: Any, read: Any) -> None:
    """Lines are counted as an editor counts them: the header, blank lines and line ends within quotes included."""
    text = (
        "\n" + HEAD + "\n"
        "C1,2024-01-01,10,Ann\n"
        "\n"
        'C2,2024-01-02,20,"two\n\nlines"\n'
        ",2024-01-03,30,Bob\n"  # line 8: no customer
        "C3,2024-01-04,40\n"  # line 9: too few
        "   \n"  # line 10: blank to the eye
        "C4,2024-01-05,50,Eve,x,y\n"  # line 11: too many
        "C5,never,60,Eve\n"  # line 12: no date
        "C6,2024-01-06,70,Eve"
    )
    found = read(write(text))
    assert found.lines() == [("C1", 10.0), ("C2", 20.0), ("C6", 70.0)]
    assert found.refused == [
        (8, "no customer"),
        (9, "too few fields"),
        (11, "too many fields"),
        (12, "not a date written as yyyy-mm-dd"),
    ]
    assert found.loaded.rejects["value"].tolist() == ["", "C3,2024-01-04,40", "C4,2024-01-05,50,Eve,x,y", "never"]
    assert found.loaded.rejects["column"].tolist() == ["customer_id", "", "", "order_date"]


@pytest.mark.parametrize("bad", ['C2,2024-01-02,20,"Ann', 'C2,2024-01-02,20,"An"n'], ids=["unclosed", "inside"])
def test_a_stray_quote_costs_its_own_line_only(write: Any, read: Any, bad: str) -> None:
    """A quote that never ends loses its row and none of those after it."""
    good = [f"C{place},2024-02-{place:02},{place},Ann" for place in range(3, 20)]
    found = read(write("\n".join([HEAD, "C1,2024-01-01,10,Ann", bad, *good])))
    assert found.counts == (19, 18, 1)
    assert [line for line, _ in found.refused] == [3]


def test_an_inch_sign_is_no_quote(write: Any, read: Any) -> None:
    """A quote in the middle of a bare field belongs to its text."""
    found = read(write(HEAD + '\nC1,2024-01-01,10,6" pipe\n,2024-01-01,10,Ann\nC2,2024-01-02,5,"say ""hi"""\n'))
    assert found.attributes("name") == [('6" pipe',), ('say "hi"',)]
    assert found.refused == [(3, "no customer")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n \n\t", "is blank"),
        (b"customer_id,order_date,amount\n", "a header and no rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "PNG"),
        (b"%PDF-1.7 text", "PDF"),
        (bytes(4096), "no text file"),
        (b"<!doctype html><html><body>Login</body></html>", "web page"),
        (b'[{"customer": 1}]', "JSON"),
    ],
    ids=["empty", "blank", "header", "png", "pdf", "zeros", "html", "json"],
)
def test_what_is_no_table_is_refused_with_its_cause(write: Any, read: Any, content: bytes, words: str) -> None:
    """A file that can't be a table says what it is instead."""
    with pytest.raises(ReadError, match=words):
        read(write(content))


def test_doubled_names_and_a_missing_header_are_asked_about(write: Any, read: Any) -> None:
    """Two columns of one name, or data in the first line, are never guessed over."""
    with pytest.raises(AmbiguousError, match="two columns named 'amount'"):
        read(write("customer_id,order_date,amount,amount\nC1,2024-01-01,1,2\n"))
    with pytest.raises(AmbiguousError, match="looks like data"):
        read(write("C1,2024-01-01,1.50\nC2,2024-01-02,2.50\n"))


def test_overrides_are_taken_or_refused(write: Any, read: Any) -> None:
    """A separator and an encoding can be given; what is neither is refused with the option's name."""
    path = write("customer_id:order_date:amount\nC\xe9:2024-01-01:1\n", encoding="latin-1")
    assert read(path, sep=":", encoding="latin-1").lines() == [("Cé", 1.0)]
    with pytest.raises(UsageError, match="can't separate"):
        read(path, sep="::")
    with pytest.raises(UsageError, match="no encoding"):
        read(path, encoding="klingon")


def test_nothing_is_left_in_the_temporary_folder(write: Any, read: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """The clean copy of a file in another encoding is removed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    read(write(_csv(), encoding="utf-16"))
    assert list((tmp_path / "temporary").iterdir()) == []


FIELD = st.lists(st.sampled_from(["a", "é", ",", '"', "\n", "\r\n", " ", "'", ";", "😀"]), max_size=6).map("".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(FIELD, min_size=1, max_size=12), bad=st.sets(st.integers(0, 11)))
def test_any_text_in_quotes_comes_back(write: Any, read: Any, names: list[str], bad: set[int]) -> None:
    """What the csv module writes is read back byte for byte but for outer spaces, with the lines it stood on."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["customer_id", "order_date", "amount", "name"])
    places = []
    for place, name in enumerate(["first", *names]):
        places.append(target.getvalue().count("\n") + 1)
        writer.writerow([f"c{place:03}", "2024-01-01", "x" if place - 1 in bad else place, name])
    found = read(write(target.getvalue()))
    kept = [place for place in range(len(places)) if place - 1 not in bad]
    expected = [(f"c{place:03}", (["first", *names][place]).replace("\r\n", "\n").strip() or None) for place in kept]
    assert found.attributes("customer, replace(name, chr(13) || chr(10), chr(10))") == expected
    assert [line for line, _ in found.refused] == [places[place] for place in range(len(places)) if place - 1 in bad]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=1, max_size=15), blank=st.booleans())
def test_the_fast_search_for_records_finds_what_the_slow_one_finds(
    tmp_path: Path, rows: list[list[str]], blank: bool
) -> None:
    """On standard CSV, counting quotes and reading field by field agree on every record's start and line."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n\n" if blank else "\n").writerows(rows)
    path = tmp_path / "rows.csv"
    path.write_bytes(target.getvalue().encode())
    fast, slow = scan(path), scan_carefully(path, ",")
    assert np.array_equal(fast.starts, slow.starts)
    assert np.array_equal(fast.lines, slow.lines)
    assert len(fast.starts) == len(rows)


def test_pieces_of_a_large_file_join_without_seams(tmp_path: Path, monkeypatch: Any) -> None:
    """The survey and the search give the same for pieces of any size."""
    path = tmp_path / "rows.csv"
    path.write_bytes('a,b\r\n"x\r\n\r\ny",é\r\n\r\n\n1,2\n'.encode())
    whole = survey(path), scan(path)
    for size in range(1, 12):
        for module in ("survey", "lines"):
            monkeypatch.setattr(f"segmentry.data.{module}.CHUNK", size)
        assert survey(path) == whole[0]
        assert scan(path).starts.tolist() == whole[1].starts.tolist()
        assert scan(path).lines.tolist() == whole[1].lines.tolist() == [1, 2, 7]
