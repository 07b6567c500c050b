"""The export's README: the commands in their order, and what each costs or needs."""

from importlib.resources import files
from string import Template

from segmentry.export.azure_ml.naming import Names
from segmentry.markup.words import count
from segmentry.model import SegmentModel

__all__ = ["readme"]

TOGETHER = """
A customer's orders may lie in several files, so up to 1,000 files of one job are read as one log. Customers are
looked at on the day that SEGMENTRY_AS_OF in batch-deployment.yml says: a date, or `today` (UTC) as it stands.
"""


def readme(model: SegmentModel, names: Names, compute: str) -> str:
    """Write it for one export, from ``readme.md`` beside this file."""
    orders = model.built_from == "orders"
    summary = model.summary
    template = files("segmentry.export.azure_ml").joinpath("readme.md").read_text(encoding="utf-8")
    return Template(template).substitute(
        model=names.model,
        endpoint=names.endpoint,
        deployment=names.deployment,
        batch=names.batch,
        compute=compute,
        run=summary.run,
        customers=count(summary.customers, "customer"),
        segments=count(summary.k, "segment"),
        found=". ".join(filter(None, (summary.verdict, summary.headline))),
        log="an order log" if orders else "a customer table",
        together=TOGETHER if orders else "",
        more=" --set inputs.customers.path=CUSTOMERS" if model.recipe.customers else "",
    )
