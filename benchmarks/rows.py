"""What is measured: each row with its ways, its size, and what it must show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["LARGE", "OURS", "ROWS", "Row"]

OURS = "segmentry"
"""Our way in every row; names of our further ways begin so too."""

LARGE = 10
"""``--small`` divides sizes by so much."""


SIZED = ("--customers={customers}", "--folder={folder}")


@dataclass(frozen=True, slots=True)
class Row:
    """Some work, done by several ways in turn.

    Parameters
    ----------
    work : str
        In words.
    commands : tuple of tuple of str
        Scripts of this folder and their options: each prints lines of JSON for one way or several, as ``README.md``
        says. ``{folder}`` and names of sizes in braces are filled in.
    sizes : mapping of str to int
        What ``--small`` divides.
    ratios : mapping of str to float or (float, float)
        By peer, how often its time must at least hold ours; a second number says how many times it has to do its work
        for what ours does once.
    limits : mapping of str to float
        Of our seconds, megabytes, or a figure of quality: at most.
    excess : (str, float) or None
        The prefix of figures of which less is better, and the share by which ours may lie above the best peer's.
    lean : bool
        Whether ours may take no more memory than any peer.
    figures : tuple of str
        Prefixes of the figures that the page shows; all where empty.
    rounds : int or None
        How often at most; None leaves it to ``--rounds``.
    unlike : tuple of str
        What is not like for like.
    small : tuple of str
        Options beside the sizes for ``--small``.
    makes : mapping of str to tuple of str
        Files that the ways read, with the script that makes each where it isn't there, and its options.
    """

    work: str
    commands: tuple[tuple[str, ...], ...]
    sizes: Mapping[str, int] = field(default_factory=dict)
    ratios: Mapping[str, float | tuple[float, float]] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    excess: tuple[str, float] | None = None
    lean: bool = False
    figures: tuple[str, ...] = ()
    rounds: int | None = None
    unlike: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    makes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def filled(self, parts: tuple[str, ...], folder: str, *, small: bool) -> list[str]:
        """Fill sizes and the folder in."""
        sizes = {name: value // LARGE if small else value for name, value in self.sizes.items()}
        return [part.format(folder=folder, **sizes) for part in (*parts, *(self.small if small else ()))]


def _choosing(measures: int) -> tuple[tuple[str, ...], ...]:
    ways = (("panel.py",), ("recipe.py", "--way=scikit-learn"), ("recipe.py", "--way=sklearnex"), ("choice.py",))
    return tuple((*way, f"--measures={measures}", *SIZED) for way in ways)


CHOOSING = (
    "The peers compute in float64, as users write the recipe; ours has float32 points and float64 sums.",
    "Ours searches its starts on a sample of the customers and polishes the best on all; the peers run each on all.",
    "The silhouettes are of samples of 10,000 customers, drawn by different generators.",
    "The whole choice also prepares, rebuilds and argues: what it takes beyond the first way is what trust costs.",
)
LINES = "{folder}/orders-{lines}.parquet"
SCORED = {"{folder}/scoring-{customers}/model.segmentry": ("scoring_ways.py", "--what=make", *SIZED)}
PEER = ("--figures", "picked", "customers", "--")

ROWS: Mapping[str, Row] = {
    "choose": Row(
        "choose 2 to 12 segments, ten starts, three indices, 1M x 8",
        _choosing(8),
        {"customers": 1_000_000},
        {"scikit-learn": 100, "sklearnex": 80},
        excess=("inertia", 1e-4),
        unlike=CHOOSING,
    ),
    "choose-wide": Row(
        "the same, 200k x 30",
        _choosing(30),
        {"customers": 200_000},
        {"scikit-learn": 20},
        excess=("inertia", 1e-4),
        unlike=CHOOSING,
    ),
    "seeds": Row(
        "inertia beside the better recipe's, five seeds, 1M x 8",
        (("inertia.py", "--measures=8", *SIZED),),
        {"customers": 1_000_000},
        limits={"largest excess": 1e-4},
        rounds=1,
        unlike=("Each seed draws other starts in each library; the peers' figures may come from an earlier run.",),
    ),
    "seeds-wide": Row(
        "the same, 200k x 30",
        (("inertia.py", "--measures=30", *SIZED),),
        {"customers": 200_000},
        limits={"largest excess": 1e-4},
        rounds=1,
        unlike=("As above.",),
    ),
    "fit": Row(
        "one fit from the same start, 8 segments, 1M x 8",
        tuple(("one_fit.py", f"--way={way}", *SIZED) for way in (OURS, "scikit-learn float32", "sklearnex", "faiss")),
        {"customers": 1_000_000},
        {"scikit-learn float32": 6},
        excess=("inertia", 1e-4),
        unlike=(
            "faiss knows no rule to stop by: it makes 25 passes whatever happens.",
            "A fit ends with labels in every way.",
        ),
    ),
    "silhouette": Row(
        "exact silhouette of one labeling, 100k x 8",
        tuple(("exact_silhouette.py", f"--way={way}", *SIZED) for way in (OURS, "scikit-learn")),
        {"customers": 100_000},
        {"scikit-learn": 60},
        unlike=("scikit-learn computes distances in float64, ours in float32 with float64 sums.",),
    ),
    "silhouettes": Row(
        "exact silhouettes of eleven labelings, 100k x 8",
        (
            ("exact_silhouette.py", "--way=segmentry", "--eleven", *SIZED),
            ("exact_silhouette.py", "--way=scikit-learn", *SIZED),
        ),
        {"customers": 100_000},
        {"scikit-learn": (200, 11)},
        unlike=(
            "As above.",
            "scikit-learn goes over all pairs anew for each labeling: it is measured on one, and counts eleven times.",
        ),
    ),
    "silhouette-large": Row(
        "exact silhouette, 1M x 8, one labeling, ours alone",
        (("exact_silhouette.py", "--way=segmentry", *SIZED),),
        {"customers": 1_000_000},
        limits={"seconds": 90},
        rounds=1,
    ),
    "ward": Row(
        "Ward's tree of 1M x 8, cut into 2 to 12 segments, ours alone",
        (("ward.py", "--way=segmentry", "--customers={customers}"),),
        {"customers": 1_000_000},
        limits={"seconds": 3, "megabytes": 400},
        figures=("processor_seconds", "megabytes_before"),
    ),
    "ward-full": Row(
        "the same beside full trees, 20k x 8",
        tuple(("ward.py", f"--way={way}", "--customers={customers}") for way in (OURS, "fastcluster", "scikit-learn")),
        {"customers": 20_000},
        excess=("within", 0.0),
        figures=("processor_seconds", "megabytes_before"),
        unlike=("Ours places each customer by the nearest mean of a cut; the others hand out the cut itself.",),
    ),
    "ward-beyond": Row(
        "the same, 40k x 8, where ours joins small groups",
        tuple(("ward.py", f"--way={way}", "--customers={customers}") for way in (OURS, "fastcluster")),
        {"customers": 40_000},
        excess=("within", 0.0),
        figures=("processor_seconds", "megabytes_before"),
        unlike=("As above; scikit-learn would take 12 GB.",),
    ),
    "mixed": Row(
        "k-prototypes, 50k x (5 numbers + 5 categories), five kinds of customers",
        tuple(("mixed_ways.py", f"--way={way}", "--customers={customers}") for way in (OURS, "kmodes")),
        {"customers": 50_000},
        {"kmodes": 50},
        excess=("cost", 0.0),
        unlike=("Ours takes the best of ten starts, kmodes one.",),
    ),
    "score": Row(
        "score 10M x 8 with 8 segments, an array",
        tuple(("scoring_ways.py", f"--way={way}", *SIZED) for way in (OURS, "scikit-learn")),
        {"customers": 10_000_000},
        {"scikit-learn": 2},
        makes=SCORED,
        unlike=("Both get float32; ours also gives each squared distance, in float64.",),
    ),
    "score-file": Row(
        "score a Parquet file of 10M x 8 into another",
        tuple(("scoring_ways.py", "--what=file", f"--way={way}", *SIZED) for way in (OURS, "pandas + scikit-learn")),
        {"customers": 10_000_000},
        lean=True,
        makes=SCORED,
        unlike=("Ours also checks ids, evens out and clips, and writes second choice, margin, fit and unlike.",),
    ),
    "lines": Row(
        "10M order lines to segments, the whole process, Parquet",
        (
            ("whole.py", "--way=segmentry", "--", "-m", "segmentry", "run", LINES, "--out", "{folder}/lines-run", "-q"),
            ("whole.py", "--way=pandas + scikit-learn", *PEER, "lines_pandas.py", LINES, "{folder}/lines.parquet"),
            ("whole.py", "--way=polars + sklearnex", *PEER, "lines_polars.py", LINES, "{folder}/lines.parquet"),
        ),
        {"lines": 10_000_000, "customers": 1_000_000},
        {"pandas + scikit-learn": 10, "polars + sklearnex": 5},
        lean=True,
        makes={LINES: ("order_lines.py", LINES, "--lines={lines}", "--customers={customers}")},
        unlike=(
            "Ours also reads what columns mean, checks rows, rebuilds each split, names segments, writes a report.",
            "The peers know the columns and stop at a table of segments.",
        ),
    ),
    "growth": Row(
        "choose, 10k to 10M x 8, ours alone",
        (("growth.py", "--folder={folder}"),),
        limits={"exponent": 1.05},
        rounds=1,
        small=("--small",),
        unlike=("The seconds of the table are those of all sizes together, the best run of each.",),
    ),
}
"""By the name that ``--rows`` takes, in the order in which they run."""
