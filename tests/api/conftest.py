"""Systems that call the API of North."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Hospital
from tests.api.systems import MASKED, System, token_of
from tests.cast import Cast

Systems = Callable[..., System]


@pytest.fixture
def system(north: Hospital, cast: Cast) -> Systems:
    """`system("agent", "patients.read")`: a program that acts for the cast's agent; without scopes, all but whole."""

    def made(role: str = "centre_manager", *scopes: str, **values: Any) -> System:
        token, secret = token_of(cast.holding(role), role, scopes or MASKED, **values)
        return System(north, secret, token)

    return made
