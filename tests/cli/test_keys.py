"""``keys``, and what ``serve`` makes of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segmentry.cli import opening
from segmentry.web.site import Site

Call = Callable[..., Any]


def test_a_key_is_shown_once(call: Call, tmp_path: Path) -> None:
    """Making one prints it alone; nothing prints it again."""
    made = call("keys", "new", "shop", "--right", "score", "--workspace", tmp_path)
    secret = made.out.strip()
    assert made.code == 0
    assert secret.startswith("segmentry_")
    assert secret not in made.err
    plain = call("keys", "new", "crm", "--per-second", 5, "--workspace", tmp_path, "--json").json
    assert (plain["name"], plain["right"]) == ("crm", "read")
    listed = call("keys", "list", "--workspace", tmp_path)
    assert secret not in listed.out + listed.err
    assert [key["name"] for key in call("keys", "list", "--workspace", tmp_path, "--json").json["keys"]] == [
        "shop",
        "crm",
    ]


def test_a_key_is_revoked_by_name_or_id(call: Call, tmp_path: Path) -> None:
    """Both name it; what doesn't stand is not found, and the ones that do are listed."""
    first = call("keys", "new", "shop", "--workspace", tmp_path, "--json").json
    call("keys", "new", "crm", "--workspace", tmp_path)
    assert call("keys", "revoke", first["id"], "--workspace", tmp_path, "--json").json["id"] == first["id"]
    assert "revoked" in call("keys", "list", "--workspace", tmp_path).out
    gone = call("keys", "revoke", "shop", "--workspace", tmp_path)
    assert gone.code == 6
    assert "crm" in gone.err
    assert call("keys", "revoke", "crm", "--workspace", tmp_path).code == 0


def test_no_keys_yet_says_what_to_do(call: Call, tmp_path: Path) -> None:
    """An empty list names the command that makes one."""
    said = call("keys", "list", "--workspace", tmp_path)
    assert said.code == 0
    assert "keys new" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "0.0.0.0"),  # noqa: S104 - refused
        (["--host", ""], "every address"),
        (["--answer-as", "shop.test"], "shop.test"),
    ],
)
@pytest.mark.parametrize("before", ["none", "revoked"])
def test_nobody_else_is_served_without_a_key(
    call: Call, tmp_path: Path, arguments: list[str], said: str, before: str
) -> None:
    """Where others could come in, by an address or through a proxy, it takes a key that stands."""
    if before == "revoked":
        call("keys", "new", "shop", "--workspace", tmp_path)
        call("keys", "revoke", "shop", "--workspace", tmp_path)
    refused = call("serve", tmp_path, *arguments)
    assert refused.code == 2
    assert said in refused.err
    assert "segmentry keys new" in refused.err


def test_keys_are_asked_for_once_there_are_any(call: Call, tmp_path: Path) -> None:
    """A workspace without keys asks this computer for none; from the first key on it does, when it is revoked too."""
    site = Site.at(tmp_path)
    assert opening._keys(site, "127.0.0.1", ()) is None
    call("keys", "new", "shop", "--workspace", tmp_path)
    for host, names in (("127.0.0.1", ()), ("0.0.0.0", ()), ("::1", ("shop.test",))):  # noqa: S104
        found = opening._keys(site, host, names)
        assert found is not None
        assert found.any_standing()
    call("keys", "revoke", "shop", "--workspace", tmp_path)
    assert call("serve", tmp_path).code == 2


def test_others_who_can_read_the_keys_stop_the_service(call: Call, tmp_path: Path) -> None:
    """A file of keys that isn't its owner's alone is refused before anything is served."""
    call("keys", "new", "shop", "--workspace", tmp_path)
    (tmp_path / "keys.json").chmod(0o644)
    refused = call("serve", tmp_path, "--host", "0.0.0.0")  # noqa: S104
    assert refused.code == 2
    assert "chmod 600" in refused.err


def test_one_run_alone_has_the_keys_of_its_workspace(tmp_path: Path) -> None:
    """A run that is shown by itself asks for the keys of the workspace it lies in."""
    run = tmp_path / "runs" / "spring"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    assert Site.at(run).keys_folder == Site.at(tmp_path).keys_folder == tmp_path
