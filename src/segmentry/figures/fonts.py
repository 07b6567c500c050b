"""Where the fonts of our look lie; they come with packages of the extra "look"."""

from importlib.util import find_spec
from pathlib import Path

__all__ = ["folders"]

PACKAGES = ("font_source_sans_pro", "font_source_serif_pro")


def folders() -> tuple[Path, ...]:
    """Give the folders with our fonts, as far as they are installed."""
    found = (find_spec(package) for package in PACKAGES)
    return tuple(Path(spec.origin).parent / "files" for spec in found if spec is not None and spec.origin is not None)
