"""Judging a split: internal measures and the keep rate."""

from segmentry.evaluate.guesses import LookalikeHits, LookalikeReport
from segmentry.evaluate.indices import SILHOUETTE_LIMIT, Indices, Panel, judge
from segmentry.evaluate.keep import KeepRate, Keeps
from segmentry.evaluate.stability import keep_rate, match, matched

__all__ = [
    "SILHOUETTE_LIMIT",
    "Indices",
    "KeepRate",
    "Keeps",
    "LookalikeHits",
    "LookalikeReport",
    "Panel",
    "judge",
    "keep_rate",
    "match",
    "matched",
]
