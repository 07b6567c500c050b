"""Tracking: runs in MLflow, versions in its registry. MLflow itself is the extra ``mlflow``, imported when used."""

from segmentry.track.log import Tracked, log_run
from segmentry.track.promotion import Moves, Preview, Promotion, check_why, preview, promote
from segmentry.track.registry import Version, fetch, is_registered, resolve
from segmentry.track.store import Store, find_store, is_installed, need_mlflow
from segmentry.track.versions import check_model_name, register

__all__ = [
    "Moves",
    "Preview",
    "Promotion",
    "Store",
    "Tracked",
    "Version",
    "check_model_name",
    "check_why",
    "fetch",
    "find_store",
    "is_installed",
    "is_registered",
    "log_run",
    "need_mlflow",
    "preview",
    "promote",
    "register",
    "resolve",
]
