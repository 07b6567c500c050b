"""Judging a split: internal measures, the keep rate, structureless data, the verdict."""

from segmentry.evaluate._shim import across, elbow, find_alarms, gap_choice, prediction_strength, strongest_k
from segmentry.evaluate.indices import SILHOUETTE_LIMIT, Indices, Panel, inertia, judge, mean_silhouettes
from segmentry.evaluate.keep import KeepRate, Keeps
from segmentry.evaluate.nulls import NULLS, Structureless, structureless
from segmentry.evaluate.stability import keep_rate, match, matched
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
