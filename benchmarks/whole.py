"""Time a whole process, from its start to its end: ``python benchmarks/whole.py --way NAME -- SCRIPT OPTIONS``.

What is behind ``--`` is given to Python. The memory is the peak of that process. Where it prints lines of JSON, those
parts of the last one that ``--figures`` names are its quality.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def whole(arguments: list[str]) -> tuple[float, float, float, str]:
    """Run Python with these arguments; give seconds, processor seconds, peak megabytes and what was printed.

    Raises
    ------
    SystemExit
        The process failed; with the last line that it said.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            said = err.read().strip().splitlines()
            raise SystemExit(said[-1] if said else f"it ended with {process.returncode}")
        megabytes = used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
        return seconds, used.ru_utime + used.ru_stime, megabytes, out.read()


def figures(printed: str, names: list[str]) -> dict[str, Any]:
    """Pick figures from the last line of JSON, or from the one object that is all there is."""
    lines = [line for line in printed.splitlines() if line.startswith("{") and line.endswith("}")]
    told = json.loads(lines[-1] if lines else printed) if names else {}
    return {name: told[name] for name in names if name in told}


def main() -> None:
    """Read the options, run, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", required=True)
    parser.add_argument("--figures", nargs="*", default=[])
    parser.add_argument("--note", default="")
    parser.add_argument("arguments", nargs="+", metavar="-- ARGUMENTS", help="a script of this folder or -m MODULE")
    args = parser.parse_args()
    first, *rest = args.arguments
    script = HERE / first
    seconds, processor, megabytes, printed = whole([str(script) if script.is_file() else first, *rest])
    line = {
        "way": args.way,
        "seconds": seconds,
        "megabytes": megabytes,
        "note": args.note,
        "processor_seconds": processor,
    }
    print(json.dumps(line | figures(printed, args.figures)))


if __name__ == "__main__":
    main()
