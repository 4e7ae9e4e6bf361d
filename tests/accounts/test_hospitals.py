"""Making a hospital."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.domain.hospitals import create_hospital
from accounts.models import AuditEvent, Hospital, HospitalSettings, PlatformEvent, Role, StaffMember
from accounts.roles import SHIPPED_ROLES
from accounts.signals import hospital_created
from hospital_crm.tenancy.scope import hospital_scope


def test_hospital_has_roles_settings_and_no_people(north: Hospital) -> None:
    with hospital_scope(north):
        assert list(Role.objects.values_list("code", flat=True)) == list(SHIPPED_ROLES)
        assert HospitalSettings.objects.get().idle_minutes == 30
        assert StaffMember.objects.count() == 0
        assert AuditEvent.objects.filter(verb="accounts.hospital.create").count() == 1


def test_apps_above_hear_of_it_inside_its_scope(db: None) -> None:
    heard = []

    def receiver(sender: type, hospital: Hospital, **kwargs: object) -> None:
        heard.append((hospital.slug, Role.objects.count()))

    hospital_created.connect(receiver)
    try:
        create_hospital("east", "东方医院")
    finally:
        hospital_created.disconnect(receiver)
    assert heard == [("east", len(SHIPPED_ROLES))]


@pytest.mark.parametrize(("slug", "field"), [("platform", "slug"), ("North", "slug"), ("", "slug"), ("north", "slug")])
def test_refused_addresses_name_the_field(north: Hospital, slug: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_hospital(slug, "重名医院")
    assert list(refused.value.message_dict) == [field]


def test_command_makes_a_hospital_and_prints_its_address(db: None, capsys: pytest.CaptureFixture) -> None:
    call_command("create_hospital", "west", name="西方医院", language="en", timezone="Asia/Urumqi", host="")
    hospital = Hospital.objects.get(slug="west")
    assert (hospital.name, hospital.language, hospital.timezone) == ("西方医院", "en", "Asia/Urumqi")
    assert capsys.readouterr().out == "http://127.0.0.1:8000/west/\n"
    events = PlatformEvent.objects.filter(object_type="accounts.hospital", object_id=str(hospital.pk))
    assert list(events.values_list("verb", "operator_id")) == [("platform.hospital.add", None)]


def test_command_refuses_in_one_line(north: Hospital) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("create_hospital", "north", name="北方医院")
    assert str(refused.value).startswith("slug: ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"idle_minutes": 31},
        {"idle_minutes": 4},
        {"care_from_hour": 24},
        {"care_until_hour": 25},
        {"care_from_hour": 12, "care_until_hour": 12},
        {"digest_hour": 24},
        {"attended_months": 0},
        {"attended_months": 25},
    ],
)
def test_database_refuses_settings_that_make_no_sense(in_north: Hospital, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="hospital_settings_"):
        HospitalSettings.objects.update(**wrong)
