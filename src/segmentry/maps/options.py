"""Which maps are drawn."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["MapOptions"]


@dataclass(frozen=True, slots=True)
class MapOptions:
    """Which flattened pictures of the customers are drawn beside the one by principal components.

    Parameters
    ----------
    maps : tuple of {"tsne", "opentsne", "umap"}, default ()
        Further ones, in this order. None of them ever forms segments.
    seed : int, default 0
        Of which customers are drawn, and of what a method draws; not negative.
    """

    maps: tuple[Literal["tsne", "opentsne", "umap"], ...] = ()
    seed: int = 0
