"""Logs a run and places its customers by what was logged, with an ear on everything that is unpickled on the way.

Run in a process of its own: ``audited.py RUN URI OUT``. OUT gets the events and, for each customer, her segment.
"""

import json
import sys
from pathlib import Path
from typing import Any

events: list[str] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith("pickle."):
        events.append(f"{event} {arguments!r}")


if __name__ == "__main__":
    sys.addaudithook(_hear)
    import mlflow

    from segmentry.track import Store, log_run
    from segmentry.workspace import open_run

    run = open_run(sys.argv[1], Path())
    tracked = log_run(run, Store(sys.argv[2]))
    mlflow.set_tracking_uri(sys.argv[2])
    model = mlflow.pyfunc.load_model(f"models:/{tracked.model}")
    placed = model.predict(run.customers())
    example = model.predict(model.input_example)
    heard = list(events)
    # That the ear hears is shown by the one thing that it must never hear of us.
    import pickle

    pickle.loads(pickle.dumps(Path))  # noqa: S301 - our own
    found = {
        "heard": heard,
        "hears": len(events) > len(heard),
        "model": tracked.model,
        "run": tracked.run,
        "customers": placed["customer_id"].tolist(),
        "segments": placed["segment"].tolist(),
        "example": example["segment"].tolist(),
    }
    Path(sys.argv[3]).write_text(json.dumps(found), encoding="utf-8")
