"""What every answer carries and every request must keep: only our names, only our pages, no foreign content."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from segmentry.web.background.limits import RefusedError

__all__ = ["EVERYWHERE", "HEADERS", "POLICY", "Guard"]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Our own forms must name their origin, which a browser leaves out ("null") where no referrer may be sent at all.
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # A run may be made or renamed at any time: what a browser kept is asked for again.
    "cache-control": "no-cache",
}
HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:[0-9]{1,5})?", re.ASCII)
"""A name or an address, and perhaps a port."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what is listened on is settled elsewhere
"""Addresses that stand for all of a computer's own."""


class Guard:
    """Refuses names that this service was not opened as, and forms that other sites send.

    A page of another site can make a browser call 127.0.0.1, under a name of its own (DNS rebinding) or by a form
    (request forgery): the first shows in Host, the second in Origin or Sec-Fetch-Site.

    Parameters
    ----------
    hosts : iterable of str
        The names that it answers as. Where one stands for all addresses (0.0.0.0 or ::), any address will do: unlike a
        name, an address can't be made to lead elsewhere.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._known: set[bytes] = set()

    def check_host(self, host: bytes) -> None:
        """Refuse a name that isn't ours.

        Raises
        ------
        RefusedError
            421.
        """
        if host in self._known:
            return
        found = HOST.fullmatch(host.decode("latin-1"))
        name = "" if found is None else found["name"].strip("[]").lower()
        if name not in self._hosts and not (_is_address(name) and not self._hosts.isdisjoint(EVERYWHERE)):
            raise RefusedError(
                f"this service does not answer as {name[:100]!r}", (), "segmentry serve --answer-as NAME", status=421
            )
        if len(self._known) < len(self._hosts) + 8:
            self._known.add(host)

    def check_origin(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a form that another site made a browser send.

        Raises
        ------
        RefusedError
            403.
        """
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        foreign = site is not None and site not in (b"same-origin", b"none")
        if foreign or (origin is not None and origin.partition(b"://")[2] != headers.get(b"host")):
            raise RefusedError("this form came from another site", status=403)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
