"""What a member has on a day: the edges of every period, limits, and the card on the person's page."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import AccessLog, Hospital
from groups.domain.benefits import benefits_for, take_back_use, use_benefit
from groups.domain.errors import UnitError
from groups.models import Benefit, BenefitUse
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.cast import Cast, MountedClient
from tests.groups.factories import BenefitFactory, ContractFactory, GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 8, 31)
MIDDLE = dt.date(2026, 6, 1)
ONE = dt.timedelta(days=1)


def member_with(benefit: dict | None = None, contract: dict | None = None, member: dict | None = None) -> Patient:
    """Somebody of a unit with one contract of one benefit."""
    group = GroupCustomerFactory()
    found = ContractFactory(group=group, **{"starts_on": FIRST, "ends_on": LAST, **(contract or {})})
    BenefitFactory(contract=found, **(benefit or {}))
    return GroupMemberFactory(group=group, **(member or {})).patient


def names(person: Patient, on: dt.date, service: str | None = None) -> list[str]:
    return [one.benefit.name for one in benefits_for(person, on=on, service=service)]


@pytest.mark.parametrize(
    ("given", "on", "has"),
    [
        ({}, FIRST - ONE, False),
        ({}, FIRST, True),
        ({}, LAST, True),
        ({}, LAST + ONE, False),
        ({"contract": {"ends_on": None}}, LAST + ONE, True),
        ({"contract": {"state": "draft"}}, MIDDLE, False),
        ({"contract": {"state": "void", "end_reason": "x"}}, MIDDLE, False),
        ({"contract": {"state": "ended", "end_reason": "x"}}, LAST, True),
        ({"benefit": {"starts_on": MIDDLE}}, MIDDLE - ONE, False),
        ({"benefit": {"starts_on": MIDDLE}}, MIDDLE, True),
        ({"benefit": {"ends_on": MIDDLE}}, MIDDLE, True),
        ({"benefit": {"ends_on": MIDDLE}}, MIDDLE + ONE, False),
        ({"member": {"joined_on": MIDDLE}}, MIDDLE - ONE, False),
        ({"member": {"joined_on": MIDDLE}}, MIDDLE, True),
        ({"member": {"left_on": MIDDLE}}, MIDDLE - ONE, True),
        ({"member": {"left_on": MIDDLE}}, MIDDLE, False),
    ],
)
def test_benefit_runs_within_contract_benefit_and_membership(
    in_north: Hospital, given: dict, on: dt.date, has: bool
) -> None:
    person = member_with(**given)
    assert names(person, on) == (["体检九折"] if has else [])
    assert names(PatientFactory(), on) == []


@pytest.mark.parametrize(
    ("service", "asked", "has"),
    [("", "booking", True), ("booking", "booking", True), ("booking", "checkup", False), ("booking", None, True)],
)
def test_benefit_applies_to_its_service_or_to_all(
    in_north: Hospital, service: str, asked: str | None, has: bool
) -> None:
    person = member_with(benefit={"service": service})
    assert bool(names(person, MIDDLE, asked)) == has


@pytest.mark.parametrize("state", ["deceased", "erased"])
def test_dead_and_erased_people_have_none(in_north: Hospital, state: str) -> None:
    person = member_with()
    person.contact_state = state
    assert names(person, MIDDLE) == []


def test_best_discount_of_several_units_comes_first_with_its_reason(in_north: Hospital) -> None:
    person = member_with(benefit={"name": "九折", "percent": 10})
    group = GroupCustomerFactory(name="望川供水")
    contract = ContractFactory(group=group, number="HT-88", starts_on=FIRST, ends_on=LAST)
    BenefitFactory(contract=contract, name="八折", percent=20)
    GroupMemberFactory(group=group, patient=person)
    found = benefits_for(person, on=MIDDLE)
    assert [one.benefit.name for one in found] == ["八折", "九折"]
    assert found[0].until == LAST
    assert all(word in found[0].reason for word in ("望川供水", "HT-88", "2026-08-31"))


def test_limits_of_member_and_contract(in_north: Hospital, actor: ActorOf) -> None:
    person = member_with(benefit={"limit_per_member": 1, "limit_per_contract": 2})
    benefit, agent = Benefit.objects.get(), actor("agent")
    others = [GroupMemberFactory(group=benefit.contract.group).patient for _ in range(2)]
    use = use_benefit(benefit, person, on=MIDDLE, actor=agent, reference="booking-1")
    assert use_benefit(benefit, person, on=MIDDLE, actor=agent, reference="booking-1") == use
    with pytest.raises(UnitError):
        use_benefit(benefit, person, on=MIDDLE, actor=agent)
    assert [(one.left_for_member, one.left_for_contract) for one in benefits_for(person, on=MIDDLE)] == [(0, 1)]
    use_benefit(benefit, others[0], on=MIDDLE, actor=agent)
    with pytest.raises(UnitError):
        use_benefit(benefit, others[1], on=MIDDLE, actor=agent)
    take_back_use(use, actor=agent)
    assert use_benefit(benefit, others[1], on=MIDDLE, actor=agent).patient == others[1]
    with pytest.raises(UnitError):
        use_benefit(benefit, PatientFactory(), on=MIDDLE, actor=agent)


@pytest.mark.django_db(transaction=True)
def test_last_one_is_given_once_when_two_give_it_at_once(north: Hospital) -> None:
    with hospital_scope(north):
        person = member_with(benefit={"limit_per_contract": 1})
        benefit = Benefit.objects.get()
    answers: list[str] = []
    start = threading.Barrier(2)

    def give() -> None:
        start.wait()
        try:
            with hospital_scope(north):
                use_benefit(benefit, person, on=MIDDLE, actor=None)
            answers.append("given")
        except UnitError:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with hospital_scope(north):
        assert (sorted(answers), BenefitUse.objects.count()) == (["given", "refused"], 1)


def test_card_shows_unit_and_benefits_to_whoever_sees_the_person(
    north: Hospital, cast: Cast, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        year = {"starts_on": today() - ONE, "ends_on": today() + ONE}
        person = member_with(contract=year)
        Benefit.objects.get().contract.group.__class__.objects.update(owner=cast.tang)
    for role in ("agent", "liaison"):
        page = client_as(role).get(f"groups/people/{person.public_id}/").content.decode()
        assert ("体检九折" in page, "清屿机械厂" in page) == (True, True)
    with hospital_scope(north):
        assert [entry.page for entry in AccessLog.objects.all()] == ["panel-benefits"] * 2
        stranger = PatientFactory()
    assert client_as("liaison").get(f"groups/people/{stranger.public_id}/").status_code == 404
    assert client_as("hospital_leader").get(f"groups/people/{person.public_id}/").status_code == 403
    assert client_as("agent").post(f"groups/people/{person.public_id}/").status_code == 405
