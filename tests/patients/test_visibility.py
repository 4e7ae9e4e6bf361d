"""Who sees which people, as the table of roles says."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Absence, Department, Hospital, HospitalSettings, Ward
from followups.models import FollowUpOrder
from patients import registry
from patients.domain.visibility import may_read_clinical, sight_of
from patients.models import Encounter, Patient
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast
from tests.followups.factories import FollowUpOrderFactory, FollowUpRunFactory
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]


def seen(actor: Actor) -> set[str]:
    return set(Patient.objects.visible_to(actor).values_list("name", flat=True))


@pytest.fixture
def stays(in_north: Hospital, cast: Cast) -> dict[str, Patient]:
    """One stay of each sort in cardiology, and somebody who never came."""
    day, chen, li = today(), cast.chen, cast.li
    assert li.name == "李护士"
    department = Department.objects.get(name=CARDIOLOGY)
    ward = Ward.objects.get(name=CARDIOLOGY_WARD)
    made = {}

    def stay(name: str, **fields: object) -> None:
        made[name] = PatientFactory(name=name)
        EncounterFactory(patient=made[name], **{"admitted_on": day, "discharged_on": day, **fields})

    stay("本人", attending=chen, department=department, ward=ward)
    stay(
        "去年",
        attending=chen,
        department=department,
        ward=ward,
        admitted_on=day - dt.timedelta(days=420),
        discharged_on=day - dt.timedelta(days=400),
    )
    stay(
        "在院",
        attending=chen,
        department=department,
        ward=ward,
        admitted_on=day - dt.timedelta(days=420),
        discharged_on=None,
    )
    stay("取消", attending=chen, department=department, ward=ward, is_cancelled=True)
    stay("外科", attending=cast.xu, department=Department.objects.get(name="普外科"))
    made["从未"] = PatientFactory(name="从未")
    for name, state in (("外科", "planned"), ("从未", "filed")):
        run = FollowUpRunFactory(encounter=None, patient=made[name])
        FollowUpOrderFactory(run=run, state=state, department=None, ward=None, attending=None)
    return made


EVERYBODY = {"本人", "去年", "在院", "取消", "外科", "从未"}


@pytest.mark.parametrize("many", [5000, 0], ids=["looked up by id", "asked person by person"])
@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("agent", EVERYBODY),
        ("centre_manager", EVERYBODY),
        ("medical_affairs", {"外科", "从未"}),
        ("information_officer", EVERYBODY),
        ("physician", {"本人", "在院"}),
        ("nurse", {"本人", "在院"}),
        ("head_nurse", {"本人", "在院"}),
        ("department_head", {"本人", "去年", "在院"}),
        ("hospital_leader", set()),
        ("hospital_admin", set()),
        ("security_officer", set()),
        ("auditor", set()),
        ("station_staff", set()),
        ("liaison", set()),
    ],
)
def test_each_role_sees_its_people(
    stays: dict, actor: ActorOf, role: str, names: set[str], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patients.models.querysets.MANY", many)
    assert seen(actor(role)) == names


def test_cover_sees_the_people_of_who_is_away(stays: dict, cast: Cast, actor: ActorOf) -> None:
    Absence.objects.create(staff=cast.xu, cover=cast.chen, starts_on=today(), ends_on=today())
    assert seen(actor("physician")) == {"本人", "在院", "外科"}


@pytest.mark.parametrize("many", [5000, 0], ids=["few", "many"])
def test_liaison_sees_members_of_own_units(
    stays: dict, cast: Cast, actor: ActorOf, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patients.models.querysets.MANY", many)
    own = GroupCustomerFactory(owner=cast.tang)
    GroupMemberFactory(group=own, patient=stays["外科"])
    GroupMemberFactory(group=own, patient=stays["去年"], left_on=today())
    GroupMemberFactory(group=GroupCustomerFactory(), patient=stays["本人"])
    assert seen(actor("liaison")) == {"外科"}


def test_held_work_makes_a_person_visible_and_readable(
    stays: dict, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = stays["从未"].pk
    monkeypatch.setattr(registry, "purposes", [lambda actor: Patient.objects.filter(pk=held).values("pk")])
    monkeypatch.setattr(registry, "unmask_reasons", [lambda actor, patient: patient.pk == held])
    assert seen(actor("physician")) == {"本人", "在院", "从未"}
    assert may_read_clinical(actor("agent"), stays["从未"])
    assert not may_read_clinical(actor("agent"), stays["本人"])
    assert not may_read_clinical(actor("information_officer"), stays["从未"])
    assert not may_read_clinical(actor("liaison"), stays["从未"])


def test_numbers_of_somebody_who_must_not_be_called_stay_masked(
    in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "unmask_reasons", [lambda actor, patient: True])
    stopped = PatientFactory(contact_state="stopped")
    assert not sight_of(actor("agent"), stopped).numbers
    assert sight_of(actor("agent"), PatientFactory()).numbers


def test_stays_and_numbers_follow_the_person(stays: dict, actor: ActorOf) -> None:
    assert Encounter.objects.visible_to(actor("physician")).count() == 2
    assert Encounter.objects.visible_to(actor("hospital_leader")).count() == 0
    assert Encounter.objects.visible_to(actor("agent")).count() == 5


def test_hospital_decides_how_long_a_physician_sees_people(stays: dict, actor: ActorOf) -> None:
    HospitalSettings.objects.update(attended_months=24)
    assert seen(actor("physician")) == {"本人", "在院", "去年"}


def test_medical_affairs_sees_orders_and_their_people(stays: dict, actor: ActorOf) -> None:
    affairs = actor("medical_affairs")
    assert FollowUpOrder.objects.visible_to(affairs).count() == 2
    assert set(Encounter.objects.visible_to(affairs).values_list("patient__name", flat=True)) == {"外科"}
    assert Patient.objects.one_by_one().visible_to(affairs).filter(name="从未").exists()
    assert not Patient.objects.one_by_one().visible_to(affairs).filter(name="本人").exists()
