import dataclasses
import json
import math
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest

from segmentry import report, segment
from segmentry.errors import ServerError
from segmentry.track import Store, log_run
from segmentry.workspace import Run, save_run

HERE = Path(__file__).parent
SOURCE = str(HERE.parents[2] / "src")


@pytest.fixture(scope="module")
def audited(one: Run, server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Log the first run and place its customers in a process of its own, with an ear on what is unpickled."""
    out = tmp_path_factory.mktemp("audited") / "found.json"
    environment = {**os.environ, "PYTHONPATH": SOURCE, "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(
        [sys.executable, str(HERE / "audited.py"), str(one.folder), server, str(out)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == ""
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def client(server: str) -> Any:
    """Give MLflow's own client."""
    return mlflow.MlflowClient(tracking_uri=server)


def test_nothing_is_unpickled_by_logging_and_loading(audited: dict[str, Any]) -> None:
    """From logging a run to placing its customers by the loaded model, pickle is never reached."""
    assert audited["hears"]
    assert audited["heard"] == []


def test_the_logged_model_places_every_customer_alike(audited: dict[str, Any], one: Run) -> None:
    """MLflow's model gives each customer of Online Retail the segment that the run's own model gives her."""
    ours = one.model.assign(one.customers())
    assert len(ours) > 4000
    assert audited["customers"] == ours["customer_id"].tolist()
    assert audited["segments"] == ours["segment"].tolist()


def test_the_input_example_can_be_placed(audited: dict[str, Any], one: Run) -> None:
    """The example that is logged with a model is one that it answers."""
    assert set(audited["example"]) <= {found.letter for found in one.summary.segments}


def test_the_recipe_stands_as_params(audited: dict[str, Any], client: Any, one: Run) -> None:
    """Every option of the recipe that has a value is a parameter, under its place in the recipe."""
    params = client.get_run(audited["run"]).data.params
    assert params["choose.method"] == one.model.recipe.choose.method
    assert params["features.returns"] == one.model.recipe.features.returns
    assert params["read.customer"] == one.model.recipe.read.customer
    assert params["segments"] == str(one.summary.k)


def test_every_attempt_is_a_nested_run_with_all_its_measures(audited: dict[str, Any], client: Any, one: Run) -> None:
    """Each number of segments that was tried is a run beneath, with each of its measures to the last digit."""
    parent = client.get_run(audited["run"])
    beneath = client.search_runs(
        [parent.info.experiment_id], f"tags.mlflow.parentRunId = '{audited['run']}'", max_results=100
    )
    tried = {each.data.params["segments"]: each for each in beneath if each.data.tags["segmentry.tried"] == "number"}
    assert len(tried) == len(one.summary.candidates) == 11
    for candidate in one.summary.candidates:
        run = tried[str(candidate.k)]
        values = {name: value for name, value in dataclasses.asdict(candidate).items() if value is not None}
        finite = {name: float(value) for name, value in values.items() if math.isfinite(value) and name != "setting"}
        assert run.data.metrics == finite
        assert run.info.status == "FINISHED"
        assert run.data.tags["segmentry.chosen"] == ("yes" if candidate.k == one.summary.k else "no")
    curve = client.get_metric_history(audited["run"], "tried/silhouette")
    assert {point.step: point.value for point in curve} == {c.k: c.silhouette for c in one.summary.candidates}


def test_methods_that_were_compared_are_nested_runs_too(server: str, client: Any, tmp_path: Path) -> None:
    """Where methods were compared, each is a run beneath, with the measures that it was compared by."""
    rows = [(x + 9 * (n % 3), y + 7 * (n % 3)) for n in range(60) for x, y in [(n % 7 / 3, n % 5 / 2)]]
    table = pd.DataFrame(rows, columns=["visits", "income"])
    found = segment(table, name="auto", method="auto", segments="2-4", rebuilds=4)
    save_run(tmp_path / "auto", found, report.html)
    tracked = log_run(Run(tmp_path / "auto", found.model), Store(server))
    beneath = client.search_runs([tracked.experiment], f"tags.mlflow.parentRunId = '{tracked.run}'", max_results=100)
    methods = {each.data.params["method"]: each for each in beneath if each.data.tags["segmentry.tried"] == "method"}
    assert set(methods) == {compared.method for compared in found.summary.compared}
    for compared in found.summary.compared:
        assert methods[compared.method].data.metrics["keep_rate"] == compared.keep_rate
        assert methods[compared.method].data.metrics["chosen"] == float(compared.chosen)


def test_report_and_figures_are_there(audited: dict[str, Any], client: Any, one: Run) -> None:
    """The report and the figures can be looked at in MLflow, byte for byte those of the run."""
    names = {each.path for each in client.list_artifacts(audited["run"])}
    assert names == {"report.html", "recipe.toml", "run.json", "figures"}
    figures = {each.path for each in client.list_artifacts(audited["run"], "figures")}
    assert {"figures/elbow.svg", "figures/criteria.svg", "figures/dot-range-A.svg"} <= figures
    came = client.download_artifacts(audited["run"], "report.html")
    assert Path(came).read_bytes() == (one.folder / "report.html").read_bytes()


def test_the_data_are_a_dataset_with_their_fingerprint(audited: dict[str, Any], client: Any, one: Run) -> None:
    """What was read stands as a dataset: name, fingerprint, rows; and none of its rows."""
    (given,) = client.get_run(audited["run"]).inputs.dataset_inputs
    assert given.dataset.name == "online_retail.parquet"
    assert one.summary.fingerprint.startswith(given.dataset.digest)
    assert json.loads(given.dataset.profile)["rows"] == one.summary.rows.read
    assert len(given.dataset.profile) < 500


def test_the_model_says_what_goes_in_and_what_comes_out(audited: dict[str, Any], server: str, one: Run) -> None:
    """The signature names the model's inputs in their kinds, and the columns of an assignment."""
    mlflow.set_tracking_uri(server)
    info = mlflow.models.get_model_info(f"models:/{audited['model']}")
    inputs = info.signature.inputs.to_dict()
    assert [each["name"] for each in inputs if each["required"]] == [each.name for each in one.model.inputs]
    assert [each["name"] for each in info.signature.outputs.to_dict()] == list(one.model.assign(one.customers()[:1]))
    assert info.flavors["python_function"]["loader_module"] == "mlflow.pyfunc.loaders.code_model"
    assert "python_model" not in info.flavors["python_function"]


def test_no_customer_leaves_with_a_run(server: str, client: Any, tmp_path: Path) -> None:
    """Of all that is logged nothing names a customer: neither files nor values."""
    table = pd.DataFrame(
        {"id": [f"anna-{n:05d}-of-nowhere" for n in range(90)], "visits": [n % 3 * 9.0 + n % 7 for n in range(90)]}
    )
    table["income"] = [20.0 + n % 3 * 30 + n % 11 for n in range(90)]
    found = segment(table, name="names", id="id", segments=3, rebuilds=4)
    save_run(tmp_path / "names", found, report.html)
    tracked = log_run(Run(tmp_path / "names", found.model), Store(server))
    place = tmp_path / "came"
    place.mkdir()
    client.download_artifacts(tracked.run, "", str(place))
    mlflow.set_tracking_uri(server)
    mlflow.artifacts.download_artifacts(f"models:/{tracked.model}", dst_path=str(place / "model"))
    files = [path for path in place.rglob("*") if path.is_file()]
    assert (place / "model" / "artifacts" / "model.segmentry") in files
    for path in files:
        content = path.read_bytes()
        if path.suffix == ".segmentry":
            with zipfile.ZipFile(path) as archive:
                content += b"".join(archive.read(name) for name in archive.namelist())
        assert b"-of-nowhere" not in content, path
    assert "-of-nowhere" not in str(client.get_run(tracked.run).to_dictionary())


def test_a_run_that_cannot_be_logged_whole_is_marked_as_failed(
    one: Run, server: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What MLflow has of a run whose logging broke off is marked as failed, and is not taken for the run later."""
    from segmentry.track import log

    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "_log_files", breaks)
    with pytest.raises(ServerError, match="can't be written or read"):
        log_run(one, Store(server))
    experiment = client.get_experiment_by_name("segmentry").experiment_id
    latest = client.search_runs([experiment], "attributes.status = 'FAILED'")
    assert [run.data.tags["segmentry.run"] for run in latest] == ["one"]
