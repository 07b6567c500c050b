"""Judging a split: internal measures and the keep rate."""

from segmentry.evaluate.keep import KeepRate, Keeps

__all__ = ["KeepRate", "Keeps"]
