"""Run folders: plain, self-describing, written as a whole or not at all.

::

    runs/amber/
        report.html        for people
        segments.csv       customer_id, segment (letter), name, then the measures
        segments.parquet   the same
        customers.parquet  every other column of the source, for mailing lists
        monthly.parquet    of order logs: orders and revenue, a row a customer and month
        rejects.csv        refused rows: file, line, column, value, reason
        model.segmentry    scores anybody
        recipe.toml        repeats the run
        run.json           everything known about the run
        brand.toml         the look of the report, where one was given
"""

import difflib
import json
import re
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from segmentry.errors import NotFoundError, UsageError
from segmentry.files import read_parquet, replace_folder, write_table
from segmentry.model import CUSTOMERS_FILE, MODEL_FILE, Segmentation, SegmentModel
from segmentry.summary import RunSummary

__all__ = [
    "FILES",
    "NAME",
    "Run",
    "check_name",
    "find_model",
    "free_name",
    "list_runs",
    "measured",
    "open_model",
    "open_run",
    "rename_segment",
    "save_run",
]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NAMES = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fern",
    "garnet",
    "hazel",
    "iris",
    "jade",
    "kelp",
    "linden",
    "maple",
    "nutmeg",
    "olive",
    "pearl",
    "quartz",
    "rowan",
    "sage",
    "thyme",
    "umber",
    "violet",
    "willow",
    "yarrow",
    "zinnia",
)
FILES = {
    "report": "report.html",
    "segments": "segments.csv",
    "segments_parquet": CUSTOMERS_FILE,
    "customers": "customers.parquet",
    "monthly": "monthly.parquet",
    "rejects": "rejects.csv",
    "model": MODEL_FILE,
    "recipe": "recipe.toml",
    "run": "run.json",
    "brand": "brand.toml",
}
UNNAMED = ("rejects", "customers", "monthly", "recipe", "brand")
"""The files that don't hold segment names: a rename copies them."""
OPTIONAL = ("monthly", "brand")
"""The files that not every run has."""

Render = Callable[[RunSummary], str]


@dataclass(frozen=True, slots=True)
class Run:
    """A saved run.

    Parameters
    ----------
    folder : pathlib.Path
        Where it lies, absolute.
    model : SegmentModel
        Read and checked.
    """

    folder: Path
    model: SegmentModel

    @property
    def summary(self) -> RunSummary:
        """Everything known about the run."""
        return self.model.summary

    @property
    def files(self) -> dict[str, str]:
        """Absolute paths by what they hold."""
        return _paths(self.folder)

    @property
    def brand(self) -> str:
        """The look of the report as TOML; "" where none was given."""
        path = self.folder / FILES["brand"]
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def customers(self) -> pd.DataFrame:
        """Read ``customer_id``, ``segment``, ``name`` and the measures; one row a customer."""
        return read_parquet(self.folder / FILES["segments_parquet"])

    def customer(self, customer_id: str) -> pd.DataFrame:
        """Read one customer: a row with her measures, under their own names.

        Raises
        ------
        NotFoundError
            The run has no such customer.
        """
        table = self.measures()
        row = table[table["customer_id"] == customer_id]
        if row.empty:
            near = difflib.get_close_matches(customer_id, table["customer_id"].astype(str), n=3)
            evidence = [f"near to it: {', '.join(near)}"] if near else []
            raise NotFoundError(f"no customer of the run {self.summary.run} is {customer_id!r}", evidence, "another id")
        return row

    def measures(self) -> pd.DataFrame:
        """Read ``customer_id`` and the measures under their own names, as the model takes them; one row a customer."""
        return measured(self.customers())

    def carried(self) -> pd.DataFrame:
        """Read ``customer_id`` and every other column of the source; one row a customer."""
        return read_parquet(self.folder / FILES["customers"])

    def monthly(self) -> pd.DataFrame | None:
        """Read ``customer_id``, ``month`` (its first day), ``orders`` and, with money, ``revenue``.

        One row a customer and month; None for a run of a customer table, or of a release that didn't write it down.
        """
        path = self.folder / FILES["monthly"]
        return read_parquet(path) if path.is_file() else None


def measured(customers: pd.DataFrame) -> pd.DataFrame:
    """Give rows of :meth:`Run.customers` without segment and name, every measure under its own name."""
    rows = customers.drop(columns=["segment", "name"])
    return rows.rename(columns={f"{taken} (source)": taken for taken in ("segment", "name")})


def check_name(name: str) -> str:
    """Give the name back if a run may be called that.

    Raises
    ------
    UsageError
        It has other signs than a-z, 0-9, _ and -, or more than 64.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"a run can't be called {name!r}",
            ["a name has 1 to 64 of a-z, 0-9, _ and -, and begins with a letter or a digit"],
            "--name spring-2026",
        )
    return name


def free_name(workspace: Path, besides: Collection[str] = ()) -> str:
    """Give a name that no run of the workspace has yet, and that is none of those besides."""
    taken = {folder.name for folder in (workspace / "runs").glob("*")}.union(besides)
    rounds = (f"{name}-{number}" if number > 1 else name for number in range(1, 10_000) for name in NAMES)
    return next(name for name in rounds if name not in taken)


def save_run(folder: Path, found: Segmentation, render: Render, brand: str = "") -> dict[str, str]:
    """Write a run folder, replacing an older run in that place as a whole.

    Parameters
    ----------
    folder : pathlib.Path
        Where to.
    found : Segmentation
        What the run gave.
    render : callable
        Makes report.html from the summary.
    brand : str, default ""
        The look that the report is made in, as TOML; it is kept for when the report is made again.

    Returns
    -------
    dict of str
        Absolute paths by what they hold.

    Raises
    ------
    UsageError
        The place holds something that is no run, or can't be written to.
    """
    folder = folder.absolute()
    _only_a_run(folder)
    with replace_folder(folder) as new:
        write_table(found.rejects, new / FILES["rejects"])
        write_table(found.carried, new / FILES["customers"])
        if found.monthly is not None:
            write_table(found.monthly, new / FILES["monthly"])
        (new / FILES["recipe"]).write_text(found.model.recipe.to_toml(), encoding="utf-8")
        if brand:
            (new / FILES["brand"]).write_text(brand, encoding="utf-8")
        _fill(new, folder, found.model, found.customers, render)
    return _paths(folder)


def open_run(run: str | None, workspace: Path) -> Run:
    """Find a run by its folder or its name; None takes the latest of the workspace.

    Raises
    ------
    NotFoundError
        There is none.
    """
    if run is None:
        folders = list_runs(workspace)
        if not folders:
            raise NotFoundError(f"there is no run in {workspace}", way_out="segmentry demo, or segmentry run FILE")
        folder = folders[0]
    else:
        places = [Path(run), workspace / "runs" / run] if NAME.fullmatch(run) else [Path(run)]
        found = next((place for place in places if (place / FILES["run"]).is_file()), None)
        if found is None:
            near = [folder.name for folder in list_runs(workspace)][:8]
            evidence = ["that is a file; a run is a folder with run.json in it"] if Path(run).is_file() else []
            evidence += [f"runs here: {', '.join(near)}"] if near else []
            raise NotFoundError(f"there is no run {run!r}", evidence, "segmentry runs")
        folder = found
    return Run(folder.absolute(), SegmentModel.load(folder / FILES["model"]))


def open_model(model: str, workspace: Path) -> SegmentModel:
    """Read a model by its file, its run's folder, or its run's name.

    Raises
    ------
    NotFoundError
        There is none.
    ModelError
        It is damaged, or written by a newer release.
    """
    return SegmentModel.load(model) if Path(model).is_file() else open_run(model, workspace).model


def find_model(model: str, workspace: Path) -> Path:
    """Find a model file, or a run's folder by the folder or the run's name.

    Raises
    ------
    NotFoundError
        There is none.
    ModelError
        It is damaged, or written by a newer release.
    """
    return Path(model).absolute() if Path(model).is_file() else open_run(model, workspace).folder


def list_runs(workspace: Path) -> list[Path]:
    """Give the folders of the workspace's runs, the latest first."""
    files = [path for path in (workspace / "runs").glob(f"*/{FILES['run']}") if not path.parent.name.startswith(".")]
    return [path.parent for path in sorted(files, key=lambda path: (-path.stat().st_mtime_ns, path.parent.name))]


def rename_segment(run: Run, segment: str, name: str, render: Render) -> Run:
    """Give a segment of a saved run another name, everywhere in its folder."""
    model = run.model.renamed(segment, name)
    letter = run.summary.find(segment).letter
    customers = run.customers()
    customers.loc[customers["segment"] == letter, "name"] = model.summary.find(letter).name
    with replace_folder(run.folder) as new:
        for file in (FILES[key] for key in UNNAMED if (run.folder / FILES[key]).is_file()):
            shutil.copyfile(run.folder / file, new / file)
        _fill(new, run.folder, model, customers, render)
    return Run(run.folder, model)


def _fill(new: Path, place: Path, model: SegmentModel, customers: pd.DataFrame, render: Render) -> None:
    write_table(customers, new / FILES["segments"])
    write_table(customers, new / FILES["segments_parquet"])
    model.save(new / FILES["model"])
    (new / FILES["report"]).write_text(render(model.summary), encoding="utf-8")
    plain = model.summary.to_json(_paths(place, there=new))
    (new / FILES["run"]).write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")


def _paths(folder: Path, *, there: Path | None = None) -> dict[str, str]:
    """Give the paths in a folder; ``there`` is where its files lie as long as they are being written."""
    files = {
        what: str(folder / name)
        for what, name in FILES.items()
        if what not in OPTIONAL or ((there or folder) / name).is_file()
    }
    return {"folder": str(folder)} | files


def _only_a_run(folder: Path) -> None:
    """Refuse to replace a folder that holds somebody's other files."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / FILES["run"]).is_file():
        names: Sequence[str] = sorted(path.name for path in folder.iterdir())[:5]
        raise UsageError(
            f"{folder} holds other files, and a run replaces its folder as a whole",
            [f"it has: {', '.join(names)}"],
            "--out with a new folder",
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder", way_out="--out with a new folder")
