"""Key persons of contract units: what counts is the contract on the day of planning."""

import datetime as dt

import pytest

from accounts.models import Hospital
from followups.domain.facts import read_stays
from tests.groups.factories import ContractFactory, GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import EncounterFactory

pytestmark = pytest.mark.django_db
ENDS = dt.date(2026, 5, 31)


@pytest.mark.parametrize(("on", "expected"), [(ENDS, True), (ENDS + dt.timedelta(1), False)])
def test_a_key_person_counts_while_the_contract_is_in_force(in_north: Hospital, on: dt.date, expected: bool) -> None:
    group, stay, other = GroupCustomerFactory(), EncounterFactory(), EncounterFactory()
    ContractFactory(group=group, starts_on=dt.date(2025, 6, 1), ends_on=ENDS)
    GroupMemberFactory(group=group, patient=stay.patient, is_key_person=True)
    GroupMemberFactory(group=group, patient=other.patient)
    found = {one.facts.encounter_id: one.facts.is_unit_key_person for one in read_stays([stay.pk, other.pk], on=on)}
    assert found == {stay.pk: expected, other.pk: False}
