"""Keys: what is kept of them, what opens and what doesn't, and who may change them at once."""

import json
import os
import threading
from pathlib import Path

import pytest

from segmentry.errors import ModelError, NotFoundError, SegmentryError, UsageError
from segmentry.web.background import child
from segmentry.web.entrance.keys import Keys


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Give a workspace's keys, of which there are none yet."""
    return Keys(tmp_path)


def test_a_key_is_long_random_and_kept_only_as_its_hash(keys: Keys) -> None:
    """A key has 256 bits, no two are alike, and nothing in the workspace holds one."""
    made = [keys.new(f"k{number}", "read")[1] for number in range(20)]
    assert len(set(made)) == 20
    assert all(len(secret.removeprefix("segmentry_")) == 43 for secret in made)  # 32 bytes as base64
    kept = "".join(path.read_text() for path in keys.workspace.iterdir() if path.is_file())
    assert not any(secret in kept or secret.removeprefix("segmentry_") in kept for secret in made)


def test_only_its_owner_reads_the_file(keys: Keys) -> None:
    """The file of keys, and that of their use, are nobody else's to read, whatever files are otherwise made as."""
    before = os.umask(0)
    try:
        key, _ = keys.new("shop", "read")
        keys.use(key)
        keys.keep_used()
    finally:
        os.umask(before)
    for name in ("keys.json", "keys-used.json"):
        assert (keys.workspace / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_can_read_is_refused(keys: Keys, mode: int) -> None:
    """Keys that others could read or change are not relied on; the way out makes the file its owner's."""
    keys.new("shop", "read")
    keys.path.chmod(mode)
    for ask in (keys.all, lambda: keys.new("other", "read"), lambda: keys.revoke("shop")):
        with pytest.raises(UsageError, match="owner") as refused:
            ask()
        assert "chmod 600" in refused.value.way_out


@pytest.mark.parametrize(
    "guess",
    [b"", b"segmentry_", b"\xff\xfe", b"x" * 10_000, b"Bearer", "ключ".encode()],
)
def test_nothing_else_is_a_key(keys: Keys, guess: bytes) -> None:
    """Any text but the key itself opens nothing: not its hash, its id, its name, nor a piece of it."""
    key, secret = keys.new("shop", "manage")
    pieces = (guess, key.hash, key.id, key.name, secret[:-1], f"{secret} ", secret.upper(), secret.swapcase())
    for piece in pieces:
        assert keys.find(piece if isinstance(piece, bytes) else piece.encode()) is None
    assert keys.find(secret.encode()) == key


def test_a_key_revoked_elsewhere_opens_nothing_at_once(keys: Keys) -> None:
    """A service that runs sees what another process makes and revokes with its very next request."""
    service = Keys(keys.workspace)
    assert not service.any_standing()
    made, secret = keys.new("shop", "read")
    assert service.find(secret.encode()) == made
    assert service.standing(made.id) == made
    keys.revoke("shop")
    assert service.find(secret.encode()) is None
    assert service.standing(made.id) is None
    again, _ = keys.new("shop", "read")
    assert service.standing(again.id) == again
    keys.path.unlink()
    assert not service.any_standing()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": 1}',
        '{"format": 9, "keys": []}',
        '{"format": 1, "keys": [{"id": "a"}]}',
        '{"format": 1, "keys": [{"id":"a","name":"a","right":"open","hash":"' + "0" * 64 + '","created":""}]}',
        '{"format": 1, "keys": [{"id":"a","name":"a","right":"read","hash":"00","created":""}]}',
        '{"format": 1, "keys": [{"id":"a","name":"a","right":"read","hash":7,"created":""}]}',
    ],
)
def test_a_damaged_file_opens_to_nobody(keys: Keys, content: str) -> None:
    """Keys that can't be read are said by commands, and meanwhile no key opens anything."""
    _, secret = keys.new("shop", "read")
    assert keys.find(secret.encode())
    keys.path.write_text(content)
    assert keys.find(secret.encode()) is None
    with pytest.raises(ModelError):
        keys.all()
    with pytest.raises(ModelError):
        keys.new("other", "read")
    assert keys.path.read_text() == content


@pytest.mark.parametrize("name", ["", "A", "a b", "../a", "-a", "a" * 65, "a\n", "ä"])
def test_names_are_plain(keys: Keys, name: str) -> None:
    """A key's name is as a run's: it is shown in lists and typed in commands."""
    with pytest.raises(UsageError):
        keys.new(name, "read")
    assert not keys.path.exists()


def test_a_file_that_cant_be_read_for_a_moment_is_read_again(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many files are open nobody has a key, and all have theirs again as soon as the file can be read."""
    _, secret = keys.new("shop", "read")
    served = Keys(keys.workspace)

    def no_more(*_: object, **__: object) -> str:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", no_more)
        assert served.find(secret.encode()) is None
    assert served.find(secret.encode()) is not None


def test_names_of_standing_keys_differ(keys: Keys) -> None:
    """A name means one key that stands; once it is revoked, another may have it, and ids tell them apart."""
    first, _ = keys.new("shop", "read")
    with pytest.raises(UsageError, match="already"):
        keys.new("shop", "manage")
    keys.revoke(first.id)
    second, _ = keys.new("shop", "score")
    assert [(key.id, bool(key.revoked)) for key in keys.all()] == [(first.id, True), (second.id, False)]
    with pytest.raises(NotFoundError):
        keys.revoke(first.id)


def test_no_right_is_made_up(keys: Keys) -> None:
    """A key allows something that is known; what is open to all takes none."""
    for right in ("open", "admin", ""):
        with pytest.raises(UsageError):
            keys.new("shop", right)  # type: ignore[arg-type]


def test_commands_at_the_same_time_lose_nothing(keys: Keys) -> None:
    """Keys made and revoked by many commands at once are all there afterwards."""
    keys.new("old", "read")
    work = [lambda number=number: Keys(keys.workspace).new(f"k{number}", "read") for number in range(8)]
    threads = [threading.Thread(target=one) for one in (*work, lambda: Keys(keys.workspace).revoke("old"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key.name: bool(key.revoked) for key in keys.all()} == {"old": True} | {f"k{n}": False for n in range(8)}


def test_a_command_that_waits_too_long_says_so(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another command holds the keys, this one gives up with a sentence, and changes nothing."""
    monkeypatch.setattr("segmentry.web.entrance.keys.PATIENCE", 0.0)
    taken = child.take(keys.workspace / ".keys-turn")
    assert taken is not None
    with taken, pytest.raises(UsageError, match="another command"):
        keys.new("shop", "read")


def test_the_last_use_is_written_later(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Using a key writes nothing; what is written later keeps the use of others, and survives a full disk."""
    key, secret = keys.new("shop", "read")
    other, _ = keys.new("other", "read")
    before = keys.path.read_text()
    keys.find(secret.encode())
    keys.use(key)
    assert keys.last_used() == {}

    def full(*_: object, **__: object) -> None:
        raise UsageError("can't write")

    with monkeypatch.context() as patched:
        patched.setattr("segmentry.web.entrance.keys.write_text", full)
        keys.keep_used()
    keys.keep_used()
    assert set(keys.last_used()) == {key.id}
    keys.use(other)
    keys.keep_used()
    assert set(keys.last_used()) == {key.id, other.id}
    assert keys.path.read_text() == before
    (keys.workspace / "keys-used.json").write_text("[1]")
    assert keys.last_used() == {}


def test_a_folder_that_cant_be_written_is_said(tmp_path: Path) -> None:
    """No traceback where the workspace is a file, or the file of keys a folder."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SegmentryError):
        Keys(tmp_path / "file").new("shop", "read")
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(SegmentryError):
        Keys(tmp_path).all()
    assert Keys(tmp_path).find(b"x") is None


def test_what_is_kept_is_readable(keys: Keys) -> None:
    """The file is JSON that says its format, and each key's name, right and times."""
    keys.new("shop", "score", per_second=7)
    plain = json.loads(keys.path.read_text())
    assert plain["format"] == 1
    assert {"id", "name", "right", "hash", "created", "revoked", "per_second"} == set(plain["keys"][0])
    assert plain["keys"][0]["per_second"] == 7
