"""The champion is replaced as a whole, and what can't be read changes nothing."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from segmentry.errors import ModelError, NotFoundError, SegmentryError
from segmentry.model import SegmentModel
from segmentry.web import Site
from segmentry.web.champion import Champion, Found, champion_of, latest_run, model_file
from segmentry.workspace import FILES


@pytest.fixture
def demo(workspace: Path) -> Path:
    """Give the folder of a run."""
    return workspace / "runs" / "demo"


@pytest.fixture
def model(demo: Path) -> SegmentModel:
    """Give its model."""
    return SegmentModel.load(demo / FILES["model"])


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """Give a copy of its model file, to be written over."""
    return Path(shutil.copyfile(demo / FILES["model"], tmp_path / "copy.segmentry"))


def put(model: SegmentModel, place: Path, name: str) -> None:
    """Write a model under another segment name, as a new file in an old one's place."""
    model.renamed(model.summary.segments[0].letter, name).save(place)


def named(champion: Champion) -> str:
    """Give the name of the first segment of the model in service."""
    return champion.serving().exchange.model.summary.segments[0].name


def named_run(champion: Champion) -> str:
    """Give the name of the run in service."""
    return champion.serving().name


def test_another_file_becomes_the_champion(copy: Path, model: SegmentModel) -> None:
    """A file that is replaced is taken at the next look; one that stays is not read again."""
    champion = Champion(model_file(copy))
    before = champion.serving()
    assert champion.look()
    assert champion.current is before
    put(model, copy, "Renamed")
    assert champion.look()
    assert (named(champion), champion.swaps) == ("Renamed", 2)
    assert champion.current is not before


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"PK\x03\x04 no model")])
def test_what_cannot_be_read_keeps_the_old_champion(
    copy: Path, model: SegmentModel, spoil: Callable[[Path], object]
) -> None:
    """A damaged or missing file is told of, and the model in service goes on; a sound one ends the fault."""
    champion = Champion(model_file(copy))
    before = champion.serving()
    spoil(copy)
    assert not champion.look()
    assert champion.current is before
    assert "copy.segmentry" in champion.fault
    assert str(copy.parent) not in champion.fault
    put(model, copy, "Mended")
    assert champion.look()
    assert (named(champion), champion.fault) == ("Mended", "")


def test_a_fault_of_a_registry_keeps_the_old_champion(model: SegmentModel) -> None:
    """Whatever a registry's library raises, the model in service goes on, and no secret of it is told."""
    found = [Found(1, "shop", "1", lambda: model)]

    def find() -> Found:
        if not found:
            raise ConnectionError("postgresql://user:secret@db is away")
        return found[0]

    champion = Champion(find)
    before = champion.serving()
    found.clear()
    assert not champion.look()
    assert champion.current is before
    assert "secret" not in champion.fault


def test_who_reads_sees_one_model_or_the_other(model: SegmentModel) -> None:
    """While two versions take turns, name, version and model of what is read always belong together."""
    versions = [
        (str(number), model.renamed(model.summary.segments[0].letter, f"Version {number}")) for number in (1, 2)
    ]
    turn = [0]

    def find() -> Found:
        turn[0] += 1
        version, its = versions[turn[0] % 2]
        return Found(turn[0], "shop", version, lambda: its)

    champion, closing = Champion(find), Event()

    def swap() -> None:
        while not closing.is_set():
            champion.look()

    swapping = Thread(target=swap)
    swapping.start()
    try:
        seen = set()
        while len(seen) < 2 or champion.swaps < 50:
            serving = champion.serving()
            seen.add((serving.version, serving.exchange.model.summary.segments[0].name))
    finally:
        closing.set()
        swapping.join()
    assert seen == {("1", "Version 1"), ("2", "Version 2")}


def test_it_is_watched_in_the_background(copy: Path, model: SegmentModel) -> None:
    """A watched champion takes another file by itself, until it is closed."""
    champion = Champion(model_file(copy), every=0.01)
    champion.watch()
    try:
        champion.serving()
        put(model, copy, "Taken by itself")
        waited = Event()
        for _ in range(500):
            if named(champion) == "Taken by itself":
                break
            waited.wait(0.01)
    finally:
        champion.close()
    assert named(champion) == "Taken by itself"


def test_the_latest_run_is_the_champion_unless_told(workspace: Path, tmp_path: Path) -> None:
    """Without a model named it is the latest run's; an empty workspace has none yet, which is no fault of starting."""
    assert Champion(latest_run(Site(workspace))).serving().name == "demo"
    champion = champion_of(None, Site(tmp_path))
    assert champion.current is None
    with pytest.raises(NotFoundError, match="no run yet"):
        champion.serving()


def later_run(workspace: Path, name: str, verdict: str) -> Path:
    """Put a copy of the run into the workspace, made later and with another verdict."""
    folder = shutil.copytree(workspace / "runs" / "demo", workspace / "runs" / name)
    path = folder / FILES["run"]
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"verdict": verdict}), encoding="utf-8")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60 * len(list(folder.parent.iterdir()))))
    return folder


def test_a_run_that_is_not_dependable_serves_only_where_it_is_named(workspace: Path, tmp_path: Path) -> None:
    """The latest dependable run is taken and the later ones are told of; alone or named, any run serves."""
    shutil.copytree(workspace / "runs" / "demo", tmp_path / "runs" / "demo")
    shaky = later_run(tmp_path, "shaky", "Not dependable")
    champion = Champion(latest_run(Site(tmp_path)))
    assert (champion.serving().name, champion.passed_over) == ("demo", ("shaky",))
    assert champion_of("shaky", Site(tmp_path)).serving().name == "shaky"
    assert Champion(latest_run(Site.at(shaky))).serving().name == "shaky"
    later_run(tmp_path, "sound", "Clear groups")
    assert champion.look()
    assert (named_run(champion), champion.passed_over) == ("sound", ())
    for name in ("demo", "sound"):
        shutil.rmtree(tmp_path / "runs" / name)
    assert not champion.look()
    assert named_run(champion) == "sound"
    with pytest.raises(NotFoundError, match="no run is dependable"):
        Champion(latest_run(Site(tmp_path))).serving()


def test_closing_does_not_wait_for_a_registry_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that hangs, as one over a network may for minutes, doesn't keep the service from ending."""
    monkeypatch.setattr("segmentry.web.champion.PATIENCE", 0.01)
    asked, answered = Event(), Event()

    def find() -> Found:
        asked.set()
        answered.wait()
        raise NotFoundError("nothing")

    champion = Champion(find)
    champion.watch()
    asked.wait()
    closing = Thread(target=champion.close, daemon=True)
    closing.start()
    closing.join(10)
    stuck = closing.is_alive()
    answered.set()
    assert not stuck


def test_a_champion_is_named_by_run_folder_or_file(workspace: Path, demo: Path) -> None:
    """A run's name, its folder and its model file mean the same model."""
    site = Site(workspace)
    for model in ("demo", str(demo), str(demo / FILES["model"])):
        assert champion_of(model, site).serving().name == "demo"


@pytest.mark.parametrize(("model", "error"), [("nobody", NotFoundError), ("run.json", ModelError)])
def test_a_service_does_not_start_without_the_model_that_was_named(
    workspace: Path, demo: Path, model: str, error: type[SegmentryError]
) -> None:
    """A model that was named and can't be had is refused at once, not at the first request."""
    with pytest.raises(error):
        champion_of(str(demo / model) if "." in model else model, Site(workspace))
