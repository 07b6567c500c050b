"""The folder for Azure Machine Learning: what is in it, and what never is. Azure's own checks: tests/servers/azure."""

import base64
import csv
import hashlib
import json
import re
import sys
import tomllib
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.errors import UsageError
from segmentry.exchange import answer
from segmentry.export.azure_ml import azure_ml
from segmentry.export.azure_ml.naming import ENDPOINT, Names
from segmentry.export.azure_ml.package import wheel
from segmentry.export.azure_ml.plain_yaml import to_yaml
from segmentry.export.azure_ml.scripts import batch, online
from segmentry.export.azure_ml.submit import Place
from segmentry.workspace import Run

ROOT = Path(__file__).resolve().parents[3]
ENTRY = re.compile(r"^([a-z0-9][a-z0-9-]*)==([^ ;\\]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def exported(amber: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an export; pip would install the program from an index."""
    out = tmp_path_factory.mktemp("azure") / "amber-azure"
    azure_ml(amber, out, package="segmentry==0.1.0")
    return out


def test_everything_that_is_named_is_there(exported: Path) -> None:
    """Files that a YAML file points to lie beside it, and each names what another one makes."""
    told = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in exported.glob("*.yml")}
    assert (exported / told["model.yml"]["path"]).is_file()
    for name in ("online", "jobs"):
        environment = told[f"environment-{name}.yml"]
        assert (exported / environment["build"]["path"] / "Dockerfile").is_file()
    for name, made in (("online", "online"), ("batch", "jobs")):
        deployment = told[f"{name}-deployment.yml"]
        code = deployment["code_configuration"]
        assert (exported / code["code"] / code["scoring_script"]).is_file()
        assert deployment["endpoint_name"] == told[f"{name}-endpoint.yml"]["name"]
        assert deployment["model"] == f"azureml:{told['model.yml']['name']}@latest"
        assert deployment["environment"] == f"azureml:{told[f'environment-{made}.yml']['name']}@latest"
    assert (exported / told["train.yml"]["code"] / "recipe.toml").is_file()
    assert set(re.findall(r"`([a-z-]+\.(?:yml|json))`", (exported / "README.md").read_text())) >= set(told)


def test_the_example_request_works(exported: Path, amber: Run) -> None:
    """What README sends is answered by the model."""
    asked = json.loads((exported / "request.json").read_text(encoding="utf-8"))
    assert answer(amber.model, asked)["assignments"][0]["segment"] in {"A", "B"}


def test_nothing_of_this_computer_and_no_customer_is_in_it(exported: Path, amber: Run) -> None:
    """No path, no id: it is sent to others."""
    for path in exported.rglob("*"):
        if path.is_file() and path.suffix in {".yml", ".toml", ".md", ".json", ".py"}:
            text = path.read_text(encoding="utf-8")
            assert str(amber.folder.parent) not in text
            assert "cmd|" not in text


def test_rows_are_not_logged(exported: Path) -> None:
    """Azure's server would write answers to Application Insights."""
    told = yaml.safe_load((exported / "online-deployment.yml").read_text(encoding="utf-8"))
    assert told["app_insights_enabled"] is False
    assert told["environment_variables"]["APP_INSIGHTS_LOG_RESPONSE_ENABLED"] == "false"


def test_the_container_has_locked_versions(exported: Path) -> None:
    """For requests the very versions that are tested here; for both every one with its hash, and pip asks for it."""
    ours = set(ENTRY.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    for name in ("online", "jobs"):
        folder = exported / "environments" / name
        lock = (folder / "requirements.lock").read_text(encoding="utf-8")
        locked = dict(ENTRY.findall(lock))
        # Only Windows needs the days of time zones from a library.
        assert {each for each, _ in ours} - set(locked) <= {"tzdata"}
        assert lock.replace("\\\n", " ").count("--hash=sha256:") >= len(locked)
        assert "://" not in lock
        dockerfile = (folder / "Dockerfile").read_text(encoding="utf-8")
        assert "--require-hashes" in dockerfile
        assert '--no-deps "segmentry==0.1.0"' in dockerfile
        if name == "online":
            assert {entry for entry in locked.items() if entry not in ours} & {
                entry for entry in locked.items() if entry[0] in {each for each, _ in ours}
            } == set()


def test_only_an_export_is_replaced(exported: Path, amber: Run, tmp_path: Path) -> None:
    """A folder of somebody's other files stays as it is; an export is written anew."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files"):
        azure_ml(amber, tmp_path, package="segmentry")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    azure_ml(amber, exported, package="segmentry==0.1.0")
    assert (exported / "README.md").is_file()


def test_a_project_of_somebody_else_and_a_file_stay(amber: Run, tmp_path: Path) -> None:
    """Many a folder has an online-deployment.yml; and a file in the way isn't turned into a folder."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "online-deployment.yml").write_text("name: blue\n")
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(UsageError, match="other files"):
        azure_ml(amber, theirs, package="segmentry")
    with pytest.raises(UsageError, match="is a file"):
        azure_ml(amber, tmp_path / "letter", package="segmentry")
    assert [path.name for path in theirs.iterdir()] == ["online-deployment.yml"]
    assert (tmp_path / "letter").read_text() == "dear"


def test_files_that_the_recipe_names_go_with_the_training_job(amber: Run, tmp_path: Path) -> None:
    """At Azure there is nothing else of this computer; a file that is gone is named."""
    (tmp_path / "ours.toml").write_text("# ours\n")
    recipe = amber.model.recipe.having(playbook=str(tmp_path / "ours.toml"), grid=str(tmp_path / "ours.toml"))
    run = replace(amber, model=replace(amber.model, recipe=recipe))
    azure_ml(run, tmp_path / "out", package="segmentry==0.1.0")
    told = tomllib.loads((tmp_path / "out" / "train" / "recipe.toml").read_text())
    assert (told["choose"]["grid"], told["describe"]["playbook"]) == ("grid.toml", "playbook.toml")
    for name in ("grid.toml", "playbook.toml"):
        assert (tmp_path / "out" / "train" / name).read_text() == "# ours\n"
    (tmp_path / "ours.toml").unlink()
    with pytest.raises(UsageError, match=r"can't read .*ours.toml"):
        azure_ml(run, tmp_path / "again", package="segmentry==0.1.0")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("package", ["nothere.whl", 'segmentry"; rm -rf /', "segmentry\nRUN x", "$(x)"])
def test_a_package_is_a_wheel_or_a_requirement(package: str, amber: Run, tmp_path: Path) -> None:
    """A wheel that isn't there, and what a shell would run, are refused."""
    with pytest.raises(UsageError):
        azure_ml(amber, tmp_path / "out", package=package)
    assert not (tmp_path / "out").exists()


def test_a_wheel_of_ours_is_copied(amber: Run, tmp_path: Path) -> None:
    """It lies in each container's folder, and is what pip installs."""
    (tmp_path / "segmentry-0.1.0-py3-none-any.whl").write_bytes(b"PK")
    azure_ml(amber, tmp_path / "out", package=str(tmp_path / "segmentry-0.1.0-py3-none-any.whl"), endpoint="shop")
    for name in ("online", "jobs"):
        folder = tmp_path / "out" / "environments" / name
        assert (folder / "segmentry-0.1.0-py3-none-any.whl").read_bytes() == b"PK"
        assert "--no-deps /tmp/segmentry/segmentry-0.1.0-py3-none-any.whl" in (folder / "Dockerfile").read_text()
    assert "-n shop-batch" in (tmp_path / "out" / "README.md").read_text()


def test_the_installed_program_is_packed_as_a_wheel() -> None:
    """Every file of the package with its hash in RECORD, its metadata, and its data files."""
    name, content = wheel()
    assert re.fullmatch(r"segmentry-[\d.]+-\w+-\w+-[\w.]+\.whl", name)
    with zipfile.ZipFile(BytesIO(content)) as packed:
        about = next(each.partition("/")[0] for each in packed.namelist() if each.endswith("/METADATA"))
        record = {row[0]: row for row in csv.reader(packed.read(f"{about}/RECORD").decode().splitlines())}
        assert set(record) == set(packed.namelist())
        for each, digest, size in record.values():
            if digest:
                found = packed.read(each)
                assert (
                    digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(found).digest()).rstrip(b"=").decode()
                )
                assert int(size) == len(found)
    assert {"segmentry/__main__.py", "segmentry/py.typed", "segmentry/describe/words.toml"} <= set(record)
    assert "segmentry/export/azure_ml/online.lock" in record
    assert not [each for each in record if "__pycache__" in each or each.endswith((".c", ".h"))]
    assert wheel() == (name, content)


@given(st.text(max_size=80))
def test_names_are_those_that_azure_takes(run: str) -> None:
    """Whatever a run is called."""
    names = Names.of(run, None)
    assert ENDPOINT.fullmatch(names.endpoint)
    assert len(names.batch) <= 32
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,30}[a-z0-9]", names.deployment)


@pytest.mark.parametrize("name", ["Shop", "x", "9shop", "shop-", "s" * 27, "shop endpoint"])
def test_an_endpoint_that_azure_refuses_is_refused_here(name: str) -> None:
    """Before anything is written, with what a name may be."""
    with pytest.raises(UsageError, match="can't be called"):
        Names.of("amber", name)


def test_a_place_is_whole_or_blank() -> None:
    """Two of the three things that name a workspace name none."""
    assert not Place().given
    assert Place("s", "g", "w").given
    with pytest.raises(UsageError, match="three things"):
        _ = Place("s", "", "w").given


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_$:# -", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text("abcdef_$", min_size=1), PLAIN, min_size=1, max_size=4))
def test_yaml_says_what_was_meant(content: dict[str, object]) -> None:
    """Another reader of YAML finds the same, whatever a text looks like."""
    assert yaml.safe_load(to_yaml(content, "about")) == content


class _Response:
    """Stands in for the answer that Azure's library makes."""

    def __init__(self, message: object, status: int, *, json_str: bool) -> None:
        self.message, self.status, self.json_str = message, status, json_str


def test_the_online_script_answers_and_refuses(amber: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the model says; what is no request is refused with 422 and in words."""
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(amber.folder))
    library = ModuleType("aml_response")
    monkeypatch.setattr(library, "AMLResponse", _Response, raising=False)
    monkeypatch.setitem(sys.modules, "azureml_inference_server_http", ModuleType("azureml_inference_server_http"))
    monkeypatch.setitem(sys.modules, "azureml_inference_server_http.api", ModuleType("api"))
    monkeypatch.setitem(sys.modules, "azureml_inference_server_http.api.aml_response", library)
    online.init()
    asked = {"customers": [{"customer_id": "C1", "visits": 30.5}]}
    assert online.run(json.dumps(asked)) == answer(amber.model, asked)
    refused = online.run("no JSON")
    assert refused.status == 422
    assert refused.message["error"]["what"] == "this is not JSON"


def test_the_batch_script_scores_every_file(amber: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each table of customers by itself, and two of one name in two folders don't overwrite each other."""
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(amber.folder))
    monkeypatch.setenv("AZUREML_BI_OUTPUT_PATH", str(tmp_path / "out"))
    (tmp_path / "out").mkdir()
    paths = [tmp_path / folder / "people.csv" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("customer_id,visits,stay\n007,1,5\n008,31,91\n", encoding="utf-8")
    batch.init()
    told = batch.run([str(path) for path in paths])
    assert [line.partition(" in ")[0] for line in told] == ["people.csv: 2 customers"] * 2
    answers = sorted((tmp_path / "out").iterdir())
    assert len(answers) == 2
    assert answers[0].read_text(encoding="utf-8").splitlines()[1].startswith("007,")


def test_the_day_of_a_batch_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date, or today; anything else is refused rather than guessed."""
    monkeypatch.setenv(batch.AS_OF, "2026-06-30")
    assert batch._as_of().isoformat() == "2026-06-30"
    monkeypatch.setenv(batch.AS_OF, "yesterday")
    with pytest.raises(UsageError, match="is no day"):
        batch._as_of()
