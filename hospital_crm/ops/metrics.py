"""`/metrics` for Prometheus: how long requests take, by route; and the levels that apps register.

Under several processes PROMETHEUS_MULTIPROC_DIR names a folder they share; it is emptied before the server starts.
"""

import hmac
import ipaddress
import logging
import os
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from hospital_crm.ops import gauges

log = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUESTS = Histogram(
    "crm_request_seconds",
    "Duration of requests by route",
    ["route", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 15),
)


class _Levels(Collector):
    """Reads the registered gauges at the moment they are asked for. One that cannot be read is left out and logged."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for level in gauges.levels():
            try:
                values = level.read()
            except Exception as error:  # a level that cannot be read must not hide the others
                log.warning("level %s not read: %s", level.name, type(error).__name__)
                continue
            family = GaugeMetricFamily(level.name, level.documentation, labels=["kind"])
            for kind, value in values.items():
                family.add_metric([kind], value)
            yield family


def measure(route: str, method: str, status: int, seconds: float) -> None:
    """One request. Unknown methods share one label, so that nobody can fill the memory with inventions."""
    _REQUESTS.labels(route, method if method in _METHODS else "OTHER", str(status)).observe(seconds)


def answer(request: HttpRequest) -> HttpResponse:
    """The measurements, for who shows the token; without a token set, for this machine only. Else 403."""
    if not may_read(request):
        return HttpResponseForbidden("metrics are for the monitoring only", content_type="text/plain")
    return HttpResponse(_text(), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether the asker is the monitoring: the bearer token, or loopback and not through a proxy."""
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback and "X-Forwarded-For" not in request.headers


def _text() -> bytes:
    registry = CollectorRegistry()
    registry.register(_Levels())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)
