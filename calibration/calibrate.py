"""How often the verdict is wrong, on tables of which the truth is known: ``make calibrate``.

Every table goes the way of a real one: it is prepared, split in 2 to 12, rebuilt, held against structureless data and
judged by the product's own rules. Writes ``results.csv`` (a line a table) and ``table.md`` beside this file.
"""

import argparse
import csv
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, astuple, dataclass, fields
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
from segmentry.evaluate import CLEAR_MARGIN, VERDICTS, verdict_on

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


def cases(sets: int, families: Sequence[str]) -> Iterator[Case]:
    """Spread the tables of each family over all sizes and numbers of measures."""
    grid = [(n, d) for n in SIZES for d in MEASURES]
    for number in range(sets):
        for family in families:
            n, d = grid[number % len(grid)]
            yield Case(family, n, d, number)


def run(case: Case) -> Result:
    """Judge one table by the product's own rules; margins are computed where the verdict may need them."""
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
    decision = decide(type(allowed)(candidates, allowed.share, allowed.least), options.min_share, asked=None)
    if decision.place < 0:
        return Result(*astuple(case), 1, "", np.nan, np.nan, np.nan, 0)
    chosen = candidates[decision.place]
    verdict = verdict_on(chosen.keep_above_chance, chosen.worst_keep, chosen.margin)
    return Result(
        *astuple(case),
        chosen.k,
        verdict,
        max((margin for margin in margins if margin is not None), default=np.nan),
        chosen.keep_above_chance,
        chosen.worst_keep,
        max((candidates[place].k for place in firm), default=0),
    )


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
        writer = csv.DictWriter(file, [field.name for field in fields(Result)], lineterminator="\n")
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


HEAD = """# How often the verdict is wrong

Made by `make calibrate`: {sets} tables a family over {sizes} customers and {measures} measures (seed {seed}). Clear
groups asks for a margin of {margin:g} over structureless data. Families marked * had no say in that choice.

| family | what it is | Clear groups | 95% bound | Repeatable | Convenience | Not dep. | one | largest margin | k |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def report(results: Sequence[Result], sets: int) -> str:
    """Write the table of error rates."""
    sizes, measures = ", ".join(f"{n:,}" for n in SIZES), ", ".join(map(str, MEASURES))
    text = HEAD.format(sets=sets, sizes=sizes, measures=measures, seed=SEED, margin=CLEAR_MARGIN)
    for name, family in {**STRUCTURELESS, **GROUPED}.items():
        own = [result for result in results if result.family == name]
        if own:
            text += f"| {name}{'*' * family.held_out} | {family.words} | {row(own, grouped=name in GROUPED)} |\n"
    return text


def row(own: Sequence[Result], *, grouped: bool) -> str:
    """Write one family's figures."""
    counts = {verdict: sum(result.verdict == verdict for result in own) for verdict in (*VERDICTS, "")}
    clear, of = counts["Clear groups"], len(own)
    edge = f"at least {100 * (1 - bound(of - clear, of)):.1f}%" if grouped else f"at most {100 * bound(clear, of):.1f}%"
    margins = [result.margin for result in own if np.isfinite(result.margin)]
    ks = [result.k for result in own]
    figures = [f"{clear} of {of}", edge, *(str(counts[verdict]) for verdict in (*VERDICTS[1:], ""))]
    return " | ".join([*figures, f"{max(margins):.3f}" if margins else "", str(max(set(ks), key=ks.count))])


if __name__ == "__main__":
    main()
