"""How often the verdict is wrong, on tables of which the truth is known: ``make calibrate``.

Every table goes the way of a real one: it is prepared, split in 2 to 12, rebuilt, held against structureless data and
judged by the product's own rules. Writes ``results.csv`` (a line a table) and ``table.md`` beside this file.
"""

import argparse
import csv
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from families import GROUPED, STRUCTURELESS
from scipy.stats import beta

from segmentry import prepare
from segmentry.choose import ChooseOptions
from segmentry.choose.customers import arrange
from segmentry.choose.rule import allow, decide
from segmentry.choose.sweep import Sweep, candidates_of, judged
from segmentry.cluster import KMeans
from segmentry.evaluate import CLEAR_MARGIN, verdict_on

HERE = Path(__file__).parent
SIZES, MEASURES = (200, 1_000, 4_000), (2, 4, 8)
SEED = 20_261


@dataclass(frozen=True, slots=True)
class Case:
    """One table: of which family, how large, and its seed."""

    family: str
    n: int
    d: int
    seed: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one table.

    Parameters
    ----------
    k : int
        Segments that the rule chose.
    verdict : str
        On them.
    margin : float
        The largest margin of a dependable split; nan where none is dependable.
    keep, worst : float
        Of the chosen split: above chance, and of its weakest segment.
    finest : int
        The finest dependable split; 0 where there is none.
    seconds : float
        How long it took.
    """

    family: str
    n: int
    d: int
    seed: int
    k: int
    verdict: str
    margin: float
    keep: float
    worst: float
    finest: int
    seconds: float


def cases(sets: int, families: Sequence[str]) -> Iterator[Case]:
    """Spread the tables of each family over all sizes and numbers of measures."""
    grid = [(n, d) for n in SIZES for d in MEASURES]
    for number in range(sets):
        for family in families:
            n, d = grid[number % len(grid)]
            yield Case(family, n, d, number)


def run(case: Case) -> Result:
    """Judge one table by the product's own rules; margins are computed where the verdict may need them."""
    began = time.perf_counter()
    family = {**STRUCTURELESS, **GROUPED}[case.family]
    names = [*STRUCTURELESS, *GROUPED]
    rng = np.random.default_rng([SEED, names.index(case.family), case.n, case.d, case.seed])
    values = family.make(case.n, case.d, rng)
    table = pd.DataFrame(values, columns=[f"measure {number}" for number in range(1, case.d + 1)])
    preparer = prepare.fit(table, [(name, "number") for name in table.columns])
    options = ChooseOptions(seed=case.seed)
    sweep = Sweep(table, preparer, arrange(table, preparer, None), KMeans(), options, lambda _: None)
    found = sweep.evidence(sweep.settings()[0])
    allowed = allow(candidates_of(found), case.n, options.min_share)
    firm = [place for place in allowed.which if allowed.candidates[place].dependable]
    nulls = sweep.nulls(found, firm) if firm else None
    candidates = judged(allowed.candidates, firm, nulls, {})
    margins = [candidates[place].margin for place in firm]
    decision = decide(
        type(allowed)(candidates, allowed.share, allowed.least), options.min_share, asked=None
    )
    if decision.place < 0:
        return Result(*astuple4(case), 1, "", np.nan, np.nan, np.nan, 0, time.perf_counter() - began)
    chosen = candidates[decision.place]
    verdict = verdict_on(chosen.keep_above_chance, chosen.worst_keep, chosen.margin)
    return Result(
        *astuple4(case),
        chosen.k,
        verdict,
        max((margin for margin in margins if margin is not None), default=np.nan),
        chosen.keep_above_chance,
        chosen.worst_keep,
        max((candidates[place].k for place in firm), default=0),
        time.perf_counter() - began,
    )


def astuple4(case: Case) -> tuple[str, int, int, int]:
    """Give the case's fields."""
    return case.family, case.n, case.d, case.seed


def bound(hits: int, of: int) -> float:
    """Give the upper end of the 95% range of a share (Clopper & Pearson, Biometrika 1934; one-sided)."""
    return 1.0 if hits == of else float(beta.ppf(0.95, hits + 1, of - hits))


def main() -> None:
    """Run all tables, and write results and table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=100, help="tables a family [100]")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes [all cores]")
    parser.add_argument("--family", nargs="*", default=[*STRUCTURELESS, *GROUPED], help="which [all]")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of results.csv and table.md")
    options = parser.parse_args()
    work = list(cases(options.sets, options.family))
    results: list[Result] = []
    with ProcessPoolExecutor(options.jobs) as pool, (options.out / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Result)])
        writer.writeheader()
        for count, result in enumerate(pool.map(run, work, chunksize=1), start=1):
            results.append(result)
            row = {k: f"{v:.4g}" if isinstance(v, float) else v for k, v in asdict(result).items()}
            writer.writerow(row)
            file.flush()
            if count % 20 == 0:
                print(f"{count} of {len(work)} tables", flush=True)
    text = report(results, options.sets)
    (options.out / "table.md").write_text(text, encoding="utf-8")
    print(text)


def report(results: Sequence[Result], sets: int) -> str:
    """Write the table of error rates."""
    known = {**STRUCTURELESS, **GROUPED}
    lines = [
        "# How often the verdict is wrong",
        "",
        f"Made by `make calibrate`: {sets} tables a family over {', '.join(f'{n:,}' for n in SIZES)} customers and "
        f"{', '.join(map(str, MEASURES))} measures, seeds 0 to {sets - 1} ({SEED}). Clear groups asks for a margin of "
        f"{CLEAR_MARGIN:g} over structureless data. Families marked * had no say when the threshold was chosen.",
        "",
        "| family | what it is | Clear groups | 95% bound | Repeatable | Convenience | Not dependable | one segment "
        "| largest margin | k most often |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, family in known.items():
        own = [result for result in results if result.family == name]
        if not own:
            continue
        counts = {v: sum(r.verdict == v for r in own) for v in ("Clear groups", "Repeatable split", "Convenience split", "Not dependable", "")}
        margins = np.array([result.margin for result in own])
        largest = f"{np.nanmax(margins):.3f}" if np.isfinite(margins).any() else "–"
        ks = [result.k for result in own]
        clear = counts["Clear groups"]
        edge = f"{100 * bound(clear, len(own)):.1f}%" if name in STRUCTURELESS else f"≥ {100 * (1 - bound(len(own) - clear, len(own))):.1f}%"
        lines.append(
            f"| {name}{'*' * family.held_out} | {family.words} | {clear} of {len(own)} | {edge} | "
            f"{counts['Repeatable split']} | {counts['Convenience split']} | {counts['Not dependable']} | {counts['']} | "
            f"{largest} | {max(set(ks), key=ks.count)} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
