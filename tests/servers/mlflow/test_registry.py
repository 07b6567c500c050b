import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import mlflow
import numpy as np
import pandas as pd
import pytest

from segmentry.errors import NotFoundError, UsageError
from segmentry.model import SegmentModel
from segmentry.track import Store, fetch, preview, promote, resolve
from segmentry.workspace import Run

AS_OF = "2011-12-10"


def test_a_run_is_one_version_however_often_it_is_registered(call: Any, workspace: Path, server: str) -> None:
    """Registering the same run again gives the version that it has."""
    again = [
        call("register", "one", "--name", "shop", "--track", server, "--workspace", workspace, "--json").json
        for _ in range(2)
    ]
    assert again[0]["version"] == again[1]["version"]
    assert not again[1]["new"]


def test_a_promotion_says_first_who_changes_segment(
    version_one: str, version_two: str, store: Store, workspace: Path, one: Run, two: Run
) -> None:
    """Both models place the new run's customers; counted are those whose segment doesn't continue theirs."""
    made = promote(preview("shop", version_one, "champion", store, workspace), "the first one")
    assert made.why == "the first one"
    found = preview("shop", version_two, "champion", store, workspace)
    assert found.before is not None
    assert found.before.version == version_one
    assert found.moves is not None
    was, now = (run.model.assign(two.customers())["segment"] for run in (one, two))
    assert found.moves.customers == len(was) == two.summary.customers
    # The second run follows the first: a segment that goes on keeps its letter.
    assert found.moves.changed == found.moves.lettered == int((was != now).sum())
    assert 0 < found.moves.changed < len(was)


def test_who_when_and_why_stand_in_the_registry(
    call: Any, version_one: str, version_two: str, server: str, workspace: Path
) -> None:
    """After a promotion the alias leads to the version, and its tags say who, when and why."""
    client = mlflow.MlflowClient(tracking_uri=server)
    with_it = ("--track", server, "--workspace", workspace, "--yes", "--json")
    for version, why in ((version_one, "to begin with"), (version_two, "fewer segments to mail")):
        said = call("promote", f"shop@{version}", "--alias", "mailing", "--why", why, *with_it)
        assert said.json["promoted"]["why"] == why
    found = client.get_model_version_by_alias("shop", "mailing")
    assert str(found.version) == version_two
    told = {key.removeprefix("segmentry.promoted."): value for key, value in found.tags.items()}
    assert told["why"] == "fewer segments to mail"
    assert told["by"]
    assert told["at"].startswith("20")
    assert told["from"] == version_one
    assert int(told["change_segment"]) > 0
    kept = [json.loads(v) for k, v in client.get_registered_model("shop").tags.items() if k.endswith(".mailing")]
    assert [each["version"] for each in kept][-1:] == [version_two]


def test_nobody_to_ask_is_no_yes(call: Any, version_two: str, server: str) -> None:
    """Without a terminal and without --yes nothing is promoted, and the exit code says so."""
    said = call("promote", f"shop@{version_two}", "--alias", "asked", "--why", "x", "--track", server, "--json")
    assert said.code == 2
    assert said.json["error"]["try"] == "--yes"
    with pytest.raises(NotFoundError, match="asked"):
        resolve("models:/shop@asked", Store(server))


@pytest.mark.parametrize("yes", [False, True])
def test_on_a_terminal_the_answer_decides(
    call: Any, version_one: str, server: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    """Who says no has changed nothing; who says yes has promoted."""

    def answer(*_: object, **__: object) -> bool:
        if not yes:
            raise click.Abort
        return True

    alias = f"terminal-{yes}"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "confirm", answer)
    where = ("--track", server, "--workspace", workspace)
    said = call("promote", f"shop@{version_one}", "--alias", alias, "--why", "x", *where)
    assert said.code == (0 if yes else 130)
    assert f"No version of shop is {alias} yet" in said.err
    with Store(server).asked() as client:
        assert (alias in client.get_registered_model("shop").aliases) == yes


def test_an_alias_that_moved_meanwhile_is_not_moved_again(
    version_one: str, version_two: str, store: Store, workspace: Path
) -> None:
    """What was shown must still be so when it is done."""
    promote(preview("shop", version_one, "raced", store, workspace), "first")
    stale = preview("shop", version_two, "raced", store, workspace)
    with store.asked() as client:
        client.delete_registered_model_alias("shop", "raced")
    with pytest.raises(UsageError, match="moved meanwhile"):
        promote(stale, "second")


def test_customers_that_are_not_at_hand_are_no_zero(
    version_one: str, version_two: str, store: Store, workspace: Path, two: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the version's run is on another computer nobody is counted, and that is said; another run may serve."""
    from segmentry.track import promotion

    promote(preview("shop", version_one, "far", store, workspace), "first")
    monkeypatch.setattr(promotion, "_run_of", lambda *_: None)
    found = preview("shop", version_two, "far", store, workspace)
    assert found.moves is None
    assert "not at hand" in found.unknown
    counted = preview("shop", version_two, "far", store, workspace, two)
    assert counted.moves is not None


def test_scores_by_alias_are_those_of_the_run(
    call: Any, version_one: str, server: str, workspace: Path, shared_data: Path, tmp_path: Path
) -> None:
    """``score models:/NAME@ALIAS`` and by number write the very file that ``score RUN`` writes."""
    promoting = ("--alias", "scores", "--why", "x", "--yes", "--track", server, "--workspace", workspace, "-q")
    call("promote", f"shop@{version_one}", *promoting)
    file = shared_data / "online_retail.parquet"
    written = {}
    for number, model in enumerate(("one", "models:/shop@scores", f"models:/shop/{version_one}")):
        out = tmp_path / f"{number}.csv"
        where = ("--track", server, "--workspace", workspace, "--as-of", AS_OF, "--out", out, "-q")
        said = call("score", model, file, *where, "--json")
        assert said.code == 0, said.err
        version = None if model == "one" else version_one
        assert said.json.get("model", {}).get("version") == version
        written[model] = out.read_bytes()
    assert len(written["one"].splitlines()) > 4000
    assert len(set(written.values())) == 1


def test_one_customer_can_be_placed_by_alias(call: Any, version_one: str, server: str, one: Run) -> None:
    """``assign models:/NAME/VERSION`` answers like the run's model."""
    values = {"recency_days": 3.0, "orders": 20.0, "spend": 9000.0}
    assert set(values) == {each.name for each in one.model.inputs}
    given = [f"{name}={value}" for name, value in values.items()]
    said = call("assign", f"models:/shop/{version_one}", *given, "--track", server, "--json")
    assert said.json["segment"] == one.model.place_one(values).segment


def test_a_version_is_fetched_once(version_one: str, store: Store, tmp_path: Path, one: Run) -> None:
    """A version that is here isn't fetched again; one whose file was changed is."""
    version = resolve(f"models:/shop/{version_one}", store)
    file = fetch(version, tmp_path)
    assert SegmentModel.load(file).summary.run == one.summary.run
    stamp = file.stat().st_mtime_ns
    assert fetch(version, tmp_path) == file
    assert file.stat().st_mtime_ns == stamp
    file.write_bytes(b"not a model")
    assert SegmentModel.load(fetch(version, tmp_path)).summary.run == one.summary.run


def test_a_model_that_is_not_ours_is_refused(server: str, store: Store, tmp_path: Path) -> None:
    """A version that somebody else registered is no model of ours, and its code is never run."""
    mlflow.set_tracking_uri(server)
    client = mlflow.MlflowClient()
    experiment = client.create_experiment(f"other-{os.getpid()}-{np.random.default_rng().integers(1 << 40)}")
    run = client.create_run(experiment)
    made = client.create_logged_model(experiment, "other", run.info.run_id)
    (tmp_path / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    client.log_model_artifacts(made.model_id, str(tmp_path))
    client.create_registered_model("theirs")
    client.create_model_version("theirs", f"models:/{made.model_id}", run.info.run_id, model_id=made.model_id)
    with pytest.raises(NotFoundError, match="no model that can be used"):
        fetch(resolve("models:/theirs/1", store), tmp_path / "into")


@pytest.mark.parametrize(
    ("model", "what", "way_out"),
    [
        ("models:/nowhere@champion", "no model 'nowhere' is registered", "segmentry register"),
        ("models:/shop@nobody", "no version called 'nobody'", "segmentry promote"),
        ("models:/shop/99", "no version 99", "models:/shop/"),
    ],
)
def test_what_is_not_there_is_said(
    call: Any, version_one: str, server: str, model: str, what: str, way_out: str
) -> None:
    """A name, an alias or a number that isn't there ends with 6 and says what there is."""
    del version_one
    said = call("assign", model, "spend=1", "--track", server, "--json")
    assert said.code == 6
    assert what in said.json["error"]["what"]
    assert way_out in said.json["error"]["try"]


def test_mlflows_own_server_answers_with_the_same_labels(
    call: Any, version_one: str, server: str, workspace: Path, one: Run, ask_served: Any
) -> None:
    """``mlflow models serve`` of the alias gives every customer the segment that Python gives her."""
    call(
        *("promote", f"shop@{version_one}", "--alias", "served", "--why", "x", "--yes", "--track", server),
        *("--workspace", workspace, "-q"),
    )
    customers = one.customers()[["customer_id", *(each.name for each in one.model.inputs)]]
    asked = {"dataframe_split": customers.to_dict(orient="split", index=False)}
    told = pd.DataFrame(ask_served("models:/shop@served", asked)["predictions"])
    ours = one.model.assign(one.customers())
    assert told["segment"].tolist() == ours["segment"].tolist()
    assert told["fit"].tolist() == ours["fit"].tolist()
    assert np.allclose(told["margin"], ours["margin"], rtol=0, atol=1e-12)


def test_the_embedded_store_lies_in_the_workspace(tmp_path: Path, one: Run) -> None:
    """Without an address, runs are tracked in mlflow.db of the workspace, whatever the folder that one is called in."""
    place, elsewhere = tmp_path / "my work", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    environment.pop("MLFLOW_TRACKING_URI", None)
    for words in (
        ("register", str(one.folder), "--name", "shop"),
        ("promote", "shop@1", "--why", "x", "--yes"),
        ("assign", "models:/shop@champion", "recency_days=3", "orders=20", "spend=9000"),
    ):
        command = [sys.executable, "-m", "segmentry", *words, "--workspace", str(place), "--json"]
        done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)
        assert done.stderr == ""
    assert {path.name for path in place.iterdir()} == {"mlflow.db", "mlflow-artifacts"}
    assert list(elsewhere.iterdir()) == []
