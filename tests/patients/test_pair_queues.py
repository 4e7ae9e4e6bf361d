"""Records that may be one person have one entrance, whoever found them, and each of the queues is reached from it."""

from typing import Any

import pytest

from tests.cast import Cast, client_of

pytestmark = pytest.mark.django_db

BOTH = ["/north/patients/duplicates/", "/north/imports/conflicts/"]


def entries(page: Any) -> list[tuple[str, bool]]:
    """Where the navigation leads to such records, and whether it says that one is there."""
    return [(one.url, one.is_current) for one in page.context["shell"].nav if one.url in BOTH]


@pytest.mark.parametrize("path", BOTH)
def test_whoever_decides_in_both_queues_has_one_entrance_and_both_beside_each_other(cast: Cast, path: str) -> None:
    page = client_of(cast.he).get(path)
    assert entries(page) == [(BOTH[0], True)]
    assert [(one["url"], one["is_on"]) for one in page.context["queues"]] == [(one, one == path) for one in BOTH]
    assert ["疑似重复" in page.content.decode(), "待裁定身份" in page.content.decode()] == [True, True]


def test_whoever_decides_in_one_queue_is_led_to_that_one(cast: Cast) -> None:
    page = client_of(cast.qian).get(BOTH[0])
    assert (entries(page), page.context["queues"]) == ([(BOTH[0], True)], [])
    assert client_of(cast.qian).get(BOTH[1]).status_code == 403
