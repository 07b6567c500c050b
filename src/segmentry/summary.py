"""Everything known about one run, as data: what command line, report, pages, exports and tracking show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Literal, Self

from segmentry.choose import Candidate, Choice, Compared, Criterion
from segmentry.cluster import Tree
from segmentry.continuity import Identity
from segmentry.data import Guess, Loaded, RowCounts
from segmentry.describe import Described, Distribution, Segment, StartWith
from segmentry.errors import Caveat, NotFoundError, UsageError, VerdictError
from segmentry.evaluate import (
    VERDICTS,
    Gaps,
    KeepRate,
    LookalikeReport,
    SilhouetteProfile,
    Verdict,
    of_100,
    reaches,
    verdict_sentence,
)
from segmentry.explore import Correlations
from segmentry.features import Measure, Measures
from segmentry.maps import Map
from segmentry.plain import Plain, to_plain
from segmentry.prepare import Preparer
from segmentry.recipe import Recipe

__all__ = ["Border", "Dendrogram", "RejectReason", "RunSummary", "Stage", "as_verdict", "summarise"]

LIBRARIES = ("segmentry", "numpy", "scipy", "pandas", "scikit-learn", "duckdb")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the run and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RejectReason:
    """How many rows were refused for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Dendrogram:
    """The upper part of a hierarchical method's tree; see :class:`segmentry.cluster.Tree`.

    Parameters
    ----------
    merges : tuple of (int, int)
        The two nodes that each merge joins, lowest first; merge i makes node ``leaves + i``.
    heights : tuple of float
        The distance at which they are joined.
    sizes : tuple of int
        Customers in each leaf, from left to right.
    segments : tuple of int
        The segment of each leaf, from 0.
    """

    merges: tuple[tuple[int, int], ...]
    heights: tuple[float, ...]
    sizes: tuple[int, ...]
    segments: tuple[int, ...]

    @classmethod
    def of(cls, tree: Tree | None) -> "Dendrogram | None":
        """Write a fitted tree as plain data; None where the method has none."""
        if tree is None:
            return None
        merges = tuple((int(left), int(right)) for left, right in tree.merges)
        figures = (tree.heights.tolist(), tree.sizes.tolist(), tree.labels.tolist())
        return cls(merges, *(tuple(values) for values in figures))


@dataclass(frozen=True, slots=True)
class Border:
    """How firmly one segment's customers belong to it, as the model places them.

    Parameters
    ----------
    typical, fair, borderline : int
        Its customers by fit: margin from .5, from .2, below.
    nearest : str
        The letter of the segment that is the second choice of most of them; "" where there is none.
    towards : int
        Of how many.
    """

    typical: int
    fair: int
    borderline: int
    nearest: str
    towards: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run.

    Parameters
    ----------
    run : str
        Its name.
    created : str
        When, ISO 8601 in UTC.
    version : str
        Of segmentry.
    sources : tuple of str
        What was read, as people gave it.
    fingerprint : str
        SHA-256 of what was read.
    table : {"orders", "customers", "orders and customers"}
        What it was taken for.
    guesses : tuple of Guess
        Which column was taken for what.
    rows : RowCounts
        Read = loaded + rejected.
    rejects : tuple of RejectReason
        The rejected rows by reason, most frequent first.
    first, last : datetime.date or None
        The span of the orders.
    as_of : datetime.date or None
        The day on which customers were looked at.
    window_days : int or None
        The days of orders that counted.
    customers : int
        How many have a segment.
    without_purchase : int
        How many have orders but no purchase, and get none.
    measures : tuple of Measure
        Every measure, those left out included, with the reason.
    preparation : tuple of str
        What happened to each forming measure, in words.
    k : int
        The number of segments.
    candidates : tuple of Candidate
        Every number that was tried.
    reason, runner_up : str
        Why this number; which came next and why not.
    keep : KeepRate or None
        None for a single segment.
    silhouette_on : int
        Customers on whom the silhouette was computed.
    segments : tuple of Segment
        The one that spends most per customer first (without spend: the largest); letters need not be in order.
    start_with : StartWith or None
        The segment to begin with.
    caveats : tuple of Caveat
        What was found in the data and how it was dealt with.
    stages : tuple of Stage
        How long each stage took.
    currency : str
        The unit of money, "" where none was given.
    seed : int
        Of everything random.
    versions : tuple of (str, str)
        Libraries that the figures may depend on.
    recipe : str
        The recipe as TOML.
    order_unit : {"order", "day", "row"}, default "order"
        What one order is.
    method : str, default "kmeans"
        How groups were found.
    verdict : {"Clear groups", "Repeatable split", "Convenience split", "Not dependable"} or "", default ""
        On the split; "" for a single segment.
    gaps : Gaps or None, default None
        How the split's silhouette compares with structureless data.
    criteria : tuple of Criterion, default ()
        What each criterion by itself would choose.
    argument : str, default ""
        Where they disagree, in words.
    compared : tuple of Compared, default ()
        The methods that were compared, if they were.
    alarms : tuple of Caveat, default ()
        What makes the split suspicious.
    fidelity : float or None, default None
        Share of the customers whom placing puts where the method had them; None where placing is the method.
    unplaced : int, default 0
        Customers who belong to no segment.
    tree : Dendrogram or None, default None
        Of a hierarchical method.
    maps : tuple of Map, default ()
        Flattened pictures of the customers, without ids.
    identity : Identity or None, default None
        How the segments continue those of the run before; None without one.
    lookalike : LookalikeReport or None, default None
        How well attributes guess segments; None where that wasn't asked for.
    distributions : tuple of Distribution, default ()
        Of each number that forms or describes segments, the forming ones first.
    silhouettes : tuple of SilhouetteProfile, default ()
        Per segment, of the customers on whom the silhouette was computed.
    correlations : Correlations or None, default None
        Of the measures, before any segment.
    borders : tuple of Border, default ()
        Per segment.
    """

    run: str
    created: str
    version: str
    sources: tuple[str, ...]
    fingerprint: str
    table: str
    guesses: tuple[Guess, ...]
    rows: RowCounts
    rejects: tuple[RejectReason, ...]
    first: date | None
    last: date | None
    as_of: date | None
    window_days: int | None
    customers: int
    without_purchase: int
    measures: tuple[Measure, ...]
    preparation: tuple[str, ...]
    k: int
    candidates: tuple[Candidate, ...]
    reason: str
    runner_up: str
    keep: KeepRate | None
    silhouette_on: int
    segments: tuple[Segment, ...]
    start_with: StartWith | None
    caveats: tuple[Caveat, ...]
    stages: tuple[Stage, ...]
    currency: str
    seed: int
    versions: tuple[tuple[str, str], ...]
    recipe: str
    order_unit: Literal["order", "day", "row"] = "order"
    method: str = "kmeans"
    verdict: Verdict | Literal[""] = ""
    gaps: Gaps | None = None
    criteria: tuple[Criterion, ...] = ()
    argument: str = ""
    compared: tuple[Compared, ...] = ()
    alarms: tuple[Caveat, ...] = ()
    fidelity: float | None = None
    unplaced: int = 0
    tree: Dendrogram | None = None
    maps: tuple[Map, ...] = ()
    identity: Identity | None = None
    lookalike: LookalikeReport | None = None
    distributions: tuple[Distribution, ...] = ()
    silhouettes: tuple[SilhouetteProfile, ...] = ()
    correlations: Correlations | None = None
    borders: tuple[Border, ...] = ()

    @property
    def chosen(self) -> Candidate | None:
        """The candidate that became the segments; None for a single segment."""
        return next((candidate for candidate in self.candidates if candidate.k == self.k), None)

    @property
    def headline(self) -> str:
        """The keep rate in words people can repeat.

        A rate below 100 is never shown as 100.
        """
        if self.keep is None:
            return "All customers form one segment"
        kept = of_100(self.keep.overall.rate)
        return f"{kept} of 100 customers keep their segment"

    @property
    def verdict_sentence(self) -> str:
        """What the verdict says; "" where there is none."""
        if self.verdict not in VERDICTS:
            return ""
        return verdict_sentence(self.verdict, None if self.gaps is None else self.gaps.margin)

    def require(self, required: Verdict) -> None:
        """Raise if the verdict is below the required one.

        Raises
        ------
        VerdictError
            It is; or there is one segment only, and so no verdict.
        """
        if not reaches(self.verdict, required):
            found = self.verdict or "one segment, so there is no verdict"
            raise VerdictError(f"the verdict is below {required}", [f"found: {found}", self.reason])

    def find(self, segment: str) -> Segment:
        """Give the segment of that letter or name; capital or small letters don't matter.

        Raises
        ------
        NotFoundError
            There is none.
        """
        wanted = segment.strip().casefold()
        for found in self.segments:
            if wanted in (found.letter.casefold(), found.name.casefold()):
                return found
        known = [f"{found.letter} · {found.name}" for found in self.segments]
        raise NotFoundError(f"the run {self.run} has no segment {segment!r}", known, "one of these letters or names")

    def renamed(self, segment: str, name: str) -> Self:
        """Give the summary with one segment under another name; the generated name stays as "also known as".

        Raises
        ------
        UsageError
            The name is blank, has line breaks or is too long, or another segment has it.
        """
        found = self.find(segment)
        name = name.strip()
        if not name or len(name) > 80 or not name.isprintable():
            raise UsageError("a segment's name is one line of 1 to 80 characters", [repr(name)])
        taken = [
            other
            for other in self.segments
            if other is not found and name.casefold() in (other.name.casefold(), other.letter.casefold())
        ]
        if taken:
            raise UsageError(f"segment {taken[0].letter} is already called {taken[0].name!r}", way_out="another name")
        known_as = (
            "" if name == found.also_known_as else (found.also_known_as or (found.name if name != found.name else ""))
        )
        changed = replace(found, name=name, also_known_as=known_as)
        start = self.start_with
        if start is not None and start.letter == found.letter:
            start = replace(start, name=name)
        segments = tuple(changed if other is found else other for other in self.segments)
        identity = None if self.identity is None else self.identity.renamed(found.letter, name)
        return replace(self, segments=segments, start_with=start, identity=identity)

    def to_json(self, files: dict[str, str]) -> dict[str, Plain]:
        """Give what ``run --json`` prints and run.json holds.

        Parameters
        ----------
        files : dict of str
            Absolute paths by what they hold.
        """
        chosen = self.chosen
        quality = None
        if chosen is not None:
            quality = {
                name: to_plain(getattr(chosen, name))
                for name in ("inertia", "silhouette", "davies_bouldin", "calinski_harabasz")
            }
        return {
            "run": self.run,
            "created": self.created,
            "version": self.version,
            "sources": to_plain(self.sources),
            "fingerprint": self.fingerprint,
            "table": self.table,
            "columns": to_plain(self.guesses),
            "as_of": to_plain(self.as_of),
            "window_days": self.window_days,
            "customers": self.customers,
            "without_purchase": self.without_purchase,
            "k": self.k,
            "method": self.method,
            "verdict": self.verdict or None,
            "verdict_sentence": self.verdict_sentence or None,
            "margin": None if self.gaps is None else to_plain(self.gaps.margin),
            "keep_rate": None if self.keep is None else to_plain(self.keep.overall.rate),
            "keeps": to_plain(self.keep),
            "reason": self.reason,
            "runner_up": self.runner_up,
            "segments": to_plain(self.segments),
            "start_with": to_plain(self.start_with),
            "identity": to_plain(self.identity),
            "lookalike": to_plain(self.lookalike),
            "candidates": to_plain(self.candidates),
            "gaps": to_plain(self.gaps),
            "criteria": to_plain(self.criteria),
            "argument": self.argument,
            "compared": to_plain(self.compared),
            "alarms": to_plain(self.alarms),
            "fidelity": self.fidelity,
            "unplaced": self.unplaced,
            "tree": to_plain(self.tree),
            "quality": quality,
            "maps": to_plain(self.maps),
            "distributions": to_plain(self.distributions),
            "silhouettes": to_plain(self.silhouettes),
            "correlations": to_plain(self.correlations),
            "borders": to_plain(self.borders),
            "measures": to_plain(self.measures),
            "preparation": to_plain(self.preparation),
            "rows": to_plain(self.rows),
            "rejects": to_plain(self.rejects),
            "warnings": to_plain(self.caveats),
            "stages": to_plain(self.stages),
            "seed": self.seed,
            "files": to_plain(files),
        }


def as_verdict(text: str) -> Verdict:
    """Read a verdict from its name or its first word; capital or small letters don't matter.

    Raises
    ------
    UsageError
        There is no such verdict.

    Examples
    --------
    >>> as_verdict("clear"), as_verdict("Repeatable split")
    ('Clear groups', 'Repeatable split')
    """
    for verdict in VERDICTS:
        if text.strip().casefold() in (verdict.casefold(), verdict.split()[0].casefold()):
            return verdict
    raise UsageError(f"there is no verdict {text!r}", [f"from best to worst: {', '.join(VERDICTS)}"], "--require clear")


def summarise(
    name: str,
    recipe: Recipe,
    loaded: Loaded,
    measures: Measures,
    preparer: Preparer,
    choice: Choice,
    maps: tuple[Map, ...],
    described: Described,
    stages: Sequence[Stage],
    identity: Identity | None = None,
    correlations: Correlations | None = None,
) -> RunSummary:
    """Gather what the stages gave into one summary; borders are added by the model, which places everybody."""
    reasons = loaded.rejects["reason"].value_counts()
    tables = [kind for kind, found in (("orders", loaded.orders), ("customers", loaded.customers)) if found is not None]
    return RunSummary(
        run=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("segmentry"),
        sources=loaded.sources,
        fingerprint=loaded.fingerprint,
        table=" and ".join(tables),
        guesses=loaded.guesses,
        rows=loaded.rows,
        rejects=tuple(RejectReason(str(reason), int(count)) for reason, count in reasons.items()),
        first=loaded.orders.first if loaded.orders else None,
        last=loaded.orders.last if loaded.orders else None,
        as_of=measures.as_of,
        window_days=measures.window_days,
        customers=len(measures.table),
        without_purchase=measures.without_purchase,
        measures=measures.columns,
        preparation=preparer.words(),
        k=choice.k,
        candidates=choice.candidates,
        reason=choice.reason,
        runner_up=choice.runner_up,
        keep=choice.keep,
        silhouette_on=choice.silhouette_on,
        segments=described.segments,
        start_with=described.start_with,
        caveats=(*loaded.caveats, *measures.caveats, *choice.caveats, *described.caveats),
        stages=tuple(stages),
        currency=recipe.describe.currency,
        seed=recipe.choose.seed,
        versions=tuple((library, version(library)) for library in LIBRARIES),
        recipe=recipe.to_toml(),
        order_unit=recipe.features.order_unit,
        method=choice.clusters.method,
        verdict=choice.verdict,
        gaps=choice.gaps,
        criteria=choice.criteria,
        argument=choice.argument,
        compared=choice.compared,
        alarms=choice.alarms,
        fidelity=choice.clusters.fidelity,
        unplaced=int((choice.labels < 0).sum()),
        tree=Dendrogram.of(choice.clusters.tree),
        maps=maps,
        identity=identity,
        distributions=described.distributions,
        silhouettes=choice.silhouettes,
        correlations=correlations,
    )
