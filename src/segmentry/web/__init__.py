"""Pages on this computer: the runs of a workspace, and everything to make, read, score and compare them."""

from segmentry.web.app import create_app
from segmentry.web.site import Site

__all__ = ["Site", "create_app"]
