"""The demo has people on record twice, one union, consents and a legal hold."""

import datetime as dt

from accounts.models import Hospital
from hospital_crm.demo.data.doubles import CONSENTS, COPIES, make_doubles
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Consent, DuplicateCandidate, LegalHold, Patient, PersonMerger
from tests.cast import Cast
from tests.patients.factories import ContactPointFactory, PatientFactory

NOW = dt.datetime(2026, 6, 4, 2, 0, tzinfo=dt.UTC)


def test_doubles_of_the_demo_are_found(north: Hospital, cast: Cast) -> None:
    assert cast.qian.name == "钱主任"
    with hospital_scope(north):
        for n in range(CONSENTS + 10):
            person = PatientFactory(
                phone=f"1390000{n:04d}", birth_date=dt.date(1960, 1, 1) + dt.timedelta(days=400 * n)
            )
            ContactPointFactory(patient=person, value=person.phone)
    make_doubles(north, now=NOW)
    with hospital_scope(north):
        assert DuplicateCandidate.objects.waiting().count() == COPIES - 1
        assert (PersonMerger.objects.count(), LegalHold.objects.count()) == (1, 1)
        assert Consent.objects.count() > CONSENTS
        assert Patient.objects.count() == CONSENTS + 10 + COPIES - 1
