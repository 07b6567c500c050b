"""The pages, one file a noun; adding one means adding a file and a row."""

from segmentry.web.routes import (
    comparing,
    customers,
    differences,
    downloads,
    figures,
    overview,
    scoring,
    segments,
    trust,
)

__all__ = ["ROUTERS"]

ROUTERS = (
    overview.router,
    segments.router,
    customers.router,
    differences.router,
    trust.router,
    scoring.router,
    figures.router,
    downloads.router,
    comparing.router,
)
