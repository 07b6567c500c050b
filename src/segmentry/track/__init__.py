"""Tracking: runs in MLflow, versions in its registry. MLflow itself is the extra ``mlflow``, imported when used."""

from segmentry.track.registry import Version, fetch, is_registered, resolve
from segmentry.track.store import Store, find_store

__all__ = ["Store", "Version", "fetch", "find_store", "is_registered", "resolve"]
