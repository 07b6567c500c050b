"""What --submit would send, recorded by a stand-in: a workspace of Azure itself can't be had here."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from segmentry.errors import UsageError
from segmentry.export.azure_ml.naming import Names
from segmentry.export.azure_ml.submit import Place, client, submit


class Workspace:
    """Stands in for MLClient: records what is created, in order."""

    def __init__(self, traffic: dict[str, int] | None = None, refuses: str = "") -> None:
        self.made: list[tuple[str, str]] = []
        self.traffic, self.refuses = traffic, refuses
        self.sent: dict[str, int] = {}
        self.chosen = ""
        for kind in ("environments", "models"):
            setattr(self, kind, SimpleNamespace(create_or_update=lambda one, kind=kind: self._make(kind, one)))
        for kind in ("online_endpoints", "online_deployments", "batch_endpoints", "batch_deployments"):
            begin = lambda one, kind=kind: self._make(kind, one)  # noqa: E731
            setattr(self, kind, SimpleNamespace(begin_create_or_update=begin, list=self._list))

    def _make(self, kind: str, one: Any) -> Any:
        if kind == self.refuses:
            from azure.core.exceptions import HttpResponseError

            raise HttpResponseError(message="quota is used up")
        self.made.append((kind, one.name))
        if kind == "online_endpoints":
            self.sent = dict(one.traffic or {})
        if kind == "batch_endpoints":
            self.chosen = (one.defaults or {}).get("deployment_name", "")
        sys.stdout.write("Azure's library talks")
        return SimpleNamespace(result=lambda: one)

    def _list(self) -> list[Any]:
        return [] if self.traffic is None else [SimpleNamespace(name="segmentry-retail", traffic=self.traffic)]


NAMES = Names.of("retail", None)


def test_everything_is_made_in_the_order_in_which_one_needs_the_other(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Environments and model first, an endpoint before its deployment; the first deployment gets the traffic."""
    workspace = Workspace()
    submit(exported, NAMES, workspace)
    assert workspace.made == [
        ("environments", "segmentry-online"),
        ("environments", "segmentry-jobs"),
        ("models", "segmentry-retail"),
        ("online_endpoints", "segmentry-retail"),
        ("online_deployments", "retail"),
        ("online_endpoints", "segmentry-retail"),
        ("batch_endpoints", "segmentry-retail-batch"),
        ("batch_deployments", "retail"),
        ("batch_endpoints", "segmentry-retail-batch"),
    ]
    assert workspace.sent == {"retail": 100}
    assert workspace.chosen == "retail"
    assert capsys.readouterr().out == ""


def test_traffic_that_is_there_is_kept(exported: Path) -> None:
    """A new deployment beside one that serves customers waits until people choose it."""
    workspace = Workspace({"spring": 100})
    submit(exported, NAMES, workspace)
    assert workspace.sent == {"spring": 100}
    assert workspace.made.count(("online_endpoints", "segmentry-retail")) == 1


def test_what_azure_says_is_told_in_our_words(exported: Path) -> None:
    """No traceback: what was refused, and what to do."""
    with pytest.raises(UsageError) as caught:
        submit(exported, NAMES, Workspace(refuses="online_deployments"))
    assert "quota is used up" in " ".join(caught.value.evidence)


def test_without_a_workspace_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither config.json nor the options name one; with the options a client is made without asking anybody."""
    monkeypatch.chdir(tmp_path)
    for name in ("AZUREML_ARM_SUBSCRIPTION", "AZUREML_ARM_RESOURCEGROUP", "AZUREML_ARM_WORKSPACE_NAME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="no workspace"):
        client(Place())
    made = client(Place("00000000-0000-0000-0000-000000000000", "group", "work"))
    assert (made.workspace_name, made.resource_group_name) == ("work", "group")
