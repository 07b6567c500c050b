"""Real tables with numbers and categories, prepared as a run prepares them."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from segmentry import prepare
from segmentry.choose import forming
from segmentry.data import load
from segmentry.features import build
from segmentry.prepare import Points
from segmentry.recipe import Recipe

__all__ = ["FOLDER", "TABLES", "Prepared", "prepared"]

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the tables lie unless told otherwise: beside the checkout, as in the tests."""


@dataclass(frozen=True, slots=True)
class Table:
    """A customer table.

    Parameters
    ----------
    file : str
        Its name.
    label : str
        The column that says what others made of the customers; it never forms segments.
    include : tuple of str, default ()
        Personal attributes that form segments here.
    measures : tuple of str, default ()
        The only columns that do; all selected ones where empty.
    """

    file: str
    label: str
    include: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


PERCEPTIONS = (
    *("yummy", "convenient", "spicy", "fattening", "greasy", "fast"),
    *("cheap", "tasty", "expensive", "healthy", "disgusting"),
)

TABLES = {
    "automobile_segmentation": Table(
        "automobile_segmentation.csv", "Segmentation", include=("Gender", "Ever_Married", "Age")
    ),
    "telco_churn": Table("telco_churn.csv", "Churn", include=("gender", "SeniorCitizen")),
    "mcdonalds, liking": Table("mcdonalds.csv", "Like", measures=PERCEPTIONS),
    "mcdonalds, visits": Table("mcdonalds.csv", "VisitFrequency", measures=PERCEPTIONS),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Points, and the label that they never saw."""

    points: Points
    label: pd.Series


def prepared(name: str, folder: Path, **options: object) -> Prepared:
    """Read a table, select and prepare its columns by the defaults of a run; ``options`` are those of a recipe."""
    table = TABLES[name]
    chosen = {key: list(value) for key in ("include", "measures") if (value := getattr(table, key))}
    recipe = Recipe().having(**chosen, **options)
    loaded = load(folder / table.file, None, recipe.read)
    measures = build(loaded.orders, loaded.customers, recipe.features)
    preparer = prepare.fit(measures.table, forming(measures, recipe.choose), recipe.prepare)
    label = measures.table[table.label].astype("string")
    if table.label == "Like":
        # -5 ("I hate it") to +5 ("I love it") in three groups: dislikes, neither, likes.
        liking = pd.to_numeric(label.str.extract(r"(-?\d+)")[0])
        label = pd.cut(liking, [-6, -1, 1, 6], labels=["dislikes", "neither", "likes"]).astype("string")
    return Prepared(preparer.apply(measures.table), label)
