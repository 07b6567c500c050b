"""The measuring of speed: what it reads, what it counts, and that every row's script runs."""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
MODULES = (
    "results",
    "rows",
    "run",
    "growth",
    "data",
    "bench",
    "recipe",
    "panel",
    "one_fit",
    "exact_silhouette",
    "inertia",
    "whole",
)
SCRIPTS = sorted(set(re.findall(r'"(\w+\.py)"', (FOLDER / "rows.py").read_text(encoding="utf-8"))))
TINY = 300


@pytest.fixture(scope="module")
def measuring() -> Iterator[SimpleNamespace]:
    """Give the scripts as modules; they find each other as they do when run."""
    sys.path.insert(0, str(FOLDER))
    before = {name: sys.modules.pop(name) for name in MODULES if name in sys.modules}
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    sys.path.remove(str(FOLDER))
    for name in MODULES:
        del sys.modules[name]
    sys.modules.update(before)


@pytest.fixture(scope="module")
def folder(measuring: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a few customers, and labelings of them."""
    made: Path = tmp_path_factory.mktemp("benchmarks")
    measuring.data.make_points(made, TINY, 3)
    measuring.data.make_labelings(made, TINY, 3)
    return made


def _line(way: str, seconds: float, **more: Any) -> str:
    return json.dumps({"way": way, "seconds": seconds, "megabytes": 10.0, **more})


def _found(measuring: SimpleNamespace, *lines: str) -> Any:
    return measuring.results.summaries(measuring.results.parse("\n".join(lines)))


def _checks(measuring: SimpleNamespace, found: Any, **asked: Any) -> list[Any]:
    return measuring.results.checks(found, "segmentry", **({"ratios": {}, "limits": {}, "excess": None} | asked))


def test_only_lines_of_json_are_read(measuring: SimpleNamespace) -> None:
    """Libraries say what they like; other numbers on the line are figures, other words are passed over."""
    more = {"quality": {"inertia": 4.0}, "core": "native", "k": 2, "within": [1.5, 2.5], "cost": {"8": 7, "why": "no"}}
    (result,) = measuring.results.parse("hello\n" + _line("faiss", 2.5, **more))
    assert (result.way, result.seconds, result.note) == ("faiss", 2.5, "")
    assert result.quality == {"inertia": 4.0, "k": 2, "within 0": 1.5, "within 1": 2.5, "cost 8": 7}


@pytest.mark.parametrize("text", ["", "nothing here", '{"way": "faiss", "seconds": 1.0}'])
def test_a_script_without_result_is_refused(measuring: SimpleNamespace, text: str) -> None:
    """A way, its seconds and its megabytes must be told."""
    with pytest.raises(ValueError, match="JSON"):
        measuring.results.parse(text)


def test_runs_of_a_way_are_put_together(measuring: SimpleNamespace) -> None:
    """Median and best of the seconds, the largest memory."""
    runs = [_line("peer", seconds, megabytes=size) for seconds, size in ((3.0, 10), (1.0, 30), (2.0, 20))]
    runs[0] = _line("peer", 3.0, processor_seconds=5.0)
    summary = _found(measuring, *runs)["peer"]
    assert (summary.median, summary.best, summary.runs, summary.megabytes) == (2.0, 1.0, 3, 30)
    assert (summary.processor_seconds, summary.imports) == (5.0, None)


@pytest.mark.parametrize(("least", "times", "holds"), [(4, 1, True), (5, 1, False), (44, 11, True), (45, 11, False)])
def test_a_ratio_is_of_medians(measuring: SimpleNamespace, least: float, times: float, holds: bool) -> None:
    """The peer takes 8 seconds and ours 2: 4 times, and 44 times where it has to do its work eleven times."""
    found = _found(measuring, *(_line("segmentry", s) for s in (1, 2, 9)), *(_line("peer", s) for s in (7, 8, 20)))
    (check,) = _checks(measuring, found, ratios={"peer": (least, times)})
    assert (check.found, check.holds) == (f"{4 * times:g} times", holds)


def test_what_was_not_measured_neither_holds_nor_fails(measuring: SimpleNamespace) -> None:
    """A missing peer, a missing figure, ours missing."""
    found = _found(measuring, _line("segmentry", 1))
    asked = {"ratios": {"peer": (2, 1)}, "limits": {"exponent": 1}, "excess": ("cost", 0)}
    assert [check.holds for check in _checks(measuring, found, **asked)] == [None, None, None]
    (check,) = _checks(measuring, _found(measuring, _line("peer", 1)), **asked)
    assert check.holds is None


def test_limits_hold_for_ours(measuring: SimpleNamespace) -> None:
    """Seconds, megabytes, and any figure of quality, at most."""
    found = _found(measuring, _line("segmentry", 3, quality={"exponent": 1.02}), _line("peer", 99))
    limits = {"seconds": 3, "megabytes": 9, "exponent": 1.05}
    assert [check.holds for check in _checks(measuring, found, limits=limits)] == [True, False, True]


@pytest.mark.parametrize(("peers", "holds"), [((10, 20), True), ((9, 20), False), ((), None)])
def test_ours_may_be_asked_to_be_the_leanest(measuring: SimpleNamespace, peers: tuple[int, ...], holds: bool) -> None:
    """No more megabytes than any peer; further ways of ours are no peers."""
    ways = [_line(f"peer {size}", 1, megabytes=size) for size in peers]
    found = _found(measuring, _line("segmentry", 1), _line("segmentry, more", 1, megabytes=1), *ways)
    assert [check.holds for check in _checks(measuring, found, lean=True)] == [holds]


def test_an_excess_is_over_the_best_peer_at_its_worst(measuring: SimpleNamespace) -> None:
    """Of two peers the better one counts at each number; another way of ours is no peer."""
    found = _found(
        measuring,
        _line("segmentry", 1, quality={"inertia 2": 101.0, "inertia 3": 50.0, "picks": 3}),
        _line("segmentry, more", 1, quality={"inertia 2": 1.0}),
        _line("one", 1, quality={"inertia 2": 100.0, "inertia 3": 60.0}),
        _line("other", 1, quality={"inertia 2": 200.0, "inertia 3": 50.0}),
    )
    over = measuring.results.excesses(found, "segmentry", "inertia", "segmentry")
    assert over == pytest.approx({"inertia 2": 0.01, "inertia 3": 0.0})
    assert [_checks(measuring, found, excess=("inertia", most))[0].holds for most in (0.0, 0.009, 0.011)] == [
        False,
        False,
        True,
    ]
    table = measuring.results.table(found, "segmentry", "inertia")
    assert "inertia +1.0e-02 over the best peer's at worst (inertia 2), picks 3" in table
    assert "picks" not in measuring.results.table(found, "segmentry", "inertia", ("silhouette",))
    assert len({line.count("|") for line in table.splitlines()}) == 1


@pytest.mark.parametrize("power", [0.5, 1.0, 1.3])
def test_the_exponent_of_a_power_is_found(measuring: SimpleNamespace, power: float) -> None:
    """Seconds that are a power of the size have that exponent; noise up and down in turn moves it little."""
    sizes = np.array(measuring.growth.SIZES, dtype=float)
    exact = 3e-6 * sizes**power
    assert measuring.growth.exponent(sizes, exact) == pytest.approx((power, 3e-6))
    noisy = exact * np.where(np.arange(len(sizes)) % 2, 1.1, 1 / 1.1)
    assert measuring.growth.exponent(sizes, noisy)[0] == pytest.approx(power, abs=0.02)


def test_the_picture_shows_every_size(measuring: SimpleNamespace) -> None:
    """It is XML, with a point a size inside its field, ever farther right and up."""
    sizes = measuring.growth.SIZES
    root = ET.fromstring(measuring.growth.picture(sizes, [1e-6 * size for size in sizes]))  # noqa: S314 - our own
    points = [(float(node.get("cx", 0)), float(node.get("cy", 0))) for node in root.findall("{*}circle")]
    assert len(points) == len(sizes)
    assert points == sorted(points)
    assert [down for _, down in points] == sorted((down for _, down in points), reverse=True)
    assert all(70 <= across <= 610 and 30 <= down <= 330 for across, down in points)


def test_customers_are_the_same_whatever_their_number(
    measuring: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first of many are the few; made in chunks or not, the file is scaled to mean 0 and variance 1."""
    monkeypatch.setattr(measuring.data, "CHUNK", 100)
    many = measuring.data.customers(250, 3)
    assert np.array_equal(many[:130], measuring.data.customers(130, 3))
    measuring.data.make_points(tmp_path, 250, 3)
    points = np.load(measuring.data.points_file(tmp_path, 250, 3), allow_pickle=False)
    assert np.allclose(points, (many - many.mean(axis=0)) / many.std(axis=0))


@pytest.mark.parametrize(
    ("script", "way"),
    [
        ("panel", "panel"),
        ("recipe", "recipe"),
        ("one_fit", "segmentry"),
        ("one_fit", "scikit_learn"),
        ("exact_silhouette", "segmentry"),
        ("exact_silhouette", "scikit_learn"),
    ],
)
def test_a_way_does_its_work_and_tells_its_quality(
    measuring: SimpleNamespace, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, script: str, way: str
) -> None:
    """On a few customers, every way whose library the tests have prints one whole result."""
    module = getattr(measuring, script)
    options = [f"--customers={TINY}", "--measures=3", f"--folder={folder}"]
    monkeypatch.setattr(sys, "argv", [script, *options])
    measuring.bench.measure({way: getattr(module, way)})
    (result,) = measuring.results.parse(capsys.readouterr().out)
    assert result.way == way
    assert result.seconds > 0
    assert result.megabytes > 0
    assert result.quality
    assert all(np.isfinite(value) for value in result.quality.values())


def test_both_silhouettes_are_the_same_figure(measuring: SimpleNamespace, folder: Path) -> None:
    """Ours alone, ours among eleven and scikit-learn's."""
    silhouette, figures = measuring.exact_silhouette, []
    for way, asked in ((silhouette.segmentry, ""), (silhouette.segmentry, "eleven"), (silhouette.scikit_learn, "")):
        ready = way(measuring.bench.Task(TINY, 3, 0, folder, frozenset([asked])))
        figures.append(ready.quality(ready.work())["silhouette at 8"])
    assert figures == pytest.approx([figures[0]] * 3, abs=1e-6)


@pytest.mark.parametrize("script", ["run.py", *SCRIPTS])
def test_every_script_answers_help(script: str) -> None:
    """``--help`` tells the options, of the command and of each row's scripts."""
    done = subprocess.run([sys.executable, str(FOLDER / script), "--help"], check=True, capture_output=True, text=True)
    assert "--" in done.stdout


def test_sizes_and_folder_are_filled_in(measuring: SimpleNamespace) -> None:
    """Names in braces become a size, or a tenth of it, or the folder; every command of every row can be filled."""
    row = measuring.rows.Row("", (), {"customers": 50}, small=("--quick",))
    parts = ("x.py", "--n={customers}", "{folder}/a-{customers}")
    assert row.filled(parts, "here", small=False) == ["x.py", "--n=50", "here/a-50"]
    assert row.filled(parts, "here", small=True) == ["x.py", "--n=5", "here/a-5", "--quick"]
    for real in measuring.rows.ROWS.values():
        filled = [real.filled(parts, "here", small=False) for parts in (*real.commands, *real.makes.values())]
        assert filled
        assert all("{" not in part for parts in filled for part in parts)


def test_a_whole_process_is_timed(
    measuring: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    """From start to end, with its own memory and the figures asked for; where it fails, its last words are told."""
    (tmp_path / "work.py").write_text(
        "import time, json; time.sleep(0.1); kept = bytearray(50_000_000)\n"
        "print('hello'); print(json.dumps({'picked': 3, 'cost': {'2': 1.5}, 'other': 1}))"
    )
    monkeypatch.setattr(measuring.whole, "HERE", tmp_path)
    options = ["--way", "peer", "--figures", "picked", "cost", "--", "work.py"]
    monkeypatch.setattr(sys, "argv", ["whole.py", *options])
    measuring.whole.main()
    (result,) = measuring.results.parse(capsys.readouterr().out)
    assert result.way == "peer"
    assert result.seconds > 0.1
    assert result.processor_seconds > 0
    assert result.megabytes > 50
    assert result.quality == {"picked": 3, "cost 2": 1.5}
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        measuring.whole.whole(["-c", "1 / 0"])


def test_the_libraries_told_are_those_installed(measuring: SimpleNamespace) -> None:
    """The page tells the version of everything in requirements.txt."""
    lines = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(measuring.run.PEERS) == sorted(line.split(">=")[0] for line in lines if not line.startswith("#"))


@pytest.fixture
def pretended(measuring: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., ModuleType]:
    """Give the command with one row whose scripts print what a test says; it writes into a folder of its own."""

    def pretend(*scripts: str) -> ModuleType:
        for number, text in enumerate(scripts):
            (tmp_path / f"way{number}.py").write_text(text, encoding="utf-8")
        row = measuring.rows.Row(
            "some work", tuple((f"way{number}.py",) for number in range(len(scripts))), ratios={"peer": 3.0}
        )
        monkeypatch.setattr(measuring.run, "HERE", tmp_path)
        monkeypatch.setattr(measuring.run, "TABLE", tmp_path / "results.md")
        monkeypatch.setattr(measuring.run, "ROWS", {"work": row})
        return measuring.run

    return pretend


def test_a_row_is_measured_in_turn_and_written(
    pretended: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The page says what was asked for, what was found, what failed and why; a second row's run leaves it alone."""
    run = pretended(f"print({_line('segmentry', 2.0)!r})", f"print({_line('peer', 8.0)!r})", "import no_such_library")
    monkeypatch.setattr(sys, "argv", ["run.py", "--rounds=2", "--rows=work", f"--folder={tmp_path}"])
    run.main()
    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "| some work | 2 s | 10 MB | 3 times peer | 4 times | yes |" in page
    assert "- Not measured: `way2.py` (ModuleNotFoundError: No module named 'no_such_library')." in page
    assert len(json.loads((tmp_path / "results" / "work.json").read_text())["results"]) == 4
    assert not any(line.endswith(" ") for line in page.splitlines())


def test_what_the_ways_read_is_made_once(measuring: SimpleNamespace, tmp_path: Path) -> None:
    """A file that isn't there is made before the first way runs; where that fails, the row says so."""
    make = tmp_path / "make.py"
    make.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write('made ')", encoding="utf-8")
    read = tmp_path / "read.py"
    read.write_text(f"import sys; assert open(sys.argv[1]).read() == 'made '; print({_line('segmentry', 1.0)!r})")
    file = "{folder}/orders-{lines}.txt"
    row = measuring.rows.Row("", ((str(read), file),), {"lines": 20}, makes={file: (str(make), file)})
    found, failed = measuring.run.measured(row, 2, tmp_path, small=True)
    assert (len(found), failed) == (2, [])
    assert (tmp_path / "orders-2.txt").exists()
    make.write_text("raise OSError('no room')", encoding="utf-8")
    found, (why,) = measuring.run.measured(row, 2, tmp_path, small=False)
    assert found == []
    assert "OSError: no room" in why


def test_a_quick_look_writes_no_page(
    pretended: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    """``--small`` prints the same tables, and says that the sizes are a tenth."""
    run = pretended(f"print({_line('segmentry', 2.0)!r})")
    monkeypatch.setattr(sys, "argv", ["run.py", "--small", "--rounds=1", f"--folder={tmp_path}"])
    run.main()
    assert not (tmp_path / "results.md").exists()
    assert "At a tenth of the size." in capsys.readouterr().out


def test_what_a_peer_found_is_kept_until_something_changes(
    measuring: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same seed and size are read again; another seed or another version of the library are run."""
    ran: list[list[str]] = []

    def run(script: str, options: list[str]) -> Any:
        ran.append([script, *options])
        return measuring.results.Result("x", 1.0, 1.0, {"inertia 2": float(len(ran))})

    monkeypatch.setattr(measuring.inertia, "run", run)
    versions = {"scikit-learn": "1", "numpy": "1"}
    monkeypatch.setattr(measuring.inertia, "version", versions.__getitem__)
    kept = [measuring.inertia.kept("scikit-learn", [f"--seed={seed}"], tmp_path) for seed in (0, 0, 1)]
    versions["scikit-learn"] = "2"
    kept.append(measuring.inertia.kept("scikit-learn", ["--seed=0"], tmp_path))
    assert [result.quality["inertia 2"] for result in kept] == [1.0, 1.0, 2.0, 3.0]


def test_seeds_are_held_against_the_better_peer(measuring: SimpleNamespace) -> None:
    """At each number of segments, as a share."""
    ours, one, other = (
        measuring.results.Result("", 1.0, 1.0, {"inertia 2": two, "inertia 3": three})
        for two, three in ((102.0, 49.0), (100.0, 60.0), (120.0, 50.0))
    )
    assert measuring.inertia.excess(ours, [one, other]) == pytest.approx({"2": 0.02, "3": -0.02})
