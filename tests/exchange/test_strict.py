"""JSON read strictly."""

import pytest

from segmentry.errors import DataError
from segmentry.exchange import read_json, write_json


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": 1} {"a": 2}', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": [Infinity]}', "Infinity is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1, "b": 2, "a": 1}', "'a' stands twice"),
        (b'[{"x": {"a": 1, "a": 2}}]', "'a' stands twice"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"9" * 5_000, "a number is too long"),
    ],
)
def test_what_readers_disagree_about_is_refused(body: bytes, says: str) -> None:
    """No body is taken that is no JSON, or that two readers may read in two ways."""
    with pytest.raises(DataError) as refused:
        read_json(body)
    assert says in str(refused.value)


def test_a_twice_given_name_is_shown_short() -> None:
    """A message doesn't grow with what was sent."""
    name = b"n" * 10_000
    with pytest.raises(DataError) as refused:
        read_json(b'{"' + name + b'": 1, "' + name + b'": 2}')
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("text", ["Käufer", "\ud800", "a\x00b", "=1+1", "\u2028", "😀"])
def test_any_text_goes_through(text: str) -> None:
    """What was written is read back as it was, half a sign included."""
    written = write_json({"name": text})
    assert written.isascii()
    assert read_json(written) == {"name": text}


def test_what_is_no_number_is_never_written() -> None:
    """An answer with NaN is a fault of ours, not JSON that other readers refuse."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"margin": float("nan")})
