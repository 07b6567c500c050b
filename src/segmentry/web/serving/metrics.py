"""Figures of the service for Prometheus: what was asked, how long it took, what waits; no label is what was typed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from starlette.datastructures import State

__all__ = ["KIND", "Metrics"]

KIND = "text/plain; version=0.0.4; charset=utf-8"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds."""
NOWHERE = "(none)"

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series of each figure, which nobody reads


class Metrics:
    """What is counted while the service lives.

    Parameters
    ----------
    state : State
        Of the app: its jobs and its champion are looked at when the figures are asked for.
    """

    def __init__(self, state: "State") -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "segmentry_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "segmentry_request_seconds",
            "Seconds from a request's headers to the end of its answer.",
            ("route",),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.placed = Counter(
            "segmentry_customers_placed", "Customers who were given a segment by the service.", registry=self._registry
        )
        self.refused = Counter(
            "segmentry_connections_refused",
            "Connections that were one too many or sent too slowly.",
            ("why",),
            registry=self._registry,
        )
        for why in ("full", "slow", "unread"):
            self.refused.labels(why)
        self._registry.register(_Standing(state))
        ProcessCollector(registry=self._registry)
        self._known: dict[tuple[str, str, int], Any] = {}
        self._timed: dict[str, Any] = {}

    def answered(self, method: str, template: str, status: int, seconds: float) -> None:
        """Count an answer: by its route as declared, never by the address that was typed."""
        which = method, template, status
        counted = self._known.get(which)
        if counted is None:
            shown = method if method in METHODS else "other"
            counted = self._known[shown, template, status] = self._requests.labels(
                shown, template or NOWHERE, str(status)
            )
        counted.inc()
        timed = self._timed.get(template)
        if timed is None:
            timed = self._timed[template] = self._seconds.labels(template or NOWHERE)
        timed.observe(seconds)

    def text(self) -> bytes:
        """Give all figures as Prometheus reads them."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """Figures that stand somewhere already, read when they are asked for."""

    def __init__(self, state: "State") -> None:
        self._state = state

    def describe(self) -> list[Any]:
        """Name nothing before it is asked for: there may be no jobs yet."""
        return []

    def collect(self) -> Iterator[Any]:
        """Read them."""
        jobs = GaugeMetricFamily("segmentry_jobs", "Runs and scores that wait or are at work.", labels=("state",))
        states = [job.state for job in self._state.jobs.all()] if self._state.site.only is None else []
        for state in ("waiting", "running"):
            jobs.add_metric((state,), states.count(state))
        yield jobs
        champion = getattr(self._state, "champion", None)
        if champion is None:
            return
        for name, said in (
            ("swaps", "Models that came into service, the first one included."),
            ("failures", "Looks for a newer model that failed, so that the older one stayed."),
        ):
            yield CounterMetricFamily(f"segmentry_model_{name}", said, value=float(getattr(champion, name)))
        failing = "1 while the newest model can't be found or read, and the older one serves."
        yield GaugeMetricFamily("segmentry_model_failing", failing, value=float(bool(champion.fault)))
