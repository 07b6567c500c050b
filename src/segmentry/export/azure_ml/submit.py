"""Sends an export to a workspace, with the login that people have."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentry.errors import UsageError
from segmentry.export.azure_ml.naming import Names

__all__ = ["Place", "submit"]

NEEDED = "pip install 'segmentry[azure]'"


@dataclass(frozen=True, slots=True)
class Place:
    """The workspace to send to; all three blank for what config.json says.

    Parameters
    ----------
    subscription, group, workspace : str
        Of Azure.
    """

    subscription: str = ""
    group: str = ""
    workspace: str = ""

    @property
    def given(self) -> bool:
        """Whether any is given.

        Raises
        ------
        UsageError
            Some are given, and some not.
        """
        parts = (self.subscription, self.group, self.workspace)
        if any(parts) and not all(parts):
            raise UsageError(
                "a workspace of Azure is named by three things",
                ["given: " + ", ".join(name for name in ("subscription", "group", "workspace") if getattr(self, name))],
                "--subscription, --group and --azure-workspace together, or none of them and a config.json",
            )
        return all(parts)


def client(place: Place) -> Any:
    """Connect to the workspace with the user's own login.

    Raises
    ------
    UsageError
        The extra isn't installed, nobody is logged in, or no workspace is named.
    """
    try:
        from azure.ai.ml import MLClient  # noqa: PLC0415 - a second that nobody else needs
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("sending to Azure needs a library that is not installed", [str(error)], NEEDED) from error
    credential = DefaultAzureCredential()
    if place.given:
        return MLClient(credential, place.subscription, place.group, place.workspace)
    with _told("no workspace of Azure is named here"):
        return MLClient.from_config(credential)


def submit(folder: Path, names: Names, workspace: Any) -> None:
    """Make everything of an export but the training job, in the order in which one needs the other.

    A new endpoint sends all its traffic to the deployment. One that has traffic already keeps it as it is: the new
    deployment waits beside, to be tried and then chosen.

    Parameters
    ----------
    folder : pathlib.Path
        The export.
    names : Names
        What everything is called.
    workspace : azure.ai.ml.MLClient
        Connected.

    Raises
    ------
    UsageError
        Azure refuses something; what was made before stays.
    """
    from azure.ai.ml import (  # noqa: PLC0415 - as above
        load_batch_deployment,
        load_batch_endpoint,
        load_environment,
        load_model,
        load_online_deployment,
        load_online_endpoint,
    )

    # Azure's library talks on standard output, which holds our answer alone.
    with redirect_stdout(sys.stderr), _told("Azure refused it"):
        for file in ("environment-online.yml", "environment-jobs.yml"):
            workspace.environments.create_or_update(load_environment(folder / file))
        workspace.models.create_or_update(load_model(folder / "model.yml"))
        endpoints = workspace.online_endpoints
        made = endpoints.begin_create_or_update(_kept(endpoints, load_online_endpoint(folder / "online-endpoint.yml")))
        endpoint = made.result()
        deployment = load_online_deployment(folder / "online-deployment.yml")
        workspace.online_deployments.begin_create_or_update(deployment).result()
        if not any((endpoint.traffic or {}).values()):
            endpoint.traffic = {names.deployment: 100}
            endpoints.begin_create_or_update(endpoint).result()
        batches = workspace.batch_endpoints
        made = batches.begin_create_or_update(_kept(batches, load_batch_endpoint(folder / "batch-endpoint.yml")))
        batch = made.result()
        scoring = load_batch_deployment(folder / "batch-deployment.yml")
        workspace.batch_deployments.begin_create_or_update(scoring).result()
        chosen = batch.defaults or {}
        if not (chosen.get("deployment_name") if isinstance(chosen, dict) else chosen.deployment_name):
            batch.defaults = {"deployment_name": names.deployment}
            batches.begin_create_or_update(batch).result()


def _kept(endpoints: Any, wanted: Any) -> Any:
    """Give the endpoint with the choice of deployments that it has already: what isn't said would be taken away."""
    there = next((one for one in endpoints.list() if one.name == wanted.name), None)
    if there is not None:
        for choice in ("traffic", "defaults"):
            if hasattr(there, choice):
                setattr(wanted, choice, getattr(there, choice))
    return wanted


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say in our words that Azure refused, with what it said."""
    from azure.ai.ml.exceptions import MlException  # noqa: PLC0415
    from azure.core.exceptions import AzureError  # noqa: PLC0415

    try:
        yield
    except (AzureError, MlException) as error:
        said = [line.strip() for line in str(error).splitlines() if line.strip()][:4]
        raise UsageError(
            what, said, "az login; a config.json of the workspace, or --subscription, --group, --azure-workspace"
        ) from error
