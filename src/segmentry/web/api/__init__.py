"""The service, version 1: JSON for programs, one file a noun; adding one means adding a file and a row."""

from fastapi import APIRouter

__all__ = ["ROUTERS"]

ROUTERS: tuple[APIRouter, ...] = ()
