import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from segmentry.cli.main import segmentry
from segmentry.export import FORMATS
from segmentry.report.kpis import KPIS

LINK = re.compile(r"\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _options() -> Iterator[tuple[str, str]]:
    """Give every option with its command; those of a group's commands belong to the group's section."""
    for command in segmentry.commands.values():
        for each in (command, *_inside(command)):
            for parameter in each.params:
                if isinstance(parameter, click.Option):
                    yield from ((str(command.name), option) for option in parameter.opts if option.startswith("--"))


def _inside(command: click.Command) -> Iterator[click.Command]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        found = (command.get_command(context, name) for name in command.list_commands(context))
        yield from (each for each in found if each is not None)


def _documents(texts: Mapping[Path, str]) -> dict[Path, str]:
    return {path: text for path, text in texts.items() if path.suffix == ".md"}


@pytest.mark.parametrize("command", sorted(segmentry.commands))
def test_every_command_is_documented(texts: Mapping[Path, str], command: str) -> None:
    """A command has its section in docs/commands.md, and every one of its options stands there."""
    text = texts[Path("docs/commands.md")]
    section = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/commands.md has no section on {command}"
    groups = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    referred = "".join(body for title, body in groups.items() if title in " ".join(section[1].split()))
    said = set(re.findall(r"--[a-z][a-z-]*", section[1] + referred))
    assert {option for name, option in _options() if name == command} - said == set()


def test_no_option_is_documented_that_does_not_exist(texts: Mapping[Path, str]) -> None:
    """What docs/commands.md names can be typed."""
    known = {option for _, option in _options()} | {"--help", "--version"}
    assert set(re.findall(r"--[a-z][a-z-]*", texts[Path("docs/commands.md")])) - known == set()


def test_every_format_of_an_export_is_documented(texts: Mapping[Path, str]) -> None:
    """The table of formats in docs/commands.md is that of the program, and so is the list of figures that can lead."""
    section = texts[Path("docs/commands.md")].partition("## export\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == list(FORMATS)
    assert re.findall(r"`([a-z_]+)`", section.partition("that can lead:")[2]) == list(KPIS)


def test_commands_in_documents_exist(texts: Mapping[Path, str]) -> None:
    """Every line that begins with segmentry or make, in any document, names a command or target that is there."""
    targets = set(re.findall(r"^([a-z-]+):", texts[Path("Makefile")], re.MULTILINE))
    known = {option for _, option in _options()} | {"--help", "--version", "-h"}
    wrong = []
    for path, text in _documents(texts).items():
        for block in FENCE.findall(text):
            for line in block.replace("\\\n", " ").splitlines():
                words = line.strip().removeprefix("$ ").split()
                if words[:1] == ["make"] and words[1] not in targets:
                    wrong.append(f"{path}: {line}")
                if words[:1] == ["segmentry"] and len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
                    options = {word.partition("=")[0] for word in words if word.startswith("--")}
                    if words[1] not in segmentry.commands or options - known:
                        wrong.append(f"{path}: {line}")
    assert wrong == []


def test_links_between_documents_lead_somewhere(texts: Mapping[Path, str], root: Path) -> None:
    """A link to a file of the repository has that file."""
    broken = [
        f"{path}: {target}"
        for path, text in _documents(texts).items()
        for target in LINK.findall(FENCE.sub("", text))
        if "://" not in target and not (root / path.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_has_its_page_in_the_index(texts: Mapping[Path, str]) -> None:
    """Each page of docs/why is listed once, under its own title."""
    pages = {path.name: text for path, text in texts.items() if path.parent == Path("docs/why")}
    index = pages.pop("README.md")
    listed = dict(re.findall(r"^- \[(.+?)\]\((.+?)\)$", index, re.MULTILINE))
    assert sorted(listed.values()) == sorted(pages)
    for title, name in listed.items():
        assert pages[name].startswith(f"# {title}\n"), name


def test_every_decision_says_what_why_and_what_it_costs(texts: Mapping[Path, str]) -> None:
    """A page is short and has its parts: the decision, the reason."""
    for path, text in texts.items():
        if path.parent == Path("docs/why") and path.name != "README.md":
            assert "**Decision.**" in text, path
            assert re.search(r"\*\*Why", text), path
            assert text.count("\n") <= 40, path


def test_the_import_order_is_told_as_it_is_checked(texts: Mapping[Path, str], project: dict[str, Any]) -> None:
    """The page on imports lists the very layers of the contract."""
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    told = FENCE.findall(texts[Path("docs/why/one-way-corridor.md")])[0]
    assert [layer.strip() for layer in told.split(">")] == [layer for layer in layers if layer != "__main__"]


def test_the_changelog_speaks_of_this_version(texts: Mapping[Path, str], project: dict[str, Any]) -> None:
    """The version of pyproject.toml has its part in CHANGELOG.md."""
    assert f"## {project['project']['version']}" in texts[Path("CHANGELOG.md")]


def test_contributing_names_files_that_exist(texts: Mapping[Path, str], root: Path) -> None:
    """A recipe's paths are where the recipe says."""
    text = texts[Path("CONTRIBUTING.md")]
    named = set(re.findall(r"`((?:src|tests|docs|benchmarks|\.ci)/[\w./-]*|[\w-]+\.(?:lock|toml|md))`", text))
    assert len(named) > 10
    assert [path for path in sorted(named) if not (root / path).exists()] == []


def test_data_files_are_readable(texts: Mapping[Path, str]) -> None:
    """Vocabularies and playbooks are data that people edit: each is valid TOML and says at its top what it is."""
    tables = {path: text for path, text in texts.items() if path.suffix == ".toml" and path.parts[0] == "src"}
    assert tables
    for path, text in tables.items():
        assert text.startswith("#"), path
        assert tomllib.loads(text), path
