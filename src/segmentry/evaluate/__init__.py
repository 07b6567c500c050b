"""Judging a split: internal measures, the keep rate, structureless data, prediction strength, alarms, the verdict."""

from segmentry.evaluate.across import across, towards
from segmentry.evaluate.alarms import find_alarms
from segmentry.evaluate.dip import dip, is_lumpy
from segmentry.evaluate.elbow import elbow
from segmentry.evaluate.gap import gap_choice
from segmentry.evaluate.guesses import LookalikeHits, LookalikeReport
from segmentry.evaluate.indices import SILHOUETTE_LIMIT, Indices, Panel, inertia, judge, mean_silhouettes
from segmentry.evaluate.keep import KeepRate, Keeps, of_100
from segmentry.evaluate.nulls import NULLS, Structureless, structureless
from segmentry.evaluate.prediction import STRONG, Strength, prediction_strength, strongest_k
from segmentry.evaluate.profile import SilhouetteProfile
from segmentry.evaluate.stability import jaccard_word, jaccards, keep_rate, match, matched
from segmentry.evaluate.verdict import (
    CLEAR_MARGIN,
    KEEP_ABOVE_CHANCE,
    SENTENCES,
    VERDICTS,
    WORST_KEEP,
    Gaps,
    NullRange,
    Verdict,
    is_dependable,
    reaches,
    verdict_on,
    verdict_sentence,
)

__all__ = [
    "CLEAR_MARGIN",
    "KEEP_ABOVE_CHANCE",
    "NULLS",
    "SENTENCES",
    "SILHOUETTE_LIMIT",
    "STRONG",
    "VERDICTS",
    "WORST_KEEP",
    "Gaps",
    "Indices",
    "KeepRate",
    "Keeps",
    "LookalikeHits",
    "LookalikeReport",
    "NullRange",
    "Panel",
    "SilhouetteProfile",
    "Strength",
    "Structureless",
    "Verdict",
    "across",
    "dip",
    "elbow",
    "find_alarms",
    "gap_choice",
    "inertia",
    "is_dependable",
    "is_lumpy",
    "jaccard_word",
    "jaccards",
    "judge",
    "keep_rate",
    "match",
    "matched",
    "mean_silhouettes",
    "of_100",
    "prediction_strength",
    "reaches",
    "strongest_k",
    "structureless",
    "towards",
    "verdict_on",
    "verdict_sentence",
]
