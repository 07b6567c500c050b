"""The pages, one file a noun; adding one means adding a file and a row."""

from segmentry.web.routes import comparing, overview, scored, scoring

__all__ = ["ROUTERS"]

ROUTERS = (overview.router, scoring.router, scored.router, comparing.router)
