"""Leave with its cover, entered by whoever leads the person."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.domain import absences
from accounts.models import Absence, AuditEvent, Role
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import AbsenceFactory
from tests.cast import Cast, actor_of, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(cast: Cast) -> Cast:
    assert [cast.chen, cast.li, cast.wang, cast.xu]
    return cast


def enter(team: Cast, **changes: object) -> Absence:
    days = {"starts_on": dt.date(2026, 6, 1), "ends_on": dt.date(2026, 6, 5)}
    given = {
        "staff": team.chen,
        "cover": team.wang,
        "actor": actor_of(team.wang),
        "now": timezone.now(),
        **days,
        **changes,
    }
    with hospital_scope(team.hospital):
        return absences.enter_absence(**given)


def test_head_enters_an_absence_with_its_cover(team: Cast) -> None:
    absence = enter(team)
    with hospital_scope(team.hospital):
        assert list(Absence.objects.covering(dt.date(2026, 6, 5))) == [absence]
        assert AuditEvent.objects.get(verb="accounts.absence.enter").after["cover"] == team.wang.pk
        assert actor_of(team.wang).covered_staff_ids(dt.date(2026, 6, 3)) == {team.chen.pk}


def test_a_head_without_the_mark_leads_the_own_department(team: Cast) -> None:
    with hospital_scope(team.hospital):
        team.wang.department_links.update(is_head=False)
        assert set(absences.staff_led_by(actor_of(team.wang))) == {team.chen, team.li, team.wang}
        assert not absences.staff_led_by(actor_of(team.chen))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"staff": "xu"}, "You do not lead this person."),
        ({"ends_on": dt.date(2026, 5, 1)}, "The last day lies before the first."),
        ({"cover": "chen"}, "Somebody else must cover."),
        (
            {"starts_on": dt.date(2026, 6, 20), "ends_on": dt.date(2026, 6, 25)},
            "This overlaps another absence of the same person.",
        ),
        ({"cover": "li", "starts_on": dt.date(2026, 7, 1), "ends_on": dt.date(2026, 7, 2)}, "李护士 is away then."),
    ],
)
def test_absences_that_cannot_be_are_refused(team: Cast, changes: dict, reason: str) -> None:
    enter(team, starts_on=dt.date(2026, 6, 22), ends_on=dt.date(2026, 6, 30))
    enter(team, staff=team.li, cover=None, starts_on=dt.date(2026, 7, 1), ends_on=dt.date(2026, 7, 9))
    given = {name: getattr(team, value) if isinstance(value, str) else value for name, value in changes.items()}
    with pytest.raises(absences.AbsenceRefused) as refused, override("en"):
        enter(team, **given)
    assert str(refused.value) == reason


def test_administrator_does_not_cover_for_others(team: Cast) -> None:
    with override("en"), pytest.raises(absences.AbsenceRefused, match="An administrator does not cover for others."):
        enter(team, cover=team.deng, actor=actor_of(team.deng))


def test_nobody_covers_whom_the_head_does_not_lead(team: Cast) -> None:
    with override("en"), pytest.raises(absences.AbsenceRefused, match="You do not lead this person."):
        enter(team, cover=team.xu)


def test_database_keeps_two_absences_of_one_person_apart(team: Cast) -> None:
    week = {"starts_on": dt.date(2026, 6, 1), "ends_on": dt.date(2026, 6, 7)}
    with hospital_scope(team.hospital):
        AbsenceFactory(staff=team.chen, **week)
        AbsenceFactory(staff=team.wang, **week)
        AbsenceFactory(staff=team.chen, starts_on=dt.date(2026, 6, 8), ends_on=dt.date(2026, 6, 8))
        with pytest.raises(IntegrityError, match="absence_overlaps_none_of_the_same"), transaction.atomic():
            AbsenceFactory(staff=team.chen, starts_on=dt.date(2026, 6, 7), ends_on=dt.date(2026, 6, 9))


def test_absences_on_the_page_of_the_head(team: Cast) -> None:
    client = client_of(team.wang)
    form = {"staff": team.chen.pk, "starts_on": "2099-06-01", "ends_on": "2099-06-05", "cover": team.wang.pk}
    assert client.post("team/", form).status_code == 302
    rows = {row["staff"]: row["absences"] for row in client.get("team/").context["rows"]}
    assert set(rows) == {team.chen, team.li, team.wang}
    assert [str(absence.starts_on) for absence in rows[team.chen]] == ["2099-06-01"]
    assert client.post("team/", form).status_code == 422
    assert client.post("team/", {**form, "staff": team.xu.pk}).status_code == 422
    client.post(f"team/absences/{rows[team.chen][0].pk}/cancel/")
    with hospital_scope(team.hospital):
        assert not Absence.objects.exists()


def test_absence_of_people_one_does_not_lead_is_not_found(team: Cast) -> None:
    with hospital_scope(team.hospital):
        absence = Absence.objects.create(staff=team.xu, starts_on=dt.date(2099, 1, 1), ends_on=dt.date(2099, 1, 2))
    assert client_of(team.wang).post(f"team/absences/{absence.pk}/cancel/").status_code == 404


def test_a_missing_day_of_an_absence_is_said_beside_its_field(team: Cast) -> None:
    answer = client_of(team.wang).post("team/", {"staff": team.li.pk})
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["ends_on", "starts_on"])
    assert "novalidate" in answer.content.decode()


def test_who_follows_up_nobody_does_not_cover_for_somebody_who_does(team: Cast) -> None:
    with hospital_scope(team.hospital):
        head = Role.objects.get(code="department_head")
        head.capabilities = [one for one in head.capabilities if one != "followups.complete"]
        head.save()
    with pytest.raises(absences.AbsenceRefused, match="王主任"):
        enter(team)
    assert enter(team, staff=team.wang, cover=team.chen).cover == team.chen
