"""What one test leaves behind does not reach the next."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(scope="module")
def left_in_english() -> None:
    """A page was read in English before."""
    translation.activate("en")


def test_no_test_speaks_the_language_of_the_one_before(left_in_english: None) -> None:
    assert translation.get_language() == settings.LANGUAGE_CODE
