"""Answers requests at an online endpoint: JSON of customers or orders in, their segments out.

Azure's inference server calls ``init`` once in each worker and ``run`` for every request. What breaks the
request's form is answered with status 422 and says what, the evidence and the way out; no customer's values are logged.
"""

import os
from pathlib import Path
from typing import Any

from segmentry.errors import SegmentryError
from segmentry.exchange import Exchange, read_json
from segmentry.model import SegmentModel

__all__ = ["init", "run"]

REFUSED = 422
_service: list[Exchange] = []


def init() -> None:
    """Read the model from where Azure put it, once."""
    file = next(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("*.segmentry"))
    exchange = Exchange.of(SegmentModel.load(file))
    exchange.warm()
    _service[:] = [exchange]


def run(raw_data: str) -> Any:
    """Answer one request.

    Parameters
    ----------
    raw_data : str
        JSON: ``{"customers": [{MEASURE: VALUE, …}, …]}``, or ``{"orders": […], "as_of": "2026-06-30"}`` where the model
        was built from orders.
    """
    try:
        return _service[0].answer(read_json(raw_data.encode("utf-8")))
    except SegmentryError as error:
        # Azure's container has it; nothing else needs it.
        from azureml_inference_server_http.api.aml_response import AMLResponse  # noqa: PLC0415

        told = {"what": error.what, "evidence": list(error.evidence), "way_out": error.way_out}
        return AMLResponse({"error": told}, REFUSED, json_str=True)
