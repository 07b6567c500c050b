"""The pages, one file a noun; adding one means adding a file and a row."""

from segmentry.web.routes import comparing, jobs, new, overview, runs, scored, scoring

__all__ = ["ROUTERS"]

ROUTERS = (
    runs.router,
    new.router,
    jobs.router,
    overview.router,
    scoring.router,
    scored.router,
    comparing.router,
)
