"""The options that commands share, one list a stage; each is named as in the recipe."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = [
    "AS_OF",
    "BRAND",
    "CHOOSING",
    "CUSTOMERS",
    "MEASURING",
    "OUT_FILE",
    "PREPARING",
    "READING",
    "TALKING",
    "TRACK",
    "WORKSPACE",
    "given",
    "keep_apart",
    "with_options",
    "write_rejects",
]

Option = Callable[[Callable[..., Any]], Callable[..., Any]]


def _names(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Split ``a,b`` into names; a name that has a comma stands in double quotes."""
    split = tuple(name.strip() for row in csv.reader(values, skipinitialspace=True) for name in row if name.strip())
    return split or None


def _some(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Take a repeated option as it stands; None where it wasn't given."""
    return values or None


CUSTOMERS = click.option("--customers", multiple=True, metavar="FILE", help="A customer table to join to the orders.")
OUT_FILE = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .csv or .parquet file."
)
AS_OF = click.option("--as-of", metavar="DATE", help="The day to look at customers, e.g. 2026-06-30. [latest date]")
BRAND = click.option("--brand", type=click.Path(path_type=Path), metavar="FILE", help="Your look for the report.")
TRACK = click.option(
    "--track", is_flag=False, flag_value="", metavar="[URI]", help="Which MLflow. [MLFLOW_TRACKING_URI, else here]"
)
WORKSPACE = click.option(
    "--workspace", type=click.Path(file_okay=False, path_type=Path), default=".", help="Where runs/ lies. [this folder]"
)

READING: list[Option] = [
    *(
        click.option(f"--{role}", metavar="COLUMN", help=f"The column that holds {what}.")
        for role, what in (
            ("customer", "the customer of an order"),
            ("date", "its date"),
            ("amount", "its amount"),
            ("order", "its order number"),
            ("product", "the product"),
            ("category", "the product's category"),
            ("quantity", "the quantity"),
            ("price", "the unit price"),
            ("discount", "the discount"),
            ("id", "the id of a customer table"),
        )
    ),
    click.option("--dayfirst", "dayfirst", flag_value=True, type=bool, default=None, help="03/04 is 3 April."),
    click.option("--monthfirst", "dayfirst", flag_value=False, type=bool, default=None, help="03/04 is 4 March."),
    click.option("--date-format", metavar="FORMAT", help="E.g. %d.%m.%Y."),
    click.option("--sheet", help="The sheet of a workbook."),
    click.option("--no-amount", is_flag=True, default=None, help="Orders without money: count them only."),
    click.option("--no-header", is_flag=True, default=None, help="The first line is data: columns are column_1, …."),
    click.option("--sep", metavar="SIGN", help="What separates columns."),
    click.option("--encoding", help="Of text files, e.g. cp1252."),
    click.option("--decimal", type=click.Choice([".", ","]), help="The decimal mark."),
    click.option("--duplicates", type=click.Choice(["keep", "drop"]), help="Exactly equal rows. [keep]"),
]
MEASURING: list[Option] = [
    AS_OF,
    click.option("--window", "window_days", type=click.IntRange(1), metavar="DAYS", help="Count this many days only."),
    click.option("--returns", type=click.Choice(["net", "drop"]), help="Returns lower spend, or are left out. [net]"),
    click.option(
        "--order-unit",
        type=click.Choice(["order", "day", "row"]),
        help="An order is an order id, a day, a row. [order]",
    ),
    click.option("--measures", metavar="A,B", multiple=True, callback=_names, help="Form segments on exactly these."),
    click.option("--include", metavar="COLUMN", multiple=True, callback=_names, help="Form segments on this too."),
]
PREPARING: list[Option] = [
    click.option(
        "--missing",
        type=click.Choice(["median", "mean", "mode", "constant", "neighbours", "drop"]),
        help="How blanks are filled. [median]",
    ),
    click.option("--missing-value", type=float, metavar="X", help="For --missing constant. [0]"),
    click.option(
        "--outliers",
        type=click.Choice(["clip", "none", "remove-iqr", "remove-mad", "remove-forest"]),
        help="Values far outside. [clip]",
    ),
    click.option("--skew", type=click.Choice(["auto", "log", "yeo-johnson", "none"]), help="Lopsided measures. [auto]"),
    click.option("--bins", metavar="N[:HOW]", help="Cut numbers into groups: quantile, uniform or kmeans. [none]"),
    click.option("--scale", type=click.Choice(["z", "robust", "min-max", "none"]), help="The common scale. [z]"),
    click.option(
        "--encode",
        type=click.Choice(["one-hot", "ordinal", "frequency"]),
        help="How categories become numbers. [one-hot]",
    ),
    click.option(
        "--levels", metavar="COLUMN=A,B,C", multiple=True, callback=_some, help="A category's levels, in order."
    ),
    click.option("--rare", type=click.FloatRange(0, 0.5), metavar="SHARE", help="Pool levels below this share. [0]"),
    click.option("--pca", type=click.IntRange(0), metavar="N", help="Use N principal components. [0: none]"),
]
CHOOSING: list[Option] = [
    click.option("--segments", metavar="auto|N|A-B", help="How many. [auto: 2 to 12 are tried]"),
    click.option("--min-share", type=click.FloatRange(0, 0.5), help="Least share of customers in a segment. [0.05]"),
    click.option(
        "--method",
        type=click.Choice(
            [
                "auto",
                "kmeans",
                "kmeans-sized",
                "ward",
                "average",
                "complete",
                "single",
                "mixture",
                "hdbscan",
                "kprototypes",
                "latent-class",
                "rfm-grid",
            ]
        ),
        help="How groups are found; auto compares. [kmeans]",
    ),
    click.option("--grid", metavar="NAME", help="For rfm-grid: ten, r-rfm-0.2, r-rfm-0.3 or a file. [ten]"),
    click.option("--size-limits", metavar="LEAST-MOST", help="For kmeans-sized, e.g. 10%-30% of the customers."),
    click.option(
        "--map",
        "maps",
        type=click.Choice(["tsne", "opentsne", "umap"]),
        multiple=True,
        callback=_some,
        help="One more flattened picture; may be given again. [pca alone]",
    ),
    click.option("--seed", type=click.IntRange(0), help="Of everything random. [0]"),
    click.option("--currency", metavar="SIGN", help="Printed with money, e.g. £ or EUR."),
    click.option("--playbook", metavar="FILE", help="Your own names and actions."),
]
TALKING: list[Option] = [
    click.option("--json", "as_json", is_flag=True, help="Print JSON alone."),
    click.option("-q", "--quiet", is_flag=True, help="Only the result."),
    click.option("-v", "--verbose", is_flag=True, help="Say more; show where a fault happened."),
]


def with_options(*options: Option) -> Option:
    """Put several options on a command, in the order in which --help lists them."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Keep the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def keep_apart(out: Path, *inputs: str | Path) -> None:
    """Refuse to write over what is read, or over the files of a run.

    Parameters
    ----------
    out : pathlib.Path
        Where a result goes.
    inputs : str or pathlib.Path
        The files that are read; patterns and names of runs match no file and pass.

    Raises
    ------
    UsageError
        It is one of them, or lies in a run's folder.
    """
    from segmentry.errors import UsageError
    from segmentry.workspace import FILES

    place = out.resolve()
    if any(Path(each).exists() and Path(each).resolve() == place for each in inputs):
        raise UsageError(f"{out} is what is read, and the result would replace it", way_out="--out with another name")
    run = next((each for each in (place, place.parent) if (each / FILES["run"]).is_file()), None)
    if run == place or (run is not None and place.name in FILES.values()):
        raise UsageError(
            f"{out} belongs to the run {run.name}, and would be lost",
            way_out="--out with another name",
        )


def write_rejects(rejects: Any, out: Path) -> dict[str, str]:
    """Write the refused rows beside a result, where there are any, and say where."""
    from segmentry.files import write_table

    if not len(rejects):
        return {}
    path = out.absolute().with_name(f"{out.stem}.rejects.csv")
    write_table(rejects, path)
    return {"rejects": str(path)}
