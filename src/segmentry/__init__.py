"""segmentry: customer segments that people can trust and act on.

Rooms, in the order of the corridor (:mod:`segmentry.segment` is the corridor itself):

==========  =============================================================
data        files and frames in; clean orders and customers out
features    measures of behaviour, one row a customer
prepare     measures become points
kernels     the arithmetic of clustering
cluster     clusterers behind one contract
evaluate    internal measures, the keep rate, structureless data, the verdict
choose      tries each number of segments, argues for one
maps        flattened pictures of the customers, for looking at
describe    profile, rules, names, actions, offers
continuity  which segment is which, from run to run
recipe      every option of a run; TOML in and out
explore     what the measures look like before any segment is found
summary     everything known about one run, as data
markup      pieces of HTML that report, pages and notebooks share
model       one file that scores anybody, anywhere, alike
score       batches of later data
estimator   the scikit-learn face
check       what must be fixed, what is worth knowing, what is fine
compare     two runs side by side
workspace   run folders
figures     charts, each a function of the summary
report      for people
web         pages on this computer
cli         the command line
==========  =============================================================
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segmentry.compare import compare
    from segmentry.data import ReadOptions, SampleShop, load, sample_shop
    from segmentry.errors import (
        AmbiguousError,
        ColumnError,
        DataError,
        ModelError,
        NotFoundError,
        ReadError,
        SegmentryError,
        TooFewError,
        UsageError,
    )
    from segmentry.estimator import Segmenter
    from segmentry.explore import explore
    from segmentry.features import build, fit_scores, lint_grid, load_grid
    from segmentry.model import Segmentation, SegmentModel
    from segmentry.recipe import Recipe
    from segmentry.score import score
    from segmentry.segment import segment
    from segmentry.summary import RunSummary

_HOMES = {
    "AmbiguousError": "errors",
    "ColumnError": "errors",
    "DataError": "errors",
    "ModelError": "errors",
    "NotFoundError": "errors",
    "ReadError": "errors",
    "ReadOptions": "data",
    "Recipe": "recipe",
    "RunSummary": "summary",
    "SampleShop": "data",
    "SegmentModel": "model",
    "Segmentation": "model",
    "Segmenter": "estimator",
    "SegmentryError": "errors",
    "TooFewError": "errors",
    "UsageError": "errors",
    "build": "features",
    "compare": "compare",
    "fit_scores": "features",
    "lint_grid": "features",
    "explore": "explore",
    "load": "data",
    "load_grid": "features",
    "sample_shop": "data",
    "score": "score",
    "segment": "segment",
}

__all__ = [
    "AmbiguousError",
    "ColumnError",
    "DataError",
    "ModelError",
    "NotFoundError",
    "ReadError",
    "ReadOptions",
    "Recipe",
    "RunSummary",
    "SampleShop",
    "SegmentModel",
    "Segmentation",
    "Segmenter",
    "SegmentryError",
    "TooFewError",
    "UsageError",
    "build",
    "compare",
    "explore",
    "fit_scores",
    "lint_grid",
    "load",
    "load_grid",
    "sample_shop",
    "score",
    "segment",
]


class _Doorway(ModuleType):
    """Opens a room when one of its names is first used, so that nothing heavy is imported before it is needed."""

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'segmentry' has no attribute {name!r}")
        return getattr(importlib.import_module(f"segmentry.{_HOMES[name]}"), name)

    def __setattr__(self, name: str, value: object) -> None:
        # Importing the room segmentry.segment would bind its name here and hide the function segment of the same name.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *__all__})


sys.modules[__name__].__class__ = _Doorway
