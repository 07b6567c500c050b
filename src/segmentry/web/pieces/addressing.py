"""Addresses and equal commands of a run's pages: written in one place, quoted once."""

import shlex
from pathlib import Path
from urllib.parse import quote, urlencode

from segmentry.web.site import Site
from segmentry.workspace import FILES, Run

__all__ = ["address", "attachment", "command", "isolated", "repeating"]


def address(name: str, *places: str, **asked: str | int | None) -> str:
    """Give the address of a run's page.

    Parameters
    ----------
    name : str
        The run's.
    *places : str
        What follows: a page, a segment's letter, a file.
    **asked : str, int or None
        What follows the question mark; None is left out.

    Examples
    --------
    >>> address("amber", "customers", id="a/b&c", page=None)
    '/runs/amber/customers?id=a%2Fb%26c'
    """
    given = {key: value for key, value in asked.items() if value is not None}
    path = "/".join(("/runs", *(quote(place, safe="") for place in (name, *places))))
    return f"{path}?{urlencode(given, errors='replace')}" if given else path


def command(site: Site, run: Run, verb: str, *words: str) -> str:
    """Write the command that does the same, so that a shell takes it as it stands.

    Parameters
    ----------
    site : Site
        What the pages show: where its workspace isn't the folder of work, the command says where it is.
    run : Run
        The run that it is about.
    verb : str
        The command's name.
    *words : str
        What follows the run.
    """
    if site.only is not None:
        return shlex.join(["segmentry", verb, str(run.folder), *words])
    return shlex.join(["segmentry", verb, run.folder.name, *words, *_where(site)])


def repeating(site: Site, run: Run) -> str:
    """Write the command that makes the run again, as a new one."""
    where = [] if site.only is not None else _where(site)
    return shlex.join(["segmentry", "run", f"--recipe={run.folder / FILES['recipe']}", *where])


def _where(site: Site) -> list[str]:
    return [] if site.workspace.absolute() == Path.cwd() else [f"--workspace={site.workspace.absolute()}"]


def isolated(text: str) -> str:
    """Keep the direction of writing of people's text to itself, where no element can: in a title.

    Examples
    --------
    >>> isolated("Regulars")
    'Regulars'
    """
    return text if text.isascii() else f"\u2068{text}\u2069"


def attachment(file: str) -> dict[str, str]:
    """Give the headers by which a browser saves an answer under that name.

    Examples
    --------
    >>> attachment("amber-A.csv")
    {'content-disposition': 'attachment; filename="amber-A.csv"'}
    """
    quoted = quote(file)
    named = f'filename="{file}"' if quoted == file else f"filename*=utf-8''{quoted}"
    return {"content-disposition": f"attachment; {named}"}
