"""What a method asks for: options that it can use, and the measures that it takes."""

from segmentry.choose.result import ChooseOptions
from segmentry.cluster import Clusterer, KMeansSized, find_clusterer
from segmentry.errors import ColumnError, UsageError
from segmentry.features import Kind, Measures

__all__ = ["check_options", "forming"]


def check_options(options: ChooseOptions) -> Clusterer:
    """Refuse options that make no sense, before any work; give the clusterer that they name.

    Raises
    ------
    UsageError
        A number is out of its range, there is no such method or grid, or the method has no number of segments to choose
        and one was asked for.

    Examples
    --------
    >>> check_options(ChooseOptions()).name
    'kmeans'
    """
    if not 1 <= options.lowest <= options.highest:
        raise UsageError(
            f"can't try from {options.lowest} to {options.highest} segments",
            ["the least is 1, and the lower number comes first"],
            "--segments auto, 5, or 3-8",
        )
    if not 0 <= options.min_share <= 0.5:
        raise UsageError(
            f"the smallest segment can't be asked to hold {options.min_share:g} of the customers",
            ["a share from 0 to 0.5"],
            "--min-share 0.05",
        )
    for name, value, least in (
        ("rebuilds", options.rebuilds, 1),
        ("starts", options.starts, 1),
        ("seed", options.seed, 0),
    ):
        if value < least:
            raise UsageError(f"{name} must be at least {least}, and is {value}", way_out=f"{name} = {least} or more")
    method = "kmeans" if options.method == "auto" else options.method  # the others are compared with it
    clusterer, usual = find_clusterer(method, options.grid, options.size_limits), ChooseOptions()
    if isinstance(clusterer, KMeansSized):
        _refuse_impossible(options, clusterer)
    if not clusterer.takes_number:
        for name in ("lowest", "highest", "min_share"):
            if getattr(options, name) != getattr(usual, name):
                option = "--min-share" if name == "min_share" else "--segments"
                raise UsageError(
                    f"the method {options.method} has no number of segments to choose",
                    [f"{option} was given"],
                    f"leave {option} out, or --method kmeans",
                )
    return clusterer


def _refuse_impossible(options: ChooseOptions, clusterer: KMeansSized) -> None:
    """Refuse numbers of segments that the size limits leave no room for; a range left open is narrowed to them."""
    lowest, highest = clusterer.numbers
    usual = ChooseOptions()
    left_open = (options.lowest, options.highest) == (usual.lowest, usual.highest)
    if left_open and max(lowest, usual.lowest) <= min(highest, usual.highest):
        return
    if options.lowest >= lowest and options.highest <= highest:
        return
    asked = f"{options.lowest} to {options.highest}" if options.lowest < options.highest else f"{options.lowest}"
    raise UsageError(
        f"{asked} segments can't all keep the size limits {options.size_limits}",
        [f"with these limits there can be {lowest} to {highest} segments"],
        f"--segments {max(lowest, options.lowest)}-{min(highest, options.highest)}"
        if max(lowest, options.lowest) <= min(highest, options.highest)
        else f"--segments {lowest}-{highest}",
    )


def forming(measures: Measures, options: ChooseOptions) -> list[tuple[str, Kind]]:
    """Name the measures that form segments, with their kinds, in the order in which the method wants them.

    Raises
    ------
    ColumnError
        The method wants a measure that isn't there, or that tells nobody apart.
    """
    wanted = check_options(options).measures
    kinds = {measure.name: measure.kind for measure in measures.forming}
    unfit = [
        f"{column.name}: {column.reason or 'it holds no numbers'}"
        for column in measures.columns
        if column.name in wanted and kinds.get(column.name) != "number"
    ]
    if unfit:
        raise ColumnError(f"{options.method} can't use these measures", unfit, "another --grid, or --method kmeans")
    return [(name, kinds[name]) for name in wanted or kinds]
