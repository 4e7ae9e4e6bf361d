"""Every walk asks for the rows of its own hospital."""

import pytest

from tests.walks import addresses


@pytest.fixture(autouse=True)
def own_rows() -> None:
    """North is the same hospital in every test, its rows are not."""
    addresses._keys.cache_clear()
    addresses._public_ids.cache_clear()
