"""JSON that services exchange: what may be asked of a model, strictly, and its answer; needs no web framework."""

from segmentry.exchange.answers import Exchange, answer
from segmentry.exchange.contract import MOST_ROWS, Contract
from segmentry.exchange.schema import answer_schema, input_schema
from segmentry.exchange.strict import read_json, write_json

__all__ = [
    "MOST_ROWS",
    "Contract",
    "Exchange",
    "answer",
    "answer_schema",
    "input_schema",
    "read_json",
    "write_json",
]
