"""A person's page is one view, with all that it loads by itself: the timeline, the cards of every app."""

import re
from collections.abc import Callable

import pytest

from accounts.models import AccessLog, Hospital
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient
from tests.followups.scene import order_of

pytestmark = pytest.mark.tenancy


@pytest.mark.parametrize("role", SHIPPED_ROLES)
def test_a_page_with_all_its_parts_is_one_row(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient], role: str
) -> None:
    with hospital_scope(north):
        person = order_of(cast, cast.chen, attending=cast.chen).patient
    client = client_as(role)
    page = client.get(f"patients/{person.public_id}/")
    parts = re.findall(rf'hx-get="(/north/[^"]*{person.public_id}/[^"]*)"', page.content.decode())
    assert len(parts) >= 2 or page.status_code != 200
    for part in parts:
        answer = client.get(part.replace("&amp;", "&"), headers={"HX-Request": "true"})
        assert answer.status_code == 200, part
    rows = AccessLog._base_manager.filter(hospital=north, patient_id=person.pk).values_list("page", flat=True)
    assert list(rows) == (["person"] if page.status_code == 200 else [])
