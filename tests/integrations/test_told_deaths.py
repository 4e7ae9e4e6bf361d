"""When a message says that somebody died: a clear mark or a day on which the person can have died does; what fills the
field for the living is a remark and no death.
"""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from integrations.models import Feed, InboundRecord
from patients.models import Encounter, Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import alone, bundle, encounter, patient
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import apply_all
from tests.integrations.test_fhir import told

pytestmark = pytest.mark.django_db
NO_DAYS = ("0000-00-00", "9999-12-31", "2999-01-01", "1950-01-01", "0001-01-01", "1949", "2999-01", "待查")
LATER = dt.date.today() + dt.timedelta(2)
ODD = "death_day_not_taken"
DENIED = "death_told_and_denied"
DIED = dt.date(2026, 6, 4)


@pytest.fixture
def fhir(in_north: Hospital) -> Feed:
    return FeedFactory(kind="fhir", name="fhir")


@pytest.fixture
def hl7(in_north: Hospital) -> Feed:
    return FeedFactory()


def found() -> tuple[str, dt.date | None, bool, list[str]]:
    """State of the one person, day of death, whether a death is in doubt, and the remarks on the last message."""
    one = Patient.objects.get()
    findings = InboundRecord.objects.latest("id").findings
    return one.contact_state, one.deceased_on, one.death_in_doubt_since is not None, findings


def pid(day: str, mark: str) -> str:
    """Somebody born in 1960 with a day of death (PID-29) and its mark (PID-30)."""
    return f"PID|1||M1^^^H^MR||甘书远||19600102|M{'|' * 21}{day}|{mark}"


@pytest.mark.parametrize("written", [*NO_DAYS, LATER.isoformat()])
def test_what_fills_the_field_of_fhir_is_a_remark_and_no_death(fhir: Feed, written: str) -> None:
    told(fhir, alone(patient(deceasedDateTime=written)))
    assert found() == ("open", None, False, [ODD])


@pytest.mark.parametrize(
    ("said", "day", "findings"),
    [
        ({"deceasedBoolean": True}, None, []),
        ({"deceasedBoolean": True, "deceasedDateTime": "9999-12-31"}, None, [ODD]),
        ({"deceasedBoolean": True, "deceasedDateTime": "2026-06-04"}, DIED, []),
        ({"deceasedDateTime": "2026-06-04T10:00:00+08:00"}, DIED, []),
        ({"deceasedDateTime": "2026-06-04 10:00:00"}, DIED, []),
        ({"deceasedDateTime": "2026-06"}, None, []),
        ({"deceasedDateTime": "2026"}, None, []),
    ],
)
def test_a_mark_or_a_real_day_of_fhir_is_a_death(
    fhir: Feed, said: dict[str, Any], day: dt.date | None, findings: list[str]
) -> None:
    told(fhir, alone(patient(**said)))
    assert found() == ("deceased", day, False, findings)


def test_a_filler_beside_the_denial_takes_the_death_back(fhir: Feed) -> None:
    told(fhir, alone(patient(deceasedBoolean=True)))
    told(fhir, alone(patient(deceasedBoolean=False, deceasedDateTime="9999-12-31")))
    assert found() == ("open", None, False, [ODD])


def test_a_death_told_and_denied_by_one_resource_is_in_doubt(fhir: Feed) -> None:
    told(fhir, alone(patient(deceasedBoolean=False, deceasedDateTime="2026-06-04")))
    assert found() == ("open", None, True, [DENIED])
    assert Patient.objects.get().death_is_contradicted


@pytest.mark.parametrize(
    ("day", "mark", "expected"),
    [
        ("", "Y", ("deceased", None, False, [])),
        ("20260604", "Y", ("deceased", DIED, False, [])),
        ("202606041000+0800", "", ("deceased", DIED, False, [])),
        ("99991231", "Y", ("deceased", None, False, [ODD])),
        ("19500101", "Y", ("deceased", None, False, [ODD])),
        ("99991231", "", ("open", None, False, [ODD])),
        ("00000000", "N", ("open", None, False, [ODD])),
        ("20260604", "N", ("open", None, True, [DENIED])),
        ("", "N", ("open", None, False, [])),
        ('""', '""', ("open", None, False, [])),
    ],
)
def test_mark_and_day_of_hl7(hl7: Feed, day: str, mark: str, expected: tuple) -> None:
    apply_all(hl7, [adt("A31", "1", pid=pid(day, mark))])
    assert found() == expected


@pytest.mark.parametrize("written", ["临终出院", "弥留"])
def test_way_of_leaving_that_hints_at_a_death_is_in_doubt(hl7: Feed, fhir: Feed, written: str) -> None:
    apply_all(hl7, [adt("A03", pid=pid("", ""), pv1=pv1(left=written, ended="20260603100000"))])
    assert found() == ("open", None, True, ["death_unclear"])
    Patient.objects.update(death_in_doubt_since=None)
    told(fhir, bundle(patient(), encounter(hospitalization={"dischargeDisposition": {"text": written}})))
    assert Patient.objects.filter(death_in_doubt_since__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("code", "system", "way"),
    [("05", "urn:oid:1.2.156.112656.1.1", "died"), ("05", "http://www.nubc.org/patient-discharge", "transfer"),
     ("20", "http://www.nubc.org/patient-discharge", "died")],
)  # fmt: skip
def test_code_of_leaving_is_read_by_its_table(fhir: Feed, code: str, system: str, way: str) -> None:
    left = {"dischargeDisposition": {"coding": [{"system": system, "code": code}]}}
    told(fhir, bundle(patient(), encounter(hospitalization=left)))
    assert Encounter.objects.get().disposition == way
