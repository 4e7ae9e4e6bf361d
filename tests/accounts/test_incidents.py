"""Whom an incident concerns, and the trail as a file: what it rests on, who may, what stands in it."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts import audit, lists
from accounts.actors import Actor, TokenActor
from accounts.domain import export_files, exports, incidents, seals
from accounts.models import AccessLog, AuditEvent, AuditSeal, Export, Hospital, Incident, IncidentPerson
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import Feed
from tests.accounts.test_exports import fresh
from tests.api.systems import token_of
from tests.cast import Cast, MountedClient, client_of
from tests.integrations.factories import FeedFactory, InboundRecordFactory
from tests.patients.factories import PatientFactory

ActorOf = Callable[[str], Actor]
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


def moment() -> dt.datetime:
    """The clock of the database, by which the trail is written."""
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        return cursor.fetchone()[0]


def found(hospital: Hospital, actor: Actor, source: str, about: str, **given: Any) -> Incident:
    now = moment()
    values = {"since": now - HOUR, "until": now + HOUR, "reason": "账号疑似被盗用", **given}
    incident = incidents.ask(source=source, about=about, **values, actor=actor, now=now)
    assert incidents.find(hospital, incident.pk, now=now)
    incident.refresh_from_db()
    return incident


def counted(incident: Incident) -> dict[int, tuple[int, int, int]]:
    return {row.patient_id: (row.opened, row.taken_out, row.changed) for row in incidents.found_people(incident)}


def test_a_member_of_staff_reached_whom_he_opened_took_out_or_changed(
    in_north: Hospital, actor: ActorOf, cast: Cast
) -> None:
    thief, other, officer = actor("agent"), actor("centre_manager"), actor("security_officer")
    seen, printed, changed, listed, foreign = (PatientFactory() for _ in range(5))
    audit.log_access(thief, "view", [seen.pk])
    audit.log_access(thief, "unmask", [seen.pk], purpose="x")
    last = AccessLog.objects.latest("pk")
    audit.log_access(thief, "print", [printed.pk, seen.pk])
    event = audit.record("patients.person.change", changed, actor=thief)
    audit.log_access(thief, "list", [listed.pk, seen.pk])
    audit.log_access(other, "view", [foreign.pk])
    incident = found(in_north, officer, "staff", cast.sun.name)
    assert counted(incident) == {seen.pk: (2, 1, 0), printed.pk: (0, 1, 0), changed.pk: (0, 0, 1)}
    assert incident.people == 3
    rows = {row.patient_id: row for row in incidents.found_people(incident)}
    assert rows[seen.pk].log_id == last.pk + 1
    assert (rows[changed.pk].event_id, rows[changed.pk].log_id) == (event.pk, None)


def test_a_token_reached_whom_it_read_or_changed_and_nobody_whom_its_owner_opened(
    in_north: Hospital, actor: ActorOf
) -> None:
    owner, officer = actor("agent"), actor("security_officer")
    token, _secret = token_of(owner.staff, "agent", ["patients.read"], name="数据中台")
    other, _secret = token_of(owner.staff, "agent", ["patients.read"])
    leaked, sound = (TokenActor.lent(owner, owner.role, one) for one in (token, other))
    read, shown, changed, *foreign = (PatientFactory() for _ in range(5))
    audit.log_access(leaked, "view", [read.pk], page="api")
    audit.log_unmasking(leaked, [shown.pk], purpose="x", field="whole", page="api")
    audit.record("patients.person.change", changed, actor=leaked)
    audit.log_access(sound, "view", [foreign[0].pk], page="api")
    audit.log_access(owner, "view", [foreign[1].pk])
    expected = {read.pk: (1, 0, 0), shown.pk: (1, 0, 0), changed.pk: (0, 0, 1)}
    assert counted(found(in_north, officer, "token", "数据中台")) == expected
    assert counted(found(in_north, officer, "token", str(token.public_id))) == expected
    assert found(in_north, officer, "staff", owner.staff.name).people == 5


def test_what_lies_outside_the_time_does_not_count(in_north: Hospital, actor: ActorOf) -> None:
    officer = actor("auditor")
    audit.log_access(actor("agent"), "view", [PatientFactory().pk])
    now = moment()
    past = found(in_north, officer, "everybody", "", since=now - 3 * HOUR, until=now - HOUR)
    assert (past.people, found(in_north, officer, "everybody", "").people) == (0, 1)


def test_an_export_concerns_who_was_in_it_once_it_was_fetched(in_north: Hospital, actor: ActorOf) -> None:
    manager, officer = actor("centre_manager"), actor("security_officer")
    person = PatientFactory()
    now = moment()
    given = {"query": "", "columns": ["name"], "format": "csv", "reason": "核对", "row_limit": 10}
    export = exports.ask(lists.lists["people"], actor=manager, now=now, **given)
    export_files.make(in_north, export.pk, now=now)
    export.refresh_from_db()
    assert found(in_north, officer, "export", export.number).people == 0
    b"".join(exports.fetch(export, actor=manager, now=now))
    assert counted(found(in_north, officer, "export", export.number)) == {person.pk: (0, 1, 0)}


def test_a_feed_concerns_whose_messages_it_brought_in(in_north: Hospital, actor: ActorOf) -> None:
    feed, person = FeedFactory(), PatientFactory()
    now = moment()
    InboundRecordFactory(feed=feed, patient_id=person.pk, state="applied", received_at=now, applied_at=now)
    second = PatientFactory()
    both = {"patient_id": person.pk, "people": [person.pk, second.pk], "external_id": "M3"}
    InboundRecordFactory(feed=feed, state="applied", received_at=now, applied_at=now, **both)
    before = now - 5 * HOUR
    InboundRecordFactory(
        feed=feed,
        patient_id=PatientFactory().pk,
        external_id="M2",
        state="applied",
        received_at=before,
        applied_at=before,
    )
    incident = found(in_north, actor("security_officer"), "feed", Feed.objects.get().title)
    assert counted(incident) == {person.pk: (0, 0, 2), second.pk: (0, 0, 1)}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": " "}, "A reason is needed."),
        (
            {"until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
            "The time ends before it begins, or is longer than a year.",
        ),
        ({"about": "没有的人"}, "Nothing of this name or number is known, or several are."),
        ({"source": "moon"}, "Say what is asked about."),
    ],
)
def test_what_is_refused(in_north: Hospital, actor: ActorOf, given: dict, words: str) -> None:
    officer, now = actor("security_officer"), moment()
    asked = {"source": "staff", "about": officer.staff.name, "since": now - HOUR, "until": now, "reason": "x"}
    with pytest.raises(incidents.IncidentError) as refusal:
        incidents.ask(**{**asked, **given}, actor=officer, now=now)
    assert str(refusal.value) == _(words)
    with pytest.raises(incidents.IncidentError):
        incidents.ask(**asked, actor=actor("centre_manager"), now=now)


def test_found_once_it_stays_as_it_was_found(in_north: Hospital, actor: ActorOf) -> None:
    audit.log_access(actor("agent"), "view", [PatientFactory().pk])
    incident = found(in_north, actor("auditor"), "everybody", "")
    audit.log_access(actor("agent"), "view", [PatientFactory().pk])
    assert incidents.find(in_north, incident.pk, now=moment()) is False
    assert IncidentPerson.objects.count() == 1


def lines_of(export: Export, actor: Actor) -> list[list[str]]:
    data = b"".join(exports.fetch(export, actor=actor, now=export.made_at or moment()))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_people_of_an_incident_leave_the_house_only_with_approval(in_north: Hospital, actor: ActorOf) -> None:
    auditor, officer = actor("auditor"), actor("security_officer")
    person = PatientFactory()
    audit.log_access(actor("agent"), "view", [person.pk])
    incident = found(in_north, auditor, "everybody", "")
    now = moment()
    given = {"columns": [], "format": "csv", "reason": "通知当事人", "row_limit": 10}
    query = f"incident={incident.public_id}"
    export = exports.ask(lists.lists["affected"], query=query, actor=auditor, now=now, **given)
    assert export.state == "asked"
    exports.decide(export, is_allowed=True, actor=officer, now=now)
    export_files.make(in_north, export.pk, now=now)
    export.refresh_from_db()
    rows = lines_of(export, auditor)
    assert [row[:4] for row in rows[2:3]] == [[str(person.pk), "1", "0", "0"]]
    with pytest.raises(exports.ExportError):
        exports.ask(lists.lists["affected"], query=query, actor=actor("centre_manager"), now=now, **given)


def test_the_trail_leaves_the_house_narrowed_marked_and_with_its_seal(
    in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "_horizon", lambda: 2**60)  # nothing commits within a test
    auditor = actor("auditor")
    audit.record("groups.unit.create", actor=actor("agent"))
    audit.record("patients.person.create", PatientFactory(), actor=actor("agent"))
    given = {"columns": ["who", "what", "sealed"], "format": "csv", "reason": "年度审计", "row_limit": 10}
    narrowed = f"kind=patients.&staff={actor('agent').staff.name}"
    for says in ("否", "是"):
        now = moment()
        export = exports.ask(lists.lists["trail-events"], query=narrowed, actor=auditor, now=now, **given)
        export_files.make(in_north, export.pk, now=now)
        export.refresh_from_db()
        mark, _titles, *rows, seal, last = lines_of(export, auditor)
        assert rows == [["孙客服", str(_("created a record")), says]]
        assert export.number in mark[0] and mark == last
        seals.seal_all()
    assert seal[0].count(AuditSeal.objects.filter(chain="event").order_by("id")[0].digest) == 1


def test_pages_are_for_the_officer_and_the_auditor(
    north: Hospital, south: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        incident = Incident.objects.create(
            serial=7,
            source="everybody",
            since_at=moment() - HOUR,
            until_at=moment(),
            reason="核查",
            asked_by=cast.an,
            asked_at=moment(),
        )
    page = f"incidents/people/?incident={incident.public_id}"
    for role in ("security_officer", "auditor"):
        assert client_as(role).get("incidents/").status_code == 200
        assert client_as(role).get(page).status_code == 200
        assert client_as(role).get("incidents/people/?incident=x").status_code == 404
        assert client_as(role).put("incidents/").status_code == 405
    assert client_as("centre_manager").get("incidents/").status_code == 403
    assert client_as("centre_manager").get(page).status_code == 403
    assert client_of(Cast(south).an).get(page).status_code == 404
    form = {
        "source": "everybody",
        "about": "",
        "since": "2026-11-01T08:00",
        "until": "2026-11-02T08:00",
        "reason": "查",
    }
    assert client_as("auditor").post("incidents/", form).status_code == 302
    assert client_as("auditor").post("incidents/", {**form, "reason": ""}).status_code == 422


def test_people_are_numbers_and_ask_the_same_for_one_and_three(
    north: Hospital, client_as: Callable[[str], MountedClient], actor: ActorOf
) -> None:
    auditor, counts = client_as("auditor"), []
    for more in (1, 2):
        with hospital_scope(north):
            people = PatientFactory.create_batch(more, name="谢小平")
            for person in people:
                audit.log_access(actor("agent"), "view", [person.pk])
            incident = found(north, actor("auditor"), "everybody", "")
        auditor.get("incidents/")
        with CaptureQueriesContext(connection) as asked:
            text = auditor.get(f"incidents/people/?incident={incident.public_id}").content.decode()
        counts.append(len(asked))
        assert (f"#{people[0].pk}" in text, "谢" in text) == (True, False)
    assert counts[0] == counts[1]


def test_the_trail_offers_its_export_to_the_auditor(north: Hospital, cast: Cast) -> None:
    client = fresh(client_of(cast.shen))
    for chain in ("events", "accesses", "changes", "failures"):
        page = client.get(f"audit/{chain}/?staff=x").content.decode()
        assert f"/north/lists/trail-{chain}/export/?staff=x" in page
        assert client.get(f"lists/trail-{chain}/export/?staff=x").status_code == 200
    with hospital_scope(north):
        assert AccessLog.objects.count() == 0
        assert AuditEvent.objects.filter(verb__startswith="accounts.export").count() == 0
