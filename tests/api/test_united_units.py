"""A unit that was united with another is told of as people are: the address says which one to go on with."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Hospital
from groups.domain.merging import take_apart, unite_units
from groups.models import UnitMerger
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.systems import System
from tests.cast import Cast, actor_of
from tests.groups.factories import GroupCustomerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["", "members/"])
def test_a_united_unit_names_the_one_to_go_on_with(
    north: Hospital, cast: Cast, system: Callable[..., System], address: str
) -> None:
    manager = actor_of(cast.qian)
    with hospital_scope(north):
        last, kept, other = GroupCustomerFactory(), GroupCustomerFactory(), GroupCustomerFactory()
        unite_units(kept, other, {}, actor=manager, now=timezone.now())
        unite_units(last, kept, {}, actor=manager, now=timezone.now())
    caller = system("centre_manager", "groups.read")
    for gone in (kept, other):
        answer = caller.get(f"units/{gone.public_id}/{address}")
        assert (answer.status_code, answer.json()["code"], answer.json()["unit"]) == (
            *(410, "merged", str(last.public_id)),
        )
    assert system("liaison", "groups.read").get(f"units/{other.public_id}/{address}").status_code == 404
    with hospital_scope(north):
        for merger in UnitMerger.objects.order_by("-pk"):
            take_apart(merger, actor=manager, now=timezone.now())
    assert caller.get(f"units/{other.public_id}/{address}").status_code == 200
