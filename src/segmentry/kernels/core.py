"""Which core computes: the compiled one where it was built, the plain one where not.

The environment variable SEGMENTRY_KERNELS overrides it: ``plain``, or ``native`` to be told where that one is missing.
"""

import os

from segmentry.errors import UsageError

# All plain modules are imported either way: one imported later would take the place of the function of its name.
from segmentry.kernels.assign import assign, nearest_two
from segmentry.kernels.coding import split_columns
from segmentry.kernels.drawing import draw_prototypes
from segmentry.kernels.gower import gower_silhouettes
from segmentry.kernels.latent import latent_classes
from segmentry.kernels.lloyd import lloyd
from segmentry.kernels.prototypes import kprototypes, nearest_prototypes, prototype_costs
from segmentry.kernels.seeding import seed_centroids
from segmentry.kernels.settling import settle
from segmentry.kernels.silhouettes import silhouettes

__all__ = [
    "CORE",
    "assign",
    "draw_prototypes",
    "gower_silhouettes",
    "kprototypes",
    "latent_classes",
    "lloyd",
    "nearest_prototypes",
    "nearest_two",
    "prototype_costs",
    "seed_centroids",
    "settle",
    "silhouettes",
    "split_columns",
]


def _core() -> str:
    """Give ``native`` or ``plain``.

    Raises
    ------
    UsageError
        SEGMENTRY_KERNELS names neither, or asks for a compiled core that isn't there.
    """
    asked = os.environ.get("SEGMENTRY_KERNELS", "")
    if asked not in {"", "plain", "native"}:
        raise UsageError(
            f"there is no core called {asked}", ["SEGMENTRY_KERNELS is set; plain or native"], "SEGMENTRY_KERNELS=plain"
        )
    if asked == "plain":
        return asked
    try:
        from segmentry.kernels import _native  # noqa: F401, PLC0415 - only whether it can be imported
    except ImportError as error:
        if asked == "native":
            raise UsageError(
                "the compiled core can't be used",
                [str(error), "SEGMENTRY_KERNELS=native asks for it"],
                "install a C compiler, then segmentry again; or SEGMENTRY_KERNELS=plain",
            ) from error
        return "plain"
    return "native"


CORE = _core()
"""``native`` or ``plain``: the one that computes in this process."""

if CORE == "native":
    from segmentry.kernels.compiled import assign, lloyd, nearest_two, seed_centroids, silhouettes
    from segmentry.kernels.compiled_mixed import (
        draw_prototypes,
        gower_silhouettes,
        kprototypes,
        latent_classes,
        nearest_prototypes,
        prototype_costs,
        settle,
        split_columns,
    )
