"""How our time grows with the number of customers: ``python benchmarks/growth.py``.

Fits, placements and indices of 2 to 12 segments as in ``panel.py``, from 10,000 to 10 million customers, each in a
process of its own. The exponent is the slope of a straight line through the logarithms, by least squares: 1 is "twice
the customers, twice the time". Writes a picture and prints one line of JSON.
"""

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import FOLDER
from results import Result, parse

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
SMALL = SIZES[:4]
LEFT, RIGHT, TOP, BOTTOM = 70, 610, 30, 330
"""Edges of the picture's field, in pixels."""


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> tuple[float, float]:
    """Fit ``seconds = factor * sizes ** exponent``; give the exponent and the factor.

    Least squares on the logarithms: the slope is the covariance over the variance.
    """
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    return slope, math.exp(mean_y - slope * mean_x)


def picture(sizes: Sequence[int], seconds: Sequence[float]) -> str:
    """Draw the times over the sizes as SVG, both axes logarithmic, with the fitted line."""
    slope, factor = exponent(sizes, seconds)
    lowest, highest = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - first) / (last - first) * (RIGHT - LEFT)

    def y(value: float) -> float:
        return BOTTOM - (math.log10(value) - lowest) / max(1, highest - lowest) * (BOTTOM - TOP)

    title = f"2 to 12 segments, ten starts, three indices: seconds by customers; exponent {slope:.2f}"
    parts = [f'<text x="{LEFT}" y="18">{title}</text>']
    for power in range(lowest, highest + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    parts += [f'<text x="{x(size):.1f}" y="{BOTTOM + 20}" text-anchor="middle">{size:,}</text>' for size in sizes]
    ends = [(x(size), y(factor * size**slope)) for size in (sizes[0], sizes[-1])]
    line = "L".join(f"{across:.1f} {down:.1f}" for across, down in ends)
    parts.append(f'<path d="M{line}" stroke="#888" stroke-dasharray="5 4"/>')
    parts += [
        f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="4" fill="#0b6e99"/>'
        for size, value in zip(sizes, seconds, strict=True)
    ]
    style = 'font-family="sans-serif" font-size="12" fill="#333" style="background:#fff"'
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 370" {style}>\n{body}\n</svg>\n'


def best(n: int, measures: int, folder: Path, rounds: int) -> Result:
    """Give the quickest of several runs at one size."""
    script = Path(__file__).with_name("panel.py")
    options = [f"--customers={n}", f"--measures={measures}", f"--folder={folder}"]
    runs = [
        subprocess.run([sys.executable, str(script), *options], check=True, stdout=subprocess.PIPE, text=True).stdout
        for _ in range(rounds)
    ]
    return min((result for run in runs for result in parse(run)), key=lambda result: result.seconds)


def main() -> None:
    """Read the options, run each size, draw, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measures", type=int, default=8)
    parser.add_argument("--small", action="store_true", help="up to 300,000 customers")
    parser.add_argument("--rounds", type=int, default=2, help="at each size; the best counts")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--picture", type=Path, help="by default growth.svg in the folder")
    args = parser.parse_args()
    sizes = SMALL if args.small else SIZES
    found = []
    for n in sizes:
        found.append(best(n, args.measures, args.folder, args.rounds))
        print(f"{n:,} customers: {found[-1].seconds:.3f} s", file=sys.stderr, flush=True)
    seconds = [result.seconds for result in found]
    args.folder.mkdir(parents=True, exist_ok=True)
    (args.picture or args.folder / "growth.svg").write_text(picture(sizes, seconds), encoding="utf-8")
    slope, _ = exponent(sizes, seconds)
    quality = {"exponent": slope} | {f"seconds at {n:,}": value for n, value in zip(sizes, seconds, strict=True)}
    line = Result("segmentry", sum(seconds), max(result.megabytes for result in found), quality)
    print(json.dumps({name: getattr(line, name) for name in Result.__dataclass_fields__}))


if __name__ == "__main__":
    main()
