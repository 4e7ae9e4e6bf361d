"""What was logged, and messages to queue, for tests of what background work survives."""

import io
import json
import logging

import pytest

from hospital_crm.logs import LOGGING
from tests.messaging.conftest import look, queue  # noqa: F401


@pytest.fixture
def lines(monkeypatch):
    """`lines()`: what was logged in production's format since, as objects."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    definition = dict(LOGGING["formatters"]["json"])
    handler.setFormatter(
        definition.pop("()")(processors=definition["processors"], foreign_pre_chain=definition["foreign_pre_chain"])
    )
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.INFO)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
