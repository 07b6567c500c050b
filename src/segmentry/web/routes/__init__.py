"""The pages, one file a noun; adding one means adding a file and a row."""

from segmentry.web.routes import (
    comparing,
    customers,
    differences,
    downloads,
    figures,
    health,
    jobs,
    new,
    overview,
    runs,
    scored,
    scoring,
    segments,
    signing,
    trust,
)

__all__ = ["ROUTERS"]

ROUTERS = (
    runs.router,
    new.router,
    jobs.router,
    overview.router,
    segments.router,
    customers.router,
    differences.router,
    trust.router,
    scoring.router,
    scored.router,
    figures.router,
    downloads.router,
    comparing.router,
    signing.router,
    health.router,
)
