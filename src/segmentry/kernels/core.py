"""Which core computes: the compiled one where it was built, the plain one where not.

The environment variable SEGMENTRY_KERNELS overrides it: ``plain``, or ``native`` to be told where that one is missing.
"""

import os

from segmentry.errors import UsageError

# All plain modules are imported either way: one imported later would take the place of the function of its name.
from segmentry.kernels.assign import assign, label, nearest_two
from segmentry.kernels.coding import split_columns
from segmentry.kernels.drawing import draw_prototypes
from segmentry.kernels.gower import gower_silhouettes
from segmentry.kernels.halving import micro_clusters
from segmentry.kernels.latent import latent_classes
from segmentry.kernels.lloyd import lloyd, lloyd_each
from segmentry.kernels.prototypes import kprototypes, nearest_prototypes, prototype_costs
from segmentry.kernels.seeding import seed_centroids
from segmentry.kernels.settling import settle
from segmentry.kernels.silhouettes import silhouettes
from segmentry.kernels.spread import spread, spread_each
from segmentry.kernels.transport import balance
from segmentry.kernels.ward import ward_merges

__all__ = [
    "CORE",
    "assign",
    "balance",
    "draw_prototypes",
    "gower_silhouettes",
    "kprototypes",
    "label",
    "latent_classes",
    "lloyd",
    "lloyd_each",
    "micro_clusters",
    "nearest_prototypes",
    "nearest_two",
    "prototype_costs",
    "seed_centroids",
    "settle",
    "silhouettes",
    "split_columns",
    "spread",
    "spread_each",
    "ward_merges",
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
    from segmentry.kernels.compiled import (
        assign,
        label,
        lloyd,
        lloyd_each,
        nearest_two,
        seed_centroids,
        silhouettes,
        spread,
        spread_each,
    )
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
    from segmentry.kernels.compiled_transport import balance
    from segmentry.kernels.compiled_trees import micro_clusters, ward_merges
