"""The service, version 1: JSON for programs, one file a noun; adding one means adding a file and a row."""

from fastapi import APIRouter

from segmentry.web.api import jobs, runs

__all__ = ["ROUTERS"]

ROUTERS: tuple[APIRouter, ...] = (runs.router, jobs.router)
