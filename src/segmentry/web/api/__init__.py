"""The service, version 1: JSON for programs, one file a noun; adding one means adding a file and a row."""

from fastapi import APIRouter

from segmentry.web.api import assignments, jobs, models, openapi, runs, segments

__all__ = ["ROUTERS", "ROUTES"]

ROUTES = assignments.ROUTES
"""Those that speak ASGI themselves, tried first."""

ROUTERS: tuple[APIRouter, ...] = (models.router, segments.router, runs.router, jobs.router, openapi.router)
