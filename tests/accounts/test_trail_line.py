"""One line of the audit trail on a page of its own, and the chain of seals over it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from accounts import audit, trail_links
from accounts.domain import incidents, seals, trail
from accounts.domain.trail import Wanted
from accounts.domain.trail_line import whole_line
from accounts.models import AuditEvent, AuditSeal, Hospital, StaffMember
from hospital_crm.tenancy.middleware import mounted_at
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.accounts.test_seals import seal, write
from tests.cast import Cast, MountedClient, actor_of
from tests.patients.factories import PatientFactory
from tests.walks.addresses import addresses

ClientAs = Callable[[str], MountedClient]


def newest(chain: str, **wanted: Any) -> int:
    """The number of the newest line."""
    return trail.page(chain, Wanted(**wanted)).lines[0].number


def read(cast: Cast, chain: str, reader: StaffMember, **wanted: Any) -> Any:
    with override("zh-hans"), mounted_at("/north/", settings.HOSPITAL_URLCONF):
        return whole_line(chain, newest(chain, **wanted), actor=actor_of(reader))


@pytest.mark.django_db
def test_a_line_says_before_and_after_in_words(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        change = {"before": {"role": "nurse"}, "after": {"role": "physician"}}
        audit.record("accounts.role.grant", cast.li, actor=actor_of(cast.an), **change, reason="转岗")
        found = read(cast, "events", cast.shen)
        event = AuditEvent.objects.get(pk=found.line.number)
    assert (found.line.who, found.line.role, found.line.what) == ("安全员", "安全管理员", "授予角色")
    assert [(one.label, one.before, one.after) for one in found.changes] == [("角色", "责任护士", "主管医师")]
    assert found.facts == [("原因", "转岗")]
    assert (found.line.request_id, found.seal, found.url) == (event.request_id, None, "")


@pytest.mark.django_db
def test_of_a_persons_record_only_that_it_changed_is_told(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        patient = PatientFactory(name="谢建平", sex="M")
        Patient.objects.filter(pk=patient.pk).update(name="谢建国", sex="F")
        found = read(cast, "changes", cast.shen, kind="patients_patient")
        told = {one.label: (one.before, one.after) for one in found.changes}
        StaffMember.objects.filter(pk=cast.li.pk).update(title="主管护师")
        of_staff = read(cast, "changes", cast.shen, kind="accounts_staffmember")
    assert told["姓名"] == ("不显示", "不显示")
    assert told["性别"] == ("男", "女")
    assert ("职称", "—", "主管护师") in [(one.label, one.before, one.after) for one in of_staff.changes]


@pytest.mark.django_db
def test_the_object_is_opened_by_who_may_open_it(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        patient = PatientFactory()
        audit.record("patients.note.add", patient, actor=actor_of(cast.chen))
        assert read(cast, "events", cast.shen).url == ""
        assert read(cast, "events", cast.qian).url == f"/north/patients/{patient.public_id}/"
        audit.log_access(actor_of(cast.chen), "view", [patient.pk], purpose="随访")
        seen = read(cast, "accesses", cast.qian)
        assert (seen.url, seen.facts) == (f"/north/patients/{patient.public_id}/", [("用途", "随访")])
        made = incidents.ask(
            source="everybody",
            about="",
            since=timezone.now() - dt.timedelta(days=1),
            until=timezone.now(),
            reason="核对",
            actor=actor_of(cast.shen),
            now=timezone.now(),
        )
        assert read(cast, "events", cast.shen).url == f"/north/incidents/people/?incident={made.public_id}"


@pytest.mark.unit
def test_links_to_objects_ask_for_what_their_pages_ask_for() -> None:
    guards = {one.name: set(getattr(one.view, "guard", ())) for one in addresses(settings.HOSPITAL_URLCONF)}
    assert {page.url_name: set(page.capabilities) for page in trail_links.pages.values()} == {
        page.url_name: guards[page.url_name] for page in trail_links.pages.values()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["security_officer", "centre_manager", "hospital_admin"])
def test_lines_and_seals_are_for_who_reads_the_trail(
    client_as: ClientAs, cast: Cast, north: Hospital, role: str
) -> None:
    with hospital_scope(north):
        audit.record("patients.note.add", actor=actor_of(cast.chen))
        number = newest("events")
    auditor, other = client_as("auditor"), client_as(role)
    for page in (f"audit/events/{number}/", "audit/seals/events/"):
        assert (auditor.get(page).status_code, other.get(page).status_code) == (200, 403)
        assert auditor.post(page).status_code == 405
    for page in ("audit/events/0/", "audit/none/1/", "audit/seals/none/", "audit/seals/failures/"):
        assert auditor.get(page).status_code == 404


@pytest.mark.django_db
def test_lines_of_another_hospital_are_not_found(
    client_as: ClientAs, north: Hospital, south: Hospital, cast: Cast
) -> None:
    with hospital_scope(south):
        audit.record("patients.note.add")
        number = newest("events")
    assert client_as("auditor").get(f"audit/events/{number}/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.sql
@pytest.mark.timeout(600)
def test_seals_are_shown_checked_with_what_none_covers(
    north: Hospital, cast: Cast, client_as: ClientAs, alone: None
) -> None:
    auditor = client_as("auditor")
    seal(north)
    write(north, "a", "b")
    seal(north)
    write(north, "c")
    with hospital_scope(north):
        chain = list(AuditSeal.objects.filter(chain="event").order_by("-id"))
        sealed, tail = newest("events", kind="b"), newest("events", kind="c")
    answer = auditor.get("audit/seals/events/")
    assert [(one.seal.pk, one.fault) for one in answer.context["checks"]] == [(one.pk, "") for one in chain]
    assert (answer.context["tail"].rows, answer.context["faults"]) == (1, 0)
    assert "与封存一致" in answer.content.decode()
    assert auditor.get(f"audit/events/{sealed}/").context["found"].seal == chain[0]
    assert auditor.get(f"audit/events/{tail}/").context["found"].seal is None
    with connection.cursor() as cursor:
        cursor.execute("update accounts_auditevent set actor_name = '王' where verb = 'b'")
    forged = auditor.get("audit/seals/events/")
    assert [one.fault for one in forged.context["checks"]][:2] == [seals.ROWS_CHANGED, ""]
    assert "行被更改或顺序被打乱，或封存记录被更改" in forged.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.sql
@pytest.mark.timeout(600)
def test_seals_are_read_page_by_page(
    north: Hospital, cast: Cast, client_as: ClientAs, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.views.trail.SEALS_SHOWN", 1)
    auditor = client_as("auditor")
    for verb in "ab":
        write(north, verb)
        seal(north)
    with hospital_scope(north):
        chain = list(AuditSeal.objects.filter(chain="event").order_by("-id"))
    shown, page = [], "audit/seals/events/"
    while page:
        answer = auditor.get(page)
        shown += [(one.seal.pk, one.fault) for one in answer.context["checks"]]
        page = answer.context["older_url"].removeprefix("/north/")
    assert shown == [(one.pk, "") for one in chain]
