"""Forms without files: read up to a bound, as they come."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from segmentry.web.background.limits import FORM_BYTES, FORM_FIELDS, FORM_SECONDS, RefusedError

__all__ = ["Fields", "fields_of"]


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form sent.

    Parameters
    ----------
    pairs : sequence of (str, str)
        Every field, in order.
    """

    pairs: Sequence[tuple[str, str]]

    @property
    def single(self) -> Mapping[str, str]:
        """The last value of each field."""
        return dict(self.pairs)

    def every(self, name: str) -> list[str]:
        """All values of one field."""
        return [value for key, value in self.pairs if key == name]


async def fields_of(request: Request) -> Fields:
    """Read a form.

    Raises
    ------
    RefusedError
        It is larger than a form of ours, takes too long, or is none.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > FORM_BYTES:
                    long = (f"more than {FORM_BYTES:,} bytes",)
                    raise RefusedError("this form is too long", long, "All runs", status=413)
    except TimeoutError as error:
        late = (f"more than {FORM_SECONDS} seconds",)
        raise RefusedError("sending this form took too long", late, "send it again", status=408) from error
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError as error:
        raise RefusedError("this form can't be read", (str(error)[:200],), "send it again", status=422) from error
    return Fields(pairs)
