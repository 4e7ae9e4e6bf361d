"""Every address of the API: closed to tokens of another hospital, on record wherever it tells of a person."""

import re

import pytest

from accounts.models import AccessLog, Hospital
from accounts.scopes import SCOPES
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.systems import MASKED, System, token_of
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import ContactPointFactory, EncounterFactory
from tests.walks.addresses import Address, addresses

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
ADDRESSES = [
    one for one in addresses("hospital_crm.urls_api") if hasattr(getattr(one.view, "cls", None), "changes")
    and not one.name.endswith(("nowhere", "token"))
]  # fmt: skip
QUERY = {"encounters/": "?since=2020-01-01T00:00:00Z"}


@pytest.fixture
def known(north: Hospital, cast: Cast) -> dict[str, str]:
    """Identifiers of North's rows by the beginning of the address."""
    with hospital_scope(north):
        order = order_of(cast, cast.qian, attending=cast.chen)
        ContactPointFactory(patient=order.patient)
        EncounterFactory(patient=order.patient)
        unit = GroupCustomerFactory(owner=cast.tang)
        GroupMemberFactory(group=unit, patient=order.patient)
        return {"people": str(order.patient.public_id), "orders": str(order.public_id), "units": str(unit.public_id)}


def path_of(address: Address, known: dict[str, str]) -> str:
    """The address with identifiers of North."""
    own = known.get(address.route.split("/")[0], "")
    path = re.sub(r"<slug:[^>]+>", "x", address.route).replace("<uuid:public_id>", own)
    return path + QUERY.get(path, "")


def test_token_of_south_finds_nothing_of_north(north: Hospital, south: Hospital, known: dict[str, str]) -> None:
    manager = Cast(south).qian
    caller = System(south, token_of(manager, "centre_manager", list(SCOPES))[1])
    for address in ADDRESSES:
        for method in ("GET", "POST", "PATCH"):
            answer = caller.call(method, path_of(address, known), {})
            text = answer.content.decode()
            if "<" in address.route:
                assert answer.status_code in (404, 405), f"{method} {address}"
            assert not any(value in text for value in known.values()), f"{method} {address}"


def test_whatever_tells_of_a_person_is_on_record(north: Hospital, cast: Cast, known: dict[str, str]) -> None:
    caller, told = System(north, token_of(cast.qian, "centre_manager", MASKED)[1]), []
    for address in ADDRESSES:
        with hospital_scope(north):
            before = AccessLog.objects.count()
        answer = caller.get(path_of(address, known))
        if answer.status_code != 200 or address.name in ("units:list", "units:detail"):
            continue
        told.append(address.name)
        with hospital_scope(north):
            assert AccessLog.objects.count() == before + 1, address.name
    assert len(told) == 10
