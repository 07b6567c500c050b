"""The command line: parse, one library call, show. All words are printed in ``terminal``."""

from segmentry.cli.main import main

__all__ = ["main"]
