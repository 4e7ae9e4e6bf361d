"""What the tests of people share."""

from collections.abc import Iterator

import pytest

from patients.domain import facets


@pytest.fixture(autouse=True)
def fresh_facets() -> Iterator[None]:
    """No test sees the regions another one made this process remember."""
    facets.forget()
    yield
    facets.forget()
