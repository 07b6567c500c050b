"""A fault of ours is told without the values that were there."""

import logging
from asyncio import CancelledError

from segmentry.web.serving.faults import WithoutValues, told


def test_no_message_of_any_error_in_a_chain_is_told() -> None:
    """Causes and contexts are told by kind and place as well, oldest first, and none of their messages."""
    try:
        try:
            {}["C1, 4500"]
        except KeyError as first:
            try:
                int("C2")
            except ValueError:
                raise RuntimeError("C3") from first
    except RuntimeError as error:
        text = told(error)
    kinds = [line.split()[0] for line in text.splitlines() if "not written down" in line]
    assert kinds == ["KeyError", "RuntimeError"]
    assert "test_faults.py" in text
    for private in ("C1", "4500", "C2", "C3"):
        assert private not in text


def test_a_chain_without_an_end_is_told_to_a_bound() -> None:
    """Errors that are each other's cause end somewhere."""
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert told(first).count("ValueError") <= 200


def test_a_log_has_no_values() -> None:
    """A record keeps its sentence, and loses the error's message and its lines."""
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Exception in %s\n", ("app",), None)
    assert WithoutValues().filter(record)
    assert record.getMessage() == "Exception in app\n"
    error = KeyError("C123")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Exception", (), (KeyError, error, None))
    assert WithoutValues().filter(record)
    text = logging.Formatter().format(record)
    assert "KeyError" in text
    assert "C123" not in text


def test_what_closing_cut_off_is_no_fault() -> None:
    """A request that is still being sent when the service is closed leaves no traceback."""
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Exception", (), (CancelledError, CancelledError(), None))
    assert not WithoutValues().filter(record)
