"""``open`` and ``serve``: the pages, from the command line."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from segmentry.cli import opening
from segmentry.errors import UsageError

Call = Callable[..., Any]


@pytest.fixture
def opened(workspace: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a function that opens pages in a process of their own, as a person would."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "segmentry", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        begun.append(subprocess.Popen(command, cwd=workspace, **pipes))
        return begun[-1]

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def answers(url: str) -> str:
    """Ask until it answers."""
    for _ in range(200):
        try:
            with urlopen(url) as found:  # noqa: S310 - an address of this computer
                return str(found.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(url)


@pytest.mark.parametrize("command", [["open", "--no-browser"], ["serve"], ["open", "--json"]], ids=" ".join)
def test_the_address_is_printed_and_answers_until_interrupted(
    opened: Callable[..., subprocess.Popen[str]], command: list[str]
) -> None:
    """Standard output is the address alone; Ctrl-C closes the pages, and that is no failure."""
    process = opened(*command)
    assert process.stdout is not None
    line = process.stdout.readline()
    if "--json" in command:
        line += process.stdout.readline() + process.stdout.readline()
        line = json.loads(line)["url"]
    url = line.strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
    assert "spring" in answers(url)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert "Traceback" not in err


def test_one_run_is_opened_by_its_folder(opened: Callable[..., subprocess.Popen[str]], workspace: Path) -> None:
    """A run's folder shows that run alone."""
    process = opened("open", str(workspace / "runs" / "spring"), "--no-browser", "-q")
    assert process.stdout is not None
    text = answers(process.stdout.readline().strip())
    assert "spring" in text
    assert "New run" not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.test", ""])  # noqa: S104 - refused
def test_others_than_this_computer_are_refused(call: Call, host: str) -> None:
    """No address that others could reach is listened on: there are no keys yet, and it says so."""
    said = call("serve", "--host", host)
    assert said.code == 2
    assert "keys" in said.err


def test_a_port_in_use_is_said(call: Call, workspace: Path) -> None:
    """A port that somebody has is refused with another way, and left alone; without one the next free is taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = call("open", workspace, "--no-browser", "--port", port)
        assert said.code == 2
        assert str(port) in said.err
        assert "--port" in said.err


def test_an_address_of_another_computer_is_said() -> None:
    """Where the address is wrong another port is no way out, so the way out names --host."""
    with pytest.raises(UsageError) as refused:
        opening._listen("203.0.113.7", 0)
    assert refused.value.way_out.startswith("--host")


def test_the_first_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports that are in use are passed over."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(opening, "FIRST", taken.getsockname()[1])
        monkeypatch.setattr(opening, "LAST", taken.getsockname()[1])
        with opening._listen("127.0.0.1", 0) as found:
            assert found.getsockname()[1] != taken.getsockname()[1]


def test_a_folder_that_is_not_there_is_said(call: Call, tmp_path: Path) -> None:
    """What was named must be there; an empty folder may be opened."""
    assert call("open", tmp_path / "nowhere", "--no-browser").code == 6


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    """The pages are an extra part of the installation; what is missing is named with the command that installs it."""
    code = (
        "import sys\nsys.modules['uvicorn'] = None\nfrom segmentry.cli import main\n"
        f"main(['open', {str(tmp_path)!r}, '--no-browser'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 2
    assert "pip install 'segmentry[look]'" in done.stderr


def test_a_run_is_opened_by_its_name(
    opened: Callable[..., subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch, workspace: Path
) -> None:
    """In its workspace a run's name is enough, as for every other command; ``runs`` stands for the workspace."""
    monkeypatch.chdir(workspace)
    assert opening._meant(Path("spring")) == Path("runs/spring")
    assert opening._meant(Path("runs")) == opening._meant(workspace / "runs") == workspace
    for plain in (Path(), workspace, workspace / "runs" / "spring", Path("nowhere"), Path("../x")):
        assert opening._meant(plain) == plain
    process = opened("open", "spring", "--no-browser", "-q")
    assert process.stdout is not None
    assert "New run" not in answers(process.stdout.readline().strip())
