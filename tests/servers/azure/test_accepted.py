"""Azure's own library reads every file, offline; and finds the faults that are planted into them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

LOADERS = {
    "model.yml": "load_model",
    "environment-online.yml": "load_environment",
    "environment-jobs.yml": "load_environment",
    "online-endpoint.yml": "load_online_endpoint",
    "online-deployment.yml": "load_online_deployment",
    "batch-endpoint.yml": "load_batch_endpoint",
    "batch-deployment.yml": "load_batch_deployment",
    "train.yml": "load_job",
}

FAULTS = (
    ("model.yml", 'type: "custom_model"', 'type: "custom_model"\nkind: "x"'),
    ("model.yml", 'path: "model/model.segmentry"', "path: 7"),
    ("environment-online.yml", 'build:\n  path: "environments/online"', 'build: "environments/online"'),
    ("environment-jobs.yml", "build:", "built:"),
    ("online-endpoint.yml", 'auth_mode: "key"', 'auth_mode: "none"'),
    ("online-endpoint.yml", 'name: "segmentry-retail"', 'title: "segmentry-retail"'),
    ("online-deployment.yml", "instance_count: 1", 'instance_count: "many"'),
    ("online-deployment.yml", "  code:", "  folder:"),
    ("online-deployment.yml", "request_timeout_ms", "timeout"),
    ("batch-endpoint.yml", 'auth_mode: "aad_token"', 'auth_mode: "nobody"'),
    ("batch-deployment.yml", "summary_only", "somewhere"),
    ("batch-deployment.yml", "mini_batch_size: 1000", 'mini_batch_size: "all"'),
    ("batch-deployment.yml", "retry_settings:", "retries:"),
    ("train.yml", "${{inputs.data}}", "${{inputs.other}}"),
    ("train.yml", 'type: "uri_file"', 'type: "uri_thing"'),
    ("train.yml", 'code: "train"', "code: 7"),
)


def _accepted(path: Path) -> Any:
    """Read a file as ``az ml`` does, and check what the library checks before it sends."""
    from azure.ai import ml

    found = getattr(ml, LOADERS[path.name])(path)
    if hasattr(found, "_validate_name"):
        found._validate_name()
    if hasattr(found, "_validate"):
        result = found._validate()
        assert result is None or result.passed, result.error_messages
    if hasattr(found, "_to_job"):
        found._to_job()._validate()
    return found


def test_every_file_is_read_by_its_loader(exported: Path) -> None:
    """None of them is left out, and each is accepted."""
    assert {path.name for path in exported.glob("*.yml")} == set(LOADERS)
    found = {name: _accepted(exported / name) for name in LOADERS}
    assert found["model.yml"].name == "segmentry-retail"
    assert Path(found["model.yml"].path).is_file()
    assert (
        found["online-deployment.yml"].scoring_script == "score.py" or found["online-deployment.yml"].code_configuration
    )
    assert found["batch-deployment.yml"].mini_batch_size == 1000
    assert found["train.yml"].command.startswith("segmentry run")


@pytest.mark.parametrize(("name", "right", "wrong"), FAULTS)
def test_a_planted_fault_is_found(name: str, right: str, wrong: str, exported: Path, tmp_path: Path) -> None:
    """Each check can fail: a value, a field, a reference or a type that isn't right is refused."""
    shutil.copytree(exported, tmp_path / "planted")
    path = tmp_path / "planted" / name
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    from azure.ai.ml.exceptions import MlException
    from marshmallow.exceptions import ValidationError

    with pytest.raises((MlException, ValidationError, AssertionError)):
        _accepted(path)
