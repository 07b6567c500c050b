"""Measure every row of ``rows.py`` beside its peers, ways in turn, and write the table: ``make bench``.

``make bench ARGS="--rows choose,fit --rounds 3"`` measures some rows again; the others stay in the table as they were
measured. ``--small`` is a quick look at a tenth of every size: it prints its tables and writes none.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from results import Result, Summary, checks, parse, summaries, table
from rows import OURS, ROWS, Row

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / "build" / "benchmarks"
TABLE = HERE / "results.md"
PICTURE = HERE / "growth.svg"

PEERS = ("scikit-learn", "scikit-learn-intelex", "faiss-cpu", "kmodes", "fastcluster", "polars", "pandas", "pyarrow")
ALSO = ("numpy", "scipy", "duckdb")

HEAD = """# Speed beside the usual tools

Written by `make bench`. Ways run in turn, each in a process of its own; imports and reading the data are timed apart.
"100 times" means that the peer's median time holds ours so often. Memory is the peak of the whole process, libraries
and data included.
"""


def machine() -> dict[str, str]:
    """Tell what the figures depend on beside the code."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = {"cores": str(cores), "processor": processor(), "system": f"{platform.system()} {platform.machine()}"}
    found["Python"] = platform.python_version()
    found["commit"] = commit()
    for name in (*PEERS, *ALSO):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def commit() -> str:
    """Name the commit of this checkout, with a plus where files differ from it."""
    try:
        done = subprocess.run(
            ["git", "-C", str(HERE), "describe", "--always", "--dirty=+"], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def processor() -> str:
    """Name the processor."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def run(arguments: list[str]) -> str:
    """Run a script of this folder in a process of its own; give what it printed.

    Raises
    ------
    ValueError
        It failed; with the last line that it said.
    """
    # Ours is this checkout, whatever is installed.
    path = os.pathsep.join(filter(None, [str(HERE.parent / "src"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, str(HERE / arguments[0]), *arguments[1:]],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ValueError(said[-1] if said else f"it ended with {done.returncode}")
    return done.stdout


def measured(row: Row, rounds: int, folder: Path, *, small: bool) -> tuple[list[Result], list[str]]:
    """Run the ways of a row in turn; give all results, and what could not be measured and why."""
    found: list[Result] = []
    failed: dict[str, str] = {}
    for file, script in row.makes.items():
        (target,) = row.filled((file,), str(folder), small=small)
        if Path(target).exists():
            continue
        print(f"  making {target} …", file=sys.stderr, flush=True)
        try:
            run(row.filled(script, str(folder), small=small))
        except ValueError as error:
            return [], [f"Not measured: `{script[0]}` could not make what the ways read ({error})."]
    for number in range(min(rounds, row.rounds or rounds)):
        for script in row.commands:
            what = " ".join(part for part in script if "{" not in part)
            if what in failed:
                continue
            print(f"  round {number + 1}: {what} …", end=" ", file=sys.stderr, flush=True)
            try:
                results = parse(run(row.filled(script, str(folder), small=small)))
            except ValueError as error:
                failed[what] = str(error)
                print(error, file=sys.stderr, flush=True)
                continue
            found += results
            print(", ".join(f"{result.seconds:.3g} s" for result in results), file=sys.stderr, flush=True)
    return found, [f"Not measured: `{what}` ({why})." for what, why in failed.items()]


def section(name: str, kept: Mapping[str, Any]) -> str:
    """Write what a row showed, its ways side by side, and what is not like for like."""
    row, found = ROWS[name], read(kept)
    prefix = row.excess[0] if row.excess else ""
    parts = [f"## {row.work}"]
    if kept["small"]:
        parts.append("At a tenth of the size.")
    if found:
        parts.append(table(found, OURS, prefix, row.figures))
    listed = [f"- {line}" for line in (*row.unlike, *kept["failed"])]
    listed += [f"- {way}: {summary.note}." for way, summary in found.items() if summary.note]
    if listed:
        parts.append("Not like for like, and notes:\n\n" + "\n".join(listed))
    if name == "growth" and not kept["small"]:
        parts.append("![Seconds by customers, both axes logarithmic](growth.svg)")
    return "\n\n".join(parts)


def read(kept: Mapping[str, Any]) -> dict[str, Summary]:
    """Put the kept runs of a row together."""
    return summaries([Result(**result) for result in kept["results"]])


def shown(name: str, kept: Mapping[str, Any]) -> list[str]:
    """Write the lines of a row in the overview."""
    row, found = ROWS[name], read(kept)
    ratios = {peer: asked if isinstance(asked, tuple) else (asked, 1.0) for peer, asked in row.ratios.items()}
    listed = checks(found, OURS, ratios=ratios, limits=row.limits, excess=row.excess, lean=row.lean)
    mine = found.get(OURS)
    ours = (f"{mine.median:.3g} s", f"{mine.megabytes:.0f} MB") if mine else ("-", "-")
    words = {True: "yes", False: "**no**", None: "not measured"}
    return [
        f"| {' | '.join((row.work, *ours) if place == 0 else ('', '', ''))} "
        f"| {check.asked} | {check.found} | {words[check.holds]} |"
        for place, check in enumerate(listed)
    ]


def overview(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the table that the README quotes, rows in their order."""
    lines = ["| work | ours | peak memory | asked for | found | holds |", "|---|---|---|---|---|---|"]
    return "\n".join(lines + [line for name in ROWS if name in rows for line in shown(name, rows[name])])


def page(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the whole page, rows in their order."""
    known = [name for name in ROWS if name in rows]
    parts = [HEAD.strip(), overview(rows), *(section(name, rows[name]) for name in known)]
    machines: dict[str, list[str]] = {}
    for name in known:
        told = rows[name]["machine"]
        libraries = ", ".join(f"{key} {told[key]}" for key in ("Python", *PEERS, *ALSO))
        said = (
            f"{told['processor']}, {told['cores']} cores, {told['system']}. segmentry at {told['commit']}; {libraries}."
        )
        machines.setdefault(f"{rows[name]['date']}: {said}", []).append(name)
    listed = [f"- {', '.join(names)}: {said}" for said, names in machines.items()]
    loads = [f"{name} {rows[name]['load']:.1f}" for name in known if rows[name]["load"] is not None]
    listed.append(f"- Load before each row (0 on an idle machine): {', '.join(loads) or 'unknown'}.")
    parts.append("## Where and when\n\n" + "\n".join(listed))
    return "\n\n".join(parts) + "\n"


def chosen(text: str) -> list[str]:
    """Read names of rows between commas."""
    names = [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"no row is called {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


def main() -> None:
    """Read the options, measure row by row, keep each, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=chosen, default=list(ROWS), help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way runs")
    parser.add_argument("--small", action="store_true", help="a tenth of every size")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="keeps data and results")
    args = parser.parse_args()
    folder = args.folder.resolve()
    results = folder / ("small" if args.small else "results")
    results.mkdir(parents=True, exist_ok=True)
    told = machine()
    for name in args.rows:
        print(f"{name}: {ROWS[name].work}", file=sys.stderr, flush=True)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        found, failed = measured(ROWS[name], args.rounds, folder, small=args.small)
        kept = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": told,
            "load": load,
            "small": args.small,
            "failed": failed,
            "results": [asdict(result) for result in found],
        }
        (results / f"{name}.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
        print(section(name, kept) + "\n", flush=True)
    if args.small:
        rows = {name: json.loads((results / f"{name}.json").read_text(encoding="utf-8")) for name in args.rows}
        print(f"At a tenth of the sizes, which say little of the whole:\n\n{overview(rows)}")
        return
    files = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in results.glob("*.json")}
    TABLE.write_text(page(files), encoding="utf-8")
    if (drawn := folder / "growth.svg").exists() and "growth" in args.rows:
        PICTURE.write_bytes(drawn.read_bytes())
    print(f"written: {TABLE}")


if __name__ == "__main__":
    main()
