"""What an administrator sets for the own hospital, and what makes no sense."""

import pytest

from accounts.models import (
    AuditEvent,
    Hospital,
    HospitalSettings,
)
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import MountedClient


def settings_form(admin: MountedClient, hospital: Hospital, **changes: str) -> object:
    """The page of settings sent back with these changes."""
    with hospital_scope(hospital):
        pk = HospitalSettings.objects.get().pk
    url = f"admin/accounts/hospitalsettings/{pk}/change/"
    initial = admin.get(url).context["adminform"].form.initial
    sent = {name: value for name, value in initial.items() if value is not None}
    return admin.post(url, {**sent, **changes})


def test_administrator_sets_hours_language_and_time_zone_of_the_own_hospital(
    admin: MountedClient, north: Hospital, south: Hospital
) -> None:
    sent = settings_form(
        admin, north, care_until_hour="20", language="zh-hant", timezone="Asia/Urumqi", short_name="新"
    )
    assert sent.status_code == 302
    north.refresh_from_db()
    south.refresh_from_db()
    assert (north.language, north.timezone, north.short_name) == ("zh-hant", "Asia/Urumqi", "新")
    assert (south.language, south.timezone, south.short_name) == ("zh-hans", "Asia/Shanghai", "南院")
    with hospital_scope(north):
        assert HospitalSettings.objects.get().care_until_hour == 20
        event = AuditEvent.objects.get(verb="admin.hospitalsettings.change")
        assert len(event.detail["fields"]) == 4


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("care_from_hour", "24", "应在0到23之间。"),
        ("care_until_hour", "7", "结束早于开始。"),
        ("idle_minutes", "0", "应在5到30之间。"),
        ("timezone", "Mars/Olympus", "未知时区。"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    admin: MountedClient, north: Hospital, field: str, value: str, words: str
) -> None:
    answer = settings_form(admin, north, **{"care_from_hour": "8", field: value})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {field: [words]}
