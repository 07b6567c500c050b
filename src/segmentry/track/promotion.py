"""Which version is in use: an alias of the registry, moved after a look at who would change segment."""

import json
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from segmentry.continuity import Event, Matching, Tag, by_customers, tell
from segmentry.errors import NotFoundError, SegmentryError, UsageError
from segmentry.model import SegmentModel, labels_of
from segmentry.track.log import FOLDER, sha256_of, who
from segmentry.track.record import RUN
from segmentry.track.registry import SCHEME, Version, fetch, resolve
from segmentry.track.store import Store
from segmentry.workspace import Run, open_run

__all__ = ["Moves", "Preview", "Promotion", "check_alias", "check_why", "preview", "promote"]

ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
LONGEST_WHY = 500
Tags = tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """What another model would change.

    Parameters
    ----------
    run : str
        The run whose customers both models placed.
    customers : int
        How many.
    changed : int
        Of them, those who change segment: they are not in the one that continues theirs.
    lettered : int
        Of them, those whose segment gets another letter.
    events : tuple of Event
        What becomes of the segments.
    """

    run: str
    customers: int
    changed: int
    lettered: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a promotion would do.

    Parameters
    ----------
    version : Version
        That would get the alias.
    alias : str
        Which.
    before : Version or None
        That has it now; None where no version has.
    moves : Moves or None
        Who would change segment; None where there is no version before, or nobody can say.
    unknown : str
        Why nobody can say; "" otherwise.
    """

    version: Version
    alias: str
    before: Version | None
    moves: Moves | None
    unknown: str

    @property
    def nothing_to_do(self) -> bool:
        """Whether the version has the alias already."""
        return self.before is not None and self.before.version == self.version.version


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion that was made: by whom, when (ISO 8601 in UTC), and why."""

    who: str
    when: str
    why: str


def check_alias(alias: str) -> str:
    """Give the alias back if a version may have it.

    Raises
    ------
    UsageError
        It may not.

    Examples
    --------
    >>> check_alias("champion")
    'champion'
    """
    # MLflow keeps names that look like numbers of versions, and "latest", for itself.
    if not ALIAS.fullmatch(alias) or re.fullmatch(r"[vV]\d+", alias) or alias.lower() == "latest":
        raise UsageError(f"a version can't have the alias {alias!r}", way_out="--alias champion")
    return alias


def check_why(why: str) -> str:
    """Give the reason back, if it is one.

    Raises
    ------
    UsageError
        It is blank, has line breaks, or is too long.
    """
    why = why.strip()
    if not why or len(why) > LONGEST_WHY or not why.isprintable():
        raise UsageError(f"--why is one line of 1 to {LONGEST_WHY} characters", way_out='--why "one sentence"')
    return why


def preview(name: str, version: str, alias: str, store: Store, workspace: Path, on: Run | None = None) -> Preview:
    """Look at what a promotion would do; nothing is changed.

    Parameters
    ----------
    name, version : str
        Of the registered model.
    alias : str
        That the version would get.
    store : Store
        Which MLflow.
    workspace : pathlib.Path
        Where runs lie, if not where they were logged from.
    on : Run or None, default None
        The run whose customers are looked at; None takes the one that the version comes from, where it is at hand.

    Raises
    ------
    UsageError, NotFoundError, ServerError
        As for :func:`segmentry.track.resolve`.
    """
    check_alias(alias)
    new = resolve(f"{SCHEME}{name}/{version}", store)
    try:
        before = resolve(f"{SCHEME}{name}@{alias}", store)
    except NotFoundError:
        return Preview(new, alias, None, None, "")
    if before.version == new.version:
        return Preview(new, alias, before, None, "")
    run = on or _run_of(new, workspace)
    if run is None:
        told = new.tags.get(RUN, "")
        unknown = (
            f"the customers of the run {told} are not at hand (--on RUN)" if told else "it names no run (--on RUN)"
        )
        return Preview(new, alias, before, None, unknown)
    try:
        moves = _moves(before, new, run)
    except SegmentryError as error:
        return Preview(new, alias, before, None, error.what)
    return Preview(new, alias, before, moves, "")


def promote(found: Preview, why: str) -> Promotion:
    """Give the version the alias; who, when and why stand in its tags, and in a list that the model keeps.

    Parameters
    ----------
    found : Preview
        What was shown.
    why : str
        The reason, in one line.

    Raises
    ------
    UsageError
        The reason is none; or the alias has moved since it was looked at.
    """
    made = Promotion(who(), datetime.now(UTC).isoformat(timespec="seconds"), check_why(why))
    version, alias = found.version, found.alias
    before = "" if found.before is None else found.before.version
    told = {"alias": alias, "from": before, "by": made.who, "at": made.when, "why": made.why}
    if found.moves is not None:
        told |= {"customers": str(found.moves.customers), "change_segment": str(found.moves.changed)}
    with version.store.asked() as client:
        now = client.get_registered_model(version.name).aliases.get(alias)
        if str(now or "") != before:
            raise UsageError(
                f"{alias} has moved meanwhile: it is version {now} of {version.name}, and was {before or 'none'}",
                way_out="the same again, after a look at what it changes now",
            )
        # The reason before the deed: no version is ever in use without one.
        for key, value in told.items():
            client.set_model_version_tag(version.name, version.version, f"segmentry.promoted.{key}", value)
        entry = json.dumps({"version": version.version, **told}, ensure_ascii=False)
        stamp = re.sub(r"\W", "", made.when.partition("+")[0])
        client.set_registered_model_tag(version.name, f"segmentry.promotion.{stamp}.{alias}", entry)
        client.set_registered_model_alias(version.name, alias, version.version)
    return made


def _run_of(version: Version, workspace: Path) -> Run | None:
    """Find the run that a version comes from, by the content of its model: where it was logged from, or here."""
    for place in (version.tags.get(FOLDER, ""), version.tags.get(RUN, "")):
        try:
            run = open_run(place, workspace) if place else None
        except SegmentryError:
            continue
        if run is not None and sha256_of(run) == version.sha256:
            return run
    return None


def _moves(before: Version, new: Version, run: Run) -> Moves:
    """Let both models place the customers of a run."""
    with tempfile.TemporaryDirectory(prefix="segmentry-") as folder:
        old, now = (SegmentModel.load(fetch(version, Path(folder))) for version in (before, new))
    for model, version in ((old, before), (now, new)):
        if not model.takes(run.summary.measures):
            needed = ", ".join(each.name for each in model.inputs)
            raise UsageError(f"version {version.version} needs measures that the run {run.summary.run} lacks: {needed}")
    customers = run.customers()
    matching, letters = _matched(old, now, customers)
    lettered = sum(
        int(matching.both[i, j])
        for i, left in enumerate(letters[0])
        for j, right in enumerate(letters[1])
        if left.letter != right.letter
    )
    kept = sum(int(matching.both[i, j]) for j, i in matching.heirs.items())
    return Moves(run.summary.run, matching.customers, matching.customers - kept, lettered, tell(matching, *letters))


def _matched(old: SegmentModel, now: SegmentModel, customers: pd.DataFrame) -> tuple[Matching, tuple[Tags, Tags]]:
    """Match the segments of two models by where they place the same customers."""
    was, is_ = (labels_of(model.assign(customers)["segment"], model.summary) for model in (old, now))
    before, after = (tuple(Tag(one.letter, one.name) for one in model.summary.segments) for model in (old, now))
    return by_customers(was, is_, len(before), len(after), "model"), (before, after)
