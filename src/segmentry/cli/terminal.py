"""All that the command line prints: results to standard output, talk to standard error, at most 80 columns."""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click
import pandas as pd
from rich.cells import set_cell_size

from segmentry.cli.explaining import explanation_lines
from segmentry.cli.lines import (
    change_lines,
    cut,
    headline_lines,
    loaded_lines,
    lookalike_lines,
    measures_lines,
    near,
    news_lines,
    printable,
    segment_lines,
    start_lines,
    table_lines,
    technical_lines,
    wrapped,
)
from segmentry.data import Loaded
from segmentry.describe import Described, Segment
from segmentry.evaluate import of_100
from segmentry.features import Measures
from segmentry.markup.news import news
from segmentry.markup.words import file_size
from segmentry.model import Explanation, SegmentModel
from segmentry.plain import to_plain
from segmentry.summary import RunSummary
from segmentry.watch import Event
from segmentry.workspace import Run

if TYPE_CHECKING:
    from rich.progress import Progress

    from segmentry.check import Checked
    from segmentry.compare import Comparison
    from segmentry.score import ScoredFile

__all__ = ["Talk", "print_json", "typed"]

EXTRA = "pip install 'segmentry[look]'"
NONE: Mapping[str, Any] = MappingProxyType({})
STAGES = {"read": "Reading", "measure": "Measuring", "choose": "Testing", "map": "Drawing", "describe": "Naming"}


def print_json(thing: Mapping[str, Any]) -> None:
    """Print one JSON object to standard output."""
    click.echo(json.dumps(thing, ensure_ascii=False, indent=1))


class Talk:
    """What one command says.

    Parameters
    ----------
    as_json : bool
        Print the result as JSON, and say nothing.
    quiet : bool
        Say nothing but the result.
    """

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.as_json = as_json
        self.silent = quiet or as_json
        self._bar: Progress | None = None

    def say(self, *lines: str) -> None:
        """Say something beside the result."""
        if not self.silent:
            for line in lines:
                click.echo(printable(line), err=True)

    def give(self, lines: Sequence[str], plain: Mapping[str, Any]) -> None:
        """Print the result."""
        if self.as_json:
            print_json(plain)
        else:
            click.echo(printable("\n".join(lines)))

    def begin(self, sources: Sequence[str], *more: str) -> None:
        """Say what is being read, and what else there is to know before."""
        from importlib.metadata import version

        names = ", ".join(Path(source).name for source in sources)
        sizes = [Path(source).stat().st_size for source in sources if Path(source).is_file()]
        size = f" · {file_size(sum(sizes))}" if sizes else ""
        self.say(f"segmentry {version('segmentry')} · {cut(names, 50)}{size}", *more, "")

    def hear(self, event: Event) -> None:
        """Show a run's news: a bar while a stage lasts, what was found once it is done."""
        if event.result is None:
            self.progress(STAGES[event.stage], event.share)
            return
        self.stop_bar()
        self.say(*news_lines(news(event.result, event.seconds)))
        if isinstance(event.result, Described):
            self.say("")

    def finish(
        self, summary: RunSummary, files: Mapping[str, str], *, technical: bool = False, more: Mapping[str, Any] = NONE
    ) -> None:
        """Print a run; where asked for, also which criteria would have chosen otherwise. JSON may have more."""
        from importlib.util import find_spec

        self.give(
            [
                *headline_lines(summary),
                *table_lines(summary),
                *change_lines(summary),
                *start_lines(summary),
                *lookalike_lines(summary),
                *(technical_lines(summary) if technical else ()),
            ],
            {**summary.to_json(dict(files)), **more},
        )
        folder = near(files["folder"])
        called = _called(folder)
        look, why = "segmentry open" if called != folder else f"segmentry open {folder}", "explore in your browser"
        if find_spec("fastapi") is None:
            look, why = EXTRA, "to explore in your browser"
        self.say(
            "",
            f" Saved  {folder}/  report.html · segments.csv · model.segmentry · run.json",
            f" Next   {look:<34}  {why}",
            f"        {f'segmentry show {called} {summary.segments[0].letter}':<34}  one segment, here",
        )

    def segment(self, run: Run, segment: Segment) -> None:
        """Print one segment."""
        plain = to_plain(segment)
        assert isinstance(plain, dict)
        self.give(segment_lines(run.summary, segment), plain)
        called = _called(near(str(run.folder)))
        self.say("", f" Next   segmentry list {called} {segment.letter} --out {segment.letter.lower()}.csv")

    def checked(self, found: "Checked", files: Sequence[str]) -> None:
        """Print how files were read, what was found, and what the measures look like where that was asked for."""
        from segmentry.cli.checking import checked_lines, checked_plain

        self.give(checked_lines(found), checked_plain(found))
        if found.graded("must fix"):
            self.say("", f" Next   mend what must be fixed, then: segmentry check {shlex.join(files)}")
        else:
            self.say("", f" Next   segmentry run {shlex.join(files)}")

    def measured(self, loaded: Loaded, measured: Measures, files: Mapping[str, str]) -> None:
        """Print what the customer table holds."""
        lines = [*loaded_lines(loaded), *measures_lines(measured, None), "", f" Saved  {near(files['measures'])}"]
        plain = {
            "as_of": to_plain(measured.as_of),
            "window_days": measured.window_days,
            "customers": len(measured.table),
            "without_purchase": measured.without_purchase,
            "measures": to_plain(measured.columns),
            "rows": to_plain(loaded.rows),
            "warnings": to_plain((*loaded.caveats, *measured.caveats)),
            "files": dict(files),
        }
        self.give(lines, plain)
        self.say(" Next   segmentry run with the same files")

    def scored(
        self,
        scored: "ScoredFile",
        model: SegmentModel,
        called: str,
        files: Mapping[str, str],
        about: Mapping[str, Any] = NONE,
    ) -> None:
        """Print how many customers went where; JSON also says what is known about the model."""
        report = model.summary.lookalike
        rows = [(s.letter, s.name, n) for s, n in zip(model.summary.segments, scored.customers, strict=True)]
        lines = [*loaded_lines(scored.loaded), "", f" {scored.count:,} customers scored"]
        lines += [f"  {letter}  {set_cell_size(cut(name, 48), 50)}{count:>10,}" for letter, name, count in rows]
        if scored.in_no_segment:
            lines.append(f"     {'in no segment':<50}{scored.in_no_segment:>10,}")
        if scored.without_purchase:
            lines.append(f" {scored.without_purchase:,} customers have no purchase, and get no segment")
        if scored.unlike is None:  # guessed from attributes
            right = 0 if report is None or report.hit_rate is None else of_100(report.hit_rate)
            lines.append(
                f" guessed from attributes: {right} of 100 such guesses were right; "
                f"{scored.borderline:,} are borderline"
            )
        else:
            lines.append(
                f" {scored.borderline:,} are borderline; {scored.unlike:,} are unlike anyone the model learned from"
            )
        lines += ["", f" Saved  {near(files['scores'])}"]
        plain = {
            "customers": scored.count,
            "without_purchase": scored.without_purchase,
            "segments": [{"letter": letter, "name": name, "customers": count} for letter, name, count in rows],
            "in_no_segment": scored.in_no_segment,
            "borderline": scored.borderline,
            "unlike": scored.unlike,
            "lookalike": to_plain(report) if scored.unlike is None else None,
            "rows": to_plain(scored.loaded.rows),
            "warnings": to_plain(scored.loaded.caveats),
            "files": dict(files),
            **about,
        }
        self.give(lines, plain)
        self.say(f" Next   segmentry show {called}")

    def assigned(self, why: Explanation, model: SegmentModel, called: str) -> None:
        """Print where one customer belongs, why, and what would move her."""
        plain = {name: getattr(why, name) for name in ("segment", "name", "second", "margin", "fit", "unlike")}
        sentence = model.summary.find(why.segment).sentence if why.segment else ""
        plain |= {"sentence": sentence, "why": to_plain(why)}
        self.give(explanation_lines(why, sentence), plain)
        self.say("", f" Next   segmentry show {called} {why.segment or why.second}")

    def runs(self, found: Sequence[Run], damaged: Sequence[tuple[str, str]]) -> None:
        """Print the runs."""
        lines = [f" {'run':<20}{'made':<18}{'customers':>10}{'segments':>10}{'keep':>8}"] if found else []
        for run in found:
            keep = "" if run.summary.keep is None else f"{of_100(run.summary.keep.overall.rate)}%"
            made = run.summary.created[:16].replace("T", " ")
            name = set_cell_size(cut(run.folder.name, 19), 20)
            lines.append(f" {name}{made:<18}{run.summary.customers:>10,}{run.summary.k:>10}{keep:>8}")
        lines += [f" {name}  can't be read: {what}" for name, what in damaged]
        plain = {
            "runs": [
                {
                    "run": run.folder.name,
                    "created": run.summary.created,
                    "customers": run.summary.customers,
                    "k": run.summary.k,
                    "keep_rate": None if run.summary.keep is None else to_plain(run.summary.keep.overall.rate),
                    "folder": str(run.folder),
                }
                for run in found
            ],
            "damaged": [{"run": name, "what": what} for name, what in damaged],
        }
        self.give(lines or [" no runs here yet"], plain)
        self.say(f" Next   segmentry show {_called(near(str(found[0].folder)))}" if found else " Next   segmentry demo")

    def renamed(self, run: Run, segment: Segment) -> None:
        """Print a segment's new name."""
        known = f" (also known as {segment.also_known_as})" if segment.also_known_as else ""
        plain = {"letter": segment.letter, "name": segment.name, "also_known_as": segment.also_known_as}
        self.give([f" {segment.letter} is now {segment.name}{known}"], plain | {"files": run.files})
        self.say(f" Next   segmentry show {_called(near(str(run.folder)))}")

    def exported(self, called: str, run: str, files: Mapping[str, str], said: Sequence[str] = ()) -> None:
        """Say where an export is, and what its format has to say of it."""
        self.give([f" {near(files[called])}"], {"files": dict(files)} | ({"said": [*said]} if said else {}))
        self.say(*(line for each in said for line in wrapped(each)), f" Next   segmentry show {run}")

    def listed(self, table: pd.DataFrame, called: str, files: Mapping[str, str]) -> None:
        """Print a mailing list, or where it is."""
        plain: dict[str, Any] = {
            "customers": len(table),
            "columns": [str(name) for name in table],
            "files": dict(files),
        }
        if files:
            self.give([f" {len(table):,} customers in {near(files['list'])}"], plain)
            self.say(f" Next   segmentry show {called}")
        elif self.as_json:
            rows = table.astype(object).where(table.notna(), None).to_dict("records")
            print_json(plain | {"rows": [{str(key): to_plain(value) for key, value in row.items()} for row in rows]})
        else:
            sys.stdout.write(table.to_csv(index=False))

    def compared(self, found: "Comparison", called: str) -> None:
        """Print two runs side by side."""
        from segmentry.cli.comparison import compared_lines

        plain = to_plain(found)
        assert isinstance(plain, dict)
        self.give(compared_lines(found), plain)
        self.say("", f" Next   segmentry show {called}")

    def progress(self, what: str, share: float) -> None:
        """Show a bar: what is being done, in a word, and the share done."""
        if self.silent or not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            columns = (TextColumn(" {task.description:<9}"), BarColumn(40), TextColumn("{task.percentage:>3.0f}%"))
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task("", total=1.0)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], description=what.split(maxsplit=1)[0].capitalize(), completed=share)

    def stop_bar(self) -> None:
        """Take the bar away, also when a stage broke off: it hides the terminal's cursor."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def typed(run: str, workspace: Path) -> str:
    """Give what names a run from here without --workspace: its name where that is enough, else its folder."""
    folder = workspace / "runs" / run
    return run if Path(run).exists() or not folder.is_dir() else _called(near(str(folder.absolute())))


def _called(folder: str) -> str:
    """Give what people type for a run: its name where it lies in this folder's runs, else its folder."""
    return folder.removeprefix("runs/") if folder.count("/") == 1 and folder.startswith("runs/") else folder
