"""Forms without files: read up to a bound, as they come."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from segmentry.web.background.limits import FORM_BYTES, FORM_FIELDS, FORM_SECONDS, RefusedError

__all__ = ["Fields", "body_of", "fields_of"]


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


async def body_of(request: Request, most: int, long: RefusedError, late: RefusedError) -> bytes:
    """Read a body, counted as it comes.

    Parameters
    ----------
    request : Request
        Whose body it is.
    most : int
        Bytes that it may have.
    long, late : RefusedError
        Raised where it has more, or takes longer than :data:`FORM_SECONDS`.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise long
    except TimeoutError as error:
        raise late from error
    return bytes(body)


async def fields_of(request: Request) -> Fields:
    """Read a form.

    Raises
    ------
    RefusedError
        It is larger than a form of ours, takes too long, or is none.
    """
    most = (f"more than {FORM_BYTES:,} bytes",)
    seconds = (f"more than {FORM_SECONDS} seconds",)
    body = await body_of(
        request,
        FORM_BYTES,
        long=RefusedError("this form is too long", most, "All runs", status=413),
        late=RefusedError("sending this form took too long", seconds, "send it again", status=408),
    )
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError as error:
        raise RefusedError("this form can't be read", (str(error)[:200],), "send it again", status=422) from error
    return Fields(pairs)
