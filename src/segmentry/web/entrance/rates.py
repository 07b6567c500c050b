"""How often something may happen: a bucket that fills steadily, and one for each address."""

from collections import OrderedDict
from functools import lru_cache
from ipaddress import ip_address

__all__ = ["Buckets", "place_of"]

MOST = 20_000
"""Addresses that are remembered; those not seen longest are forgotten."""


class Buckets:
    """A bucket for each of many, e.g. addresses: every event takes a drop, and drops come back steadily.

    Parameters
    ----------
    per_second : float
        Drops that come back a second.
    most : float
        Drops in a full bucket.

    Examples
    --------
    >>> buckets = Buckets(per_second=1, most=2)
    >>> [buckets.take("a", at=0.0), buckets.take("a", at=0.0), buckets.take("a", at=0.0), buckets.take("b", at=0.0)]
    [0.0, 0.0, 1.0, 0.0]
    >>> buckets.take("a", at=1.5)
    0.0
    """

    def __init__(self, per_second: float, most: float) -> None:
        self.per_second = per_second
        self.most = most
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, at: float, per_second: float = 0.0, most: float = 0.0) -> float:
        """Take a drop.

        Parameters
        ----------
        who : str
            Whose bucket.
        at : float
            Now, seconds of a clock that never goes back.
        per_second, most : float, default 0
            As of the class, where this one's bucket is another.

        Returns
        -------
        float
            0 where there was one; else the seconds until there is.
        """
        per_second, most = per_second or self.per_second, most or self.most
        drops = self._drops(who, at, per_second, most)
        if drops < 1.0:
            return (1.0 - drops) / per_second
        self._known[who] = drops - 1.0, at
        self._known.move_to_end(who)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return 0.0

    def wait(self, who: str, at: float) -> float:
        """Give the seconds until a drop could be taken, without taking it."""
        drops = self._drops(who, at, self.per_second, self.most)
        return 0.0 if drops >= 1.0 else (1.0 - drops) / self.per_second

    def _drops(self, who: str, at: float, per_second: float, most: float) -> float:
        drops, seen = self._known.get(who, (most, at))
        return min(drops + (at - seen) * per_second, most)


@lru_cache(maxsize=4_096)
def place_of(address: str) -> str:
    """Give the network that stands for an address: of IPv6 one house has billions, so its first half.

    Examples
    --------
    >>> place_of("192.0.2.7"), place_of("2001:db8:1:2:3:4:5:6"), place_of("::ffff:192.0.2.7"), place_of("whatever")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7', '')
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:  # what stands in X-Forwarded-For may be anybody's text, of any length
        return ""
    if known.version == 4:
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_address(known.packed[:8] + bytes(8)))
