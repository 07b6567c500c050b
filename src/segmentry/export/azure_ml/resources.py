"""Everything of Azure Machine Learning that a run becomes, each as the YAML of one file."""

from collections.abc import Mapping
from typing import Any

from segmentry.export.azure_ml.naming import Names
from segmentry.model import SegmentModel

__all__ = ["resources"]

SCHEMAS = "https://azuremlschemas.azureedge.net/latest"
SMALL = "Standard_DS2_v2"
"""A machine of two cores and 7 GB: one request takes a millisecond of one."""
TOGETHER = 1000
"""Files of an order log that are read as one."""
TIMEOUT = 30_000
"""Milliseconds that one request may take."""


def resources(model: SegmentModel, names: Names, compute: str) -> dict[str, Mapping[str, Any]]:
    """Give the content of every YAML file, by its name.

    Parameters
    ----------
    model : SegmentModel
        What is deployed.
    names : Names
        What everything is called.
    compute : str
        The cluster that scores batches and trains.
    """
    tags = _tags(model)
    return {
        "model.yml": _with("model", name=names.model, path="model/model.segmentry", type="custom_model", tags=tags),
        "environment-online.yml": _environment(names.online, "online"),
        "environment-jobs.yml": _environment(names.jobs, "jobs"),
        "online-endpoint.yml": _with("managedOnlineEndpoint", name=names.endpoint, auth_mode="key", tags=tags),
        "online-deployment.yml": _online(names, tags),
        "batch-endpoint.yml": _with("batchEndpoint", name=names.batch, auth_mode="aad_token", tags=tags),
        "batch-deployment.yml": _batch(model, names, compute, tags),
        "train.yml": _train(model, names, compute),
    }


def _with(schema: str, **content: Any) -> dict[str, Any]:
    return {"$schema": f"{SCHEMAS}/{schema}.schema.json", **content}


def _tags(model: SegmentModel) -> dict[str, str]:
    """Say of the model what people look for in a list of models."""
    summary = model.summary
    return {
        "run": summary.run,
        "segmentry": summary.version,
        "segments": str(summary.k),
        "customers": str(summary.customers),
        "verdict": summary.verdict or "one segment",
        "fingerprint": summary.fingerprint,
    }


def _environment(name: str, folder: str) -> dict[str, Any]:
    return _with("environment", name=name, build={"path": f"environments/{folder}"})


def _online(names: Names, tags: Mapping[str, str]) -> dict[str, Any]:
    return _with(
        "managedOnlineDeployment",
        name=names.deployment,
        endpoint_name=names.endpoint,
        model=f"azureml:{names.model}@latest",
        environment=f"azureml:{names.online}@latest",
        code_configuration={"code": "online", "scoring_script": "score.py"},
        # Customers' rows are not to be kept in logs: not in Application Insights, not by the server.
        app_insights_enabled=False,
        environment_variables={"APP_INSIGHTS_LOG_RESPONSE_ENABLED": "false", "WORKER_COUNT": "2"},
        instance_type=SMALL,
        instance_count=1,
        request_settings={"request_timeout_ms": TIMEOUT, "max_concurrent_requests_per_instance": 2},
        tags=dict(tags),
    )


def _batch(model: SegmentModel, names: Names, compute: str, tags: Mapping[str, str]) -> dict[str, Any]:
    orders = model.built_from == "orders"
    content: dict[str, Any] = {
        "name": names.deployment,
        "endpoint_name": names.batch,
        "model": f"azureml:{names.model}@latest",
        "environment": f"azureml:{names.jobs}@latest",
        "code_configuration": {"code": "batch", "scoring_script": "score.py"},
        "compute": f"azureml:{compute}",
        "resources": {"instance_count": 1},
        "mini_batch_size": TOGETHER if orders else 1,
        "max_concurrency_per_instance": 1,
        # The script writes a table with its columns named; rows that Azure gathers have no names.
        "output_action": "summary_only",
        "error_threshold": 0,
        "retry_settings": {"max_retries": 2, "timeout": 3600},
    }
    if orders:
        content["environment_variables"] = {"SEGMENTRY_AS_OF": "today"}
    return _with("batchDeployment", **content, tags=dict(tags))


def _train(model: SegmentModel, names: Names, compute: str) -> dict[str, Any]:
    """Run the recipe on new data; letters and names go on from this model."""
    given = "${{inputs.data}}"
    inputs = {"data": {"type": "uri_file", "path": f"azureml:{names.model}-data@latest"}}
    joined = ""
    if model.recipe.customers:
        inputs["customers"] = {"type": "uri_file", "path": f"azureml:{names.model}-customers@latest"}
        joined = " --customers ${{inputs.customers}}"
    run = f"segmentry run {given}{joined} --recipe recipe.toml --previous previous.segmentry --out run"
    return _with(
        "commandJob",
        type="command",
        display_name=f"{names.model}-again",
        experiment_name=names.model,
        code="train",
        # A run is put in its place by renaming, which a mounted folder may not do: it is copied there when done.
        command=f"{run} && cp -r run/. ${{{{outputs.run}}}}/",
        environment=f"azureml:{names.jobs}@latest",
        compute=f"azureml:{compute}",
        inputs=inputs,
        outputs={"run": {"type": "uri_folder", "mode": "rw_mount"}},
    )
