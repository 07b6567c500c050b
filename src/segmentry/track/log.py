"""A run, logged in MLflow: itself, every attempt beneath it, its figures, its report, its data and its model."""

import getpass
import hashlib
import json
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from segmentry.figures import FIGURES, SEGMENT_FIGURES, svg
from segmentry.summary import RunSummary
from segmentry.track.packaging import pack
from segmentry.track.record import RUN, Record, attempts, record
from segmentry.track.registry import SHA
from segmentry.track.store import Store
from segmentry.workspace import FILES, Run

__all__ = ["FOLDER", "Tracked", "find_tracked", "log_run", "sha256_of", "who"]

LOGGED = ("report", "run", "recipe")
"""The files of a run that are logged. None of them has a row a customer: those stay where they are."""
MOST_PARAMS = 100
"""That MLflow takes in one call."""
MOST_MEASURES = 1000
LONGEST_PARAM, LONGEST_TAG, LONGEST_DIGEST = 6000, 5000, 36
MODEL = "model"
FOLDER = "segmentry.folder"
"""The tag that says where a run's folder lies."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """Where a run stands in MLflow.

    Parameters
    ----------
    name : str
        What the run is called.
    run : str
        The id of MLflow's run.
    experiment : str
        The id of its experiment.
    model : str
        The id of the model that it logged.
    store : Store
        Which MLflow.
    """

    name: str
    run: str
    experiment: str
    model: str
    store: Store

    @property
    def page(self) -> str:
        """The address of the run's page; "" where MLflow is a database without a server."""
        if not self.store.uri.startswith("http"):
            return ""
        return f"{self.store.shown.rstrip('/')}/#/experiments/{self.experiment}/runs/{self.run}"


def log_run(run: Run, store: Store) -> Tracked:
    """Log a saved run.

    Parameters
    ----------
    run : Run
        From its folder.
    store : Store
        Which MLflow.

    Raises
    ------
    UsageError
        MLflow isn't installed.
    ServerError
        It is away, or refuses. What it has of the run by then is marked as failed.
    """
    with store.asked() as client, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's own, on its own doings
        experiment = store.experiment(client)
        told = record(run.summary, run.model.recipe)
        tags = {**told.tags, SHA: sha256_of(run), FOLDER: str(run.folder), **_origin()}
        started, ended = _span(run.summary)
        logged = _begin(client, experiment, told.name, tags, started)
        try:
            model = _log_model(client, run, experiment, logged)
            _log_values(client, logged, told, model, run.summary)
            client.log_inputs(logged, [_dataset(run.summary)])
            _log_files(client, run, logged)
            for attempt in attempts(run.summary):
                _log_attempt(client, experiment, logged, attempt, (started, ended))
        except BaseException:
            with suppress(Exception):  # the server may have gone
                client.set_terminated(logged, "FAILED")
            raise
        client.set_terminated(logged, "FINISHED", ended)
        return Tracked(told.name, logged, experiment, model, store)


def find_tracked(run: Run, store: Store) -> Tracked | None:
    """Find where a run stands in MLflow, by the content of its model file; None where it was not logged.

    Raises
    ------
    UsageError, ServerError
        As for :func:`log_run`.
    """
    with store.asked() as client:
        experiment = store.experiment(client)
        found = client.search_runs(
            [experiment], f"tags.`{SHA}` = '{sha256_of(run)}' and attributes.status = 'FINISHED'", max_results=1
        )
        if not found or not found[0].outputs or not found[0].outputs.model_outputs:
            return None
        logged = found[0]
        return Tracked(run.summary.run, logged.info.run_id, experiment, logged.outputs.model_outputs[0].model_id, store)


def sha256_of(run: Run) -> str:
    """Give the SHA-256 of a run's model file: what a version is known by."""
    with (run.folder / FILES["model"]).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begin(client: Any, experiment: str, name: str, tags: dict[str, str], started: int) -> str:
    short = {key: value[:LONGEST_TAG] for key, value in tags.items()}
    return str(client.create_run(experiment, start_time=started, tags=short, run_name=name).info.run_id)


def _log_attempt(client: Any, experiment: str, parent: str, told: Record, span: tuple[int, int]) -> None:
    """Log one attempt in three calls."""
    from mlflow.entities import Metric, Param  # noqa: PLC0415 - imported already

    tags = {**told.tags, **_origin(), "mlflow.parentRunId": parent}
    logged = _begin(client, experiment, told.name, tags, span[0])
    client.log_batch(
        logged,
        [Metric(name, value, span[1], 0) for name, value in told.measures.items()],
        [Param(name, value) for name, value in told.params.items()],
    )
    client.set_terminated(logged, "FINISHED", span[1])


def _log_values(client: Any, logged: str, told: Record, model: str, summary: RunSummary) -> None:
    """Log what a run was made by and what it is judged by; its measures stand on the model's page as well."""
    from mlflow.entities import Metric, Param  # noqa: PLC0415 - imported already

    now = _span(summary)[1]
    about = {"model_id": model, "run_id": logged}
    measures = [Metric(name, value, now, 0, **about) for name, value in told.measures.items()]
    measures += [Metric(point.name, point.value, now, point.k) for point in told.curves]
    params = [Param(name, value[:LONGEST_PARAM]) for name, value in told.params.items()]
    for some in _pieces(params, MOST_PARAMS):
        client.log_batch(logged, params=some)
    for some in _pieces(measures, MOST_MEASURES):
        client.log_batch(logged, metrics=some)


def _log_files(client: Any, run: Run, logged: str) -> None:
    """Log the report, the figures and what repeats the run."""
    with tempfile.TemporaryDirectory(prefix="segmentry-") as folder:
        place = Path(folder)
        for name in (FILES[key] for key in LOGGED):
            shutil.copyfile(run.folder / name, place / name)
        (place / "figures").mkdir()
        for name, drawing in _drawings(run.summary):
            (place / "figures" / f"{name}.svg").write_text(drawing, encoding="utf-8")
        client.log_artifacts(logged, folder)


def _drawings(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """Draw every figure that the run has something for."""
    for name, draw in FIGURES.items():
        if (figure := draw(summary)) is not None:
            yield name, svg(figure)
    for name, draw_one in SEGMENT_FIGURES.items():
        for segment in summary.segments:
            if (figure := draw_one(summary, segment.letter)) is not None:
                yield f"{name}-{segment.letter}", svg(figure)


def _log_model(client: Any, run: Run, experiment: str, logged: str) -> str:
    """Log the model and give its id."""
    from mlflow.entities import LoggedModelOutput  # noqa: PLC0415 - imported already

    tags = {SHA: sha256_of(run), RUN: run.summary.run}
    made = client.create_logged_model(experiment, MODEL, logged, tags, {"segments": str(run.summary.k)}, "segments")
    try:
        with tempfile.TemporaryDirectory(prefix="segmentry-") as folder:
            packed = Path(folder) / MODEL
            about = {"artifact_path": made.artifact_location, "run_id": logged, "model_uuid": made.model_id}
            pack(run.model, run.folder / FILES["model"], packed, **about, model_id=made.model_id)
            client.log_model_artifacts(made.model_id, str(packed))
    except BaseException:
        with suppress(Exception):  # the server may have gone
            client.finalize_logged_model(made.model_id, "FAILED")
        raise
    client.finalize_logged_model(made.model_id, "READY")
    client.log_outputs(logged, [LoggedModelOutput(made.model_id, 0)])
    return str(made.model_id)


def _dataset(summary: RunSummary) -> Any:
    """Describe what was read: its fingerprint, its shape, its columns by what they were taken for. No row of it."""
    from mlflow.entities import Dataset, DatasetInput, InputTag  # noqa: PLC0415 - imported already

    columns = {guess.role: guess.column for guess in summary.guesses}
    profile = {
        "sha256": summary.fingerprint,
        "rows": summary.rows.read,
        "rows_loaded": summary.rows.loaded,
        "rows_rejected": summary.rows.rejected,
        "customers": summary.customers,
        "first": None if summary.first is None else summary.first.isoformat(),
        "last": None if summary.last is None else summary.last.isoformat(),
    }
    dataset = Dataset(
        name=", ".join(Path(source).name for source in summary.sources)[:500] or summary.table,
        digest=summary.fingerprint[:LONGEST_DIGEST],
        source_type="local",
        source=json.dumps({"uri": list(summary.sources)}, ensure_ascii=False)[:60_000],
        schema=json.dumps({"columns": columns, "table": summary.table}, ensure_ascii=False),
        profile=json.dumps(profile),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "segmentation")])


def _origin() -> dict[str, str]:
    """Say who logs, and with what: the columns "User" and "Source" of MLflow's lists."""
    return {"mlflow.user": who(), "mlflow.source.name": "segmentry", "mlflow.source.type": "LOCAL"}


def who() -> str:
    """Give the name of the person at this computer; "unknown" where the system knows none."""
    try:
        return os.environ.get("MLFLOW_TRACKING_USERNAME") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _span(summary: RunSummary) -> tuple[int, int]:
    """Give when the run began and ended, in milliseconds since 1970."""
    try:
        ended = int(datetime.fromisoformat(summary.created).timestamp() * 1000)
    except ValueError:
        ended = int(time.time() * 1000)
    return ended - int(1000 * sum(stage.seconds for stage in summary.stages)), ended


def _pieces(things: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), most):
        yield things[start : start + most]
