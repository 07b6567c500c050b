"""How large an install is, and how long ``segmentry --help`` takes: ``python benchmarks/footprint.py VENV``.

The aims are 500 MB and 0.2 s. Size fails at its aim. Time fails only well beyond it, since a busy machine may be
several times slower than a quiet one; the measured figure is printed either way.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

MOST_MEGABYTES = 500
AIM_SECONDS = 0.2
FAIL_SECONDS = 0.5
RUNS = 11


def megabytes(folder: Path) -> float:
    """Sum the sizes of all files below a folder, in megabytes of 1,000,000 bytes."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir() or file.is_symlink()) / 1e6


def help_seconds(venv: Path) -> list[float]:
    """Time ``segmentry --help`` after one run that warms the disk cache."""
    command = [str(venv / "bin" / "segmentry"), "--help"]
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return times[1:]


def main() -> int:
    """Print both figures; give 1 where one is beyond its limit."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    venv = Path(sys.argv[1])
    size = megabytes(venv)
    times = help_seconds(venv)
    middle = statistics.median(times)
    print(f"install           {size:6.0f} MB   aim under {MOST_MEGABYTES} MB (pip included)")
    print(
        f"segmentry --help  {middle:6.3f} s    aim under {AIM_SECONDS} s; median of {RUNS} runs, "
        f"{min(times):.3f} to {max(times):.3f}"
    )
    failed = size >= MOST_MEGABYTES or middle >= FAIL_SECONDS
    if failed:
        print("too large or too slow: is something imported or required that the core can do without?", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
