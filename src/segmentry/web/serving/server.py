"""The server: one process that answers on one address, with deadlines, until it is interrupted."""

import logging
import socket
from collections.abc import Iterable
from ipaddress import ip_address

import uvicorn
from fastapi import FastAPI

from segmentry.web.background.limits import IDLE_SECONDS
from segmentry.web.serving.faults import WithoutValues
from segmentry.web.serving.protocol import HEAD_BYTES, held_to, most_connections

__all__ = ["answer_names", "is_loopback", "serve_app", "server_of"]

OURS = ("127.0.0.1", "localhost", "::1")
GRACE = 3
"""Seconds that answers under way get when it is closed."""


def is_loopback(host: str) -> bool:
    """Say whether only this computer reaches an address.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "192.168.1.5", "")]
    [True, True, True, False, False, False]
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def answer_names(host: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the names that a service answers as: its address, those given, and where others reach it, this computer's.

    Examples
    --------
    >>> answer_names("127.0.0.1")
    ('127.0.0.1', 'localhost', '::1')
    """
    names = dict.fromkeys((*OURS, host, *more))
    if not is_loopback(host):
        names |= dict.fromkeys((socket.gethostname(), socket.getfqdn()))
    return tuple(name for name in names if name)


def server_of(app: FastAPI, *, verbose: bool = False) -> uvicorn.Server:
    """Make the server of an app.

    Parameters
    ----------
    app : FastAPI
        Made by :func:`segmentry.web.create_app`.
    verbose : bool, default False
        Say more to the terminal; never addresses, since customers' ids stand in them.
    """
    refused = app.state.metrics.refused
    config = uvicorn.Config(
        app,
        http=held_to(most_connections(), lambda why: refused.labels(why).inc()),
        ws="none",
        log_level="info" if verbose else "error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    for log in map(logging.getLogger, ("uvicorn.error", "asyncio")):
        if not any(isinstance(each, WithoutValues) for each in log.filters):
            log.addFilter(WithoutValues())
    return uvicorn.Server(config)


def serve_app(app: FastAPI, listening: socket.socket, *, verbose: bool = False) -> None:
    """Answer on a socket until interrupted."""
    server_of(app, verbose=verbose).run(sockets=[listening])
