"""For those who watch the service: whether it answers, and its figures."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from segmentry.web.entrance.policy import needs
from segmentry.web.serving.metrics import KIND, Metrics

__all__ = ["router"]

router = APIRouter()

NOW = {"cache-control": "no-store"}


@router.get("/health")
@needs("open", body=0)
async def health(request: Request) -> JSONResponse:
    """Say that it answers, and whether its model is the newest: anybody may ask, so no name stands here."""
    champion = getattr(request.app.state, "champion", None)
    serving = champion is not None and champion.current is not None
    failing = champion is not None and bool(champion.fault)
    model = "failing" if failing and serving else "none" if not serving else "ready"
    return JSONResponse({"status": "degraded" if failing and serving else "ok", "model": model}, headers=NOW)


@router.get("/metrics")
@needs("read", body=0)
def metrics(request: Request) -> Response:
    """Give the figures as Prometheus reads them."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), media_type=KIND, headers=NOW)
