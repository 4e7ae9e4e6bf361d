"""The question of consent for everybody at once answers as it does for each person, whatever was decided in whatever
order.
"""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.consents import is_allowed
from patients.domain.consents_in_sql import allowed, allowed_unasked, decided, people_allowed
from patients.models import Consent, Patient
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
PURPOSES = ("care", "education", "profiling")
CHANNELS = ("any", "sms", "email")
ENTRY = st.tuples(
    st.integers(0, 2),
    st.sampled_from(PURPOSES),
    st.sampled_from(CHANNELS),
    st.sampled_from(Consent.Decision.values),
    st.integers(0, 3),
)


def ids(sql: str, params: tuple) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {pk for (pk,) in cursor.fetchall()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRY, max_size=10))
def test_fragments_answer_as_the_question_of_one(north: Hospital, entries: list[tuple]) -> None:
    with hospital_scope(north):
        people = PatientFactory.create_batch(3)
        for who, purpose, channel, decision, day in entries:
            # as a union taken apart writes it, so that any order of yes and no can stand in the table
            Consent.objects.create(
                patient=people[who], purpose=purpose, channel=channel, decision=decision, wording_version="S1",
                source="unmerge", at=NOW + dt.timedelta(days=day),
            )  # fmt: skip
        among = [person.pk for person in people]
        for purpose in PURPOSES:
            for channel in CHANNELS:
                one_by_one = {person.pk for person in people if is_allowed(person, purpose, channel)}
                condition, joined = allowed(purpose, channel), decided(purpose, channel)
                where = f"select p.id from patients_patient p where p.id = any(%s) and {condition.sql}"
                assert ids(where, (among, *condition.params)) == one_by_one
                left = (
                    f"select p.id from patients_patient p left join ({joined.sql}) c on c.patient_id = p.id"
                    f" where p.id = any(%s) and coalesce(c.is_granted, {allowed_unasked(purpose)})"
                )
                assert ids(left, (*joined.params, among)) == one_by_one
                found = Patient.objects.filter(people_allowed(purpose, channel), pk__in=among)
                assert set(found.values_list("pk", flat=True)) == one_by_one


def test_another_hospital_is_not_read(north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        Consent.objects.create(
            patient=PatientFactory(), purpose="education", decision="granted", wording_version="S1", source="paper"
        )
        found = decided("education", "sms")
        assert len(ids(f"select patient_id from ({found.sql}) d", found.params)) == 1
    with hospital_scope(north):
        assert ids(f"select patient_id from ({found.sql}) d", found.params) == set()


@pytest.mark.parametrize(("purpose", "channel"), [("tea", "sms"), ("education", "pigeon")])
def test_what_is_no_purpose_or_channel_is_refused(purpose: str, channel: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        decided(purpose, channel)
