"""What is written down about a fault of ours: where it happened and of which kind, never the values that were there."""

import logging
import traceback
from asyncio import CancelledError

__all__ = ["WithoutValues", "told"]


def told(error: BaseException) -> str:
    """Tell a fault without its message, which may hold a customer's row.

    Examples
    --------
    >>> try:
    ...     {}["C123, 4500.00"]
    ... except KeyError as error:
    ...     told(error).splitlines()[-1]
    'KeyError (its message is not written down: it may hold customers)'
    """
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 200:
        where = [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        lines = [*where, f"{type(seen).__name__} (its message is not written down: it may hold customers)", *lines]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(["Traceback, without values:", *lines])


class WithoutValues(logging.Filter):
    """Takes the message of an error out of what a log says of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without values; a request that closing the service cut off is no fault."""
        if record.exc_info and record.exc_info[1] is not None:
            if isinstance(record.exc_info[1], CancelledError):
                return False
            record.msg, record.args = f"{record.getMessage().strip()}\n{told(record.exc_info[1])}", ()
            record.exc_info = record.exc_text = None
        return True
