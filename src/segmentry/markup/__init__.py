"""The pieces that report, web pages and notebooks share: safe HTML, badges, the ledger, how figures are written."""

from segmentry.markup.build import Child, Column, Markup, element, escape, join, table

__all__ = ["Child", "Column", "Markup", "element", "escape", "join", "table"]
