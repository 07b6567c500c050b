"""The pages, one file a noun; adding one means adding a file and a row."""

from segmentry.web.routes import customers, differences, downloads, figures, overview, segments, trust

__all__ = ["ROUTERS"]

ROUTERS = (
    overview.router,
    segments.router,
    customers.router,
    differences.router,
    trust.router,
    figures.router,
    downloads.router,
)
