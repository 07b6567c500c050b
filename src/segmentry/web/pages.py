"""How a page is made: a template, what it shows, and what every page has around it."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import URL

from segmentry.markup.words import file_size, unflagged
from segmentry.web.entrance.callers import caller_of
from segmentry.web.pieces.addressing import address
from segmentry.workspace import Run

if TYPE_CHECKING:
    from segmentry.web.site import Site

__all__ = ["Place", "fragment", "page", "style_sheet", "theme_of"]

SHEETS = (
    ("segmentry.markup", "style/tokens.css"),
    ("segmentry.markup", "style/ledger.css"),
    ("segmentry.web", "static/pages.css"),
    ("segmentry.web", "static/forms.css"),
    ("segmentry.web", "static/run.css"),
)
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in the rail.

    Parameters
    ----------
    page : str
        Which entry is lit, e.g. ``"overview"`` or ``"runs"``.
    run : Run or None, default None
        The run it is about.
    segment : str, default ""
        The segment's letter, where it is about one.
    """

    page: str
    run: Run | None = None
    segment: str = ""

    @property
    def at(self) -> str:
        """The address of the run's pages: by its folder, which may have another name than the run was made under."""
        return "" if self.run is None else address(self.run.folder.name)


@cache
def style_sheet() -> str:
    """Give the style sheet of all pages."""
    return "\n".join(files(package).joinpath(name).read_text(encoding="utf-8") for package, name in SHEETS)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("segmentry.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"unflagged": unflagged, "file_size": file_size}
    return made


def page(
    request: Request, template: str, place: Place, *, heading: str, command: str, status: int = 200, **shown: Any
) -> HTMLResponse:
    """Fill a template.

    Parameters
    ----------
    request : Request
        What was asked.
    template : str
        Its file in ``templates/``; it extends ``layout.html``.
    place : Place
        Where it stands in the rail.
    heading : str
        Its h1 and title: a finding with a number, never a page's name.
    command : str
        The equal command, shown under "Do this from the command line".
    status : int, default 200
        The answer's code.
    **shown
        What the template shows; text is escaped, :class:`segmentry.markup.Markup` is not.
    """
    site: Site = request.app.state.site
    caller = caller_of(request.scope)
    body = (
        _environment()
        .get_template(template)
        .render(
            place=place,
            heading=heading,
            command=command,
            runs=[folder.name for folder in site.folders()[:50]],
            alone=site.only is not None,
            theme=theme_of(request),
            manages=caller.may("manage"),
            scores=caller.may("score"),
            signed_in=caller.name if caller.signed_in else "",
            path=_way_back(request),
            **shown,
        )
    )
    return HTMLResponse(body, status)


def theme_of(request: Request) -> str:
    """Give the colours that were chosen: "light", "dark", or "" for those of the computer."""
    theme = request.cookies.get("theme", "")
    return theme if theme in THEMES else ""


def _way_back(request: Request) -> str:
    """Give the address to come back to when the colours were changed: of a form's answer, the page with the form."""
    seen = request.url if request.method == "GET" else URL(request.headers.get("referer", "/"))
    return f"{seen.path or '/'}?{seen.query}" if seen.query else seen.path or "/"


def fragment(template: str, **shown: Any) -> str:
    """Fill a template that is a part of a page."""
    return _environment().get_template(template).render(**shown)
