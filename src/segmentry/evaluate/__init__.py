"""Judging a split: internal measures, the keep rate, prediction strength, the dip, and how segments hold across k."""

from segmentry.evaluate.across import across, towards
from segmentry.evaluate.alarms import find_alarms
from segmentry.evaluate.dip import dip, is_lumpy
from segmentry.evaluate.elbow import elbow
from segmentry.evaluate.gap import gap_choice
from segmentry.evaluate.indices import SILHOUETTE_LIMIT, Indices, Panel, judge
from segmentry.evaluate.keep import KeepRate, Keeps
from segmentry.evaluate.prediction import STRONG, Strength, prediction_strength, strongest_k
from segmentry.evaluate.stability import jaccard_word, jaccards, keep_rate, match, matched

__all__ = [
    "SILHOUETTE_LIMIT",
    "STRONG",
    "Indices",
    "KeepRate",
    "Keeps",
    "Panel",
    "Strength",
    "across",
    "dip",
    "elbow",
    "find_alarms",
    "gap_choice",
    "is_lumpy",
    "jaccard_word",
    "jaccards",
    "judge",
    "keep_rate",
    "match",
    "matched",
    "prediction_strength",
    "strongest_k",
    "towards",
]
