"""A dry run tells what the import will do, and nobody waits for it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.domain.hospitals import create_hospital
from accounts.models import AuditEvent, Hospital
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.domain.claims import is_nobody_at_it
from integrations.models import ImportBatch, ImportIssue, MatchConflict
from patients.models import Consent, Encounter, Patient
from tests.followups.factories import FollowUpOrderFactory
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.integrations.factories import WebhookEndpointFactory
from tests.integrations.lists import csv_bytes, identity, row
from tests.integrations.test_checkups import HEADER as CHECKUP_HEADER
from tests.integrations.test_checkups import check_row
from tests.integrations.test_conformance_discharges import FILES, FOLDER
from tests.integrations.test_resume import stay_of
from tests.integrations.test_rosters import content, roster_row

NOT_TOLD = ("shown", "places")
AGAIN = {"入院日期": "2025-04-01", "出院日期": "2025-04-04", "住院次数": "2"}
CONSENT_HEAD = "姓名,身份证号,用途,渠道,是否同意,同意日期,来源,文本版本"
CONSENTS = (
    "健康教育,短信,同意,2025-05-01,登记表,G1",
    "画像,,否,2025-05-02,来电登记簿,",
    "营销短信,,否,2025-05-02,来电登记簿,",
)
DEAD = {"离院方式": "死亡"}


def listed(hospital: Hospital, text: bytes, kind: str = "discharges", **asked: Any) -> ImportBatch:
    """A list that waits for its dry run."""
    with hospital_scope(hospital):
        batch = batches.take_in(
            [text], size=len(text), file_name="list.csv", kind=kind, actor=None, now=timezone.now(), asked=asked
        )
        batch.state = ImportBatch.State.CHECKING
        batch.save()
    return batch


def done(hospital: Hospital, batch: ImportBatch, state: str) -> ImportBatch:
    """The list after the work of a state."""
    ImportBatch._base_manager.filter(pk=batch.pk).update(state=state)
    assert importing.run(hospital, batch.pk)
    batch.refresh_from_db()
    return batch


def consents_of(people: Iterable[int]) -> bytes:
    """Three decisions of each of these people."""
    rows = [f"甘书远,{identity('19600101', 2 * n + 1)},{said}" for n in people for said in CONSENTS]
    return "\n".join([CONSENT_HEAD, *rows, ""]).encode()


def findings(hospital: Hospital, batch: ImportBatch) -> list[tuple[Any, ...]]:
    with hospital_scope(hospital):
        rows = ImportIssue.objects.filter(batch=batch).order_by("row", "code", "field")
        return list(rows.values_list("row", "line", "kind", "code", "field"))


def tried_and_done(hospital: Hospital, text: bytes, kind: str = "discharges", **asked: Any) -> ImportBatch:
    """The list brought in; its dry run had told the same counts and findings."""
    batch = listed(hospital, text, kind, **asked)
    tried = done(hospital, batch, "checking")
    assert tried.state == "ready", tried.error
    told = {name: n for name, n in tried.dry_counts.items() if name not in NOT_TOLD}, findings(hospital, batch)
    done(hospital, batch, "queued")
    assert told == (batch.counts, findings(hospital, batch))
    return batch


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three rows."""
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 3)
    monkeypatch.setattr(importing, "CHUNK_ROWS", 3)


KNOWN = [stay_of(n) for n in range(1, 13)]
# one thing said in several chunks, of people on record and of new ones
SAID = {
    "person twice": [stay_of(40), *KNOWN[:4], stay_of(40, **AGAIN), stay_of(41), stay_of(40, 出院科室="神经内科")],
    "correction": [stay_of(1, 出院科室="神经内科"), *KNOWN[1:6], stay_of(1, 出院科室="神经内科"), stay_of(1)],
    "death": [stay_of(1, **AGAIN, **DEAD), *KNOWN[1:5], stay_of(1, 入院日期="2025-05-01", 出院日期="2025-05-03")],
    "death denied": [stay_of(2, **DEAD), *KNOWN[3:7], stay_of(2), stay_of(2, 离院方式="疑似死亡")],
    "number learned": [
        *(stay_of(1, 入院日期="2025-06-01", 出院日期="2025-06-02", 住院次数="3"), *KNOWN[2:6]),
        *(row(住院号="ZY0001", 身份证号="", 联系电话="", 姓名="甘书远"), row(住院号="ZY0001", 姓名="林森")),
        *(row(住院号="ZY0001", 姓名="林森"), row(身份证号="", 联系电话="13800000003")),
    ],
    "value filled": [
        *(row(住院号="ZY0900", 身份证号="", 性别="男", 出生日期="1950-01-02", 联系电话="13900000001"), *KNOWN[:3]),
        row(
            住院号="ZY0900", 身份证号="", 性别="女", 出生日期="1951-01-02", 入院日期="2025-08-01", 出院日期="2025-08-02"
        ),
        row(
            住院号="",
            身份证号="",
            出生日期="1950-01-02",
            联系电话="13900000001",
            入院日期="2025-09-01",
            出院日期="2025-09-02",
        ),
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("mode", ["both", "create", "update"])
def test_dry_run_tells_what_the_import_does(north: Hospital, small_chunks: None, said: str, mode: str) -> None:
    bare = row(住院号="ZY0900", 身份证号="", 性别="", 出生日期="", 联系电话="")
    tried_and_done(north, csv_bytes([*KNOWN, bare]))
    tried_and_done(north, csv_bytes(SAID[said]), options={"mode": mode})
    again = tried_and_done(north, csv_bytes(SAID[said]), options={"mode": mode})
    assert again.counts["patients_created"] == 0


@pytest.mark.django_db
def test_dry_run_of_a_list_with_a_contradiction_decided_before(north: Hospital, small_chunks: None) -> None:
    twice = [row(姓名="林森"), *KNOWN[3:7], row(姓名="林森", **AGAIN)]
    tried_and_done(north, csv_bytes([row(), *twice]))
    tried_and_done(north, csv_bytes([*twice, row(姓名="林森", 主管医生="何医师")]))
    with hospital_scope(north):
        assert MatchConflict.objects.count() == 1


@pytest.mark.django_db
def test_dry_run_of_a_stay_that_was_taken_back_and_of_a_withdrawn_death(north: Hospital, small_chunks: None) -> None:
    batch = tried_and_done(north, csv_bytes([stay_of(1, **DEAD), *KNOWN[1:5]]))
    tried_and_done(north, csv_bytes([stay_of(1, **AGAIN, 离院方式="死亡")]))
    with hospital_scope(north):
        undoing.undo(batch, actor=None, now=timezone.now())
    done(north, batch, "undoing")
    tried_and_done(north, csv_bytes(KNOWN))


@pytest.mark.django_db
def test_dry_run_of_health_checks_a_roster_and_consents(north: Hospital, small_chunks: None) -> None:
    with hospital_scope(north):
        unit = GroupCustomerFactory()
        GroupMemberFactory(group=unit)
    checks = [*(check_row(n) for n in range(1, 9)), check_row(1, 异常项目="脂肪肝"), check_row(1)]
    roster = [*(roster_row(n) for n in range(4, 14)), roster_row(4, 职务="车工"), roster_row(5)]
    asked = {"group": unit, "options": {"mode": "both", "is_complete": True}}
    consents = consents_of([*range(1, 7), 2])
    tried_and_done(north, csv_bytes(KNOWN))
    for _again in range(2):
        tried_and_done(north, content(checks, CHECKUP_HEADER), "checkups")
        tried_and_done(north, content(roster), "roster", **asked)
        tried_and_done(north, consents, "consents")


LISTS: dict[str, Callable[[], bytes]] = {
    "discharges": lambda: csv_bytes(
        [
            *(stay_of(1, **AGAIN, **DEAD), stay_of(2, 出院科室="神经内科"), stay_of(3, 离院方式="疑似死亡")),
            *(stay_of(4, **AGAIN), stay_of(2), row(住院号="ZY0005", 姓名="林森"), *(stay_of(n) for n in range(40, 46))),
        ]
    ),
    "checkups": lambda: content(
        [check_row(n, 身份证号=identity("19600101", 2 * n + 1)) for n in range(1, 9)], CHECKUP_HEADER
    ),
    "roster": lambda: content(
        [roster_row(n, 身份证号=identity("19600101", 2 * n + 1), 出生日期="1960-01-01") for n in range(1, 9)]
    ),
    "consents": lambda: consents_of(range(1, 5)),
}
HELD = """
    select relation::regclass::text, mode from pg_locks join pg_class c on c.oid = relation
     where pid = pg_backend_pid() and relkind = 'r' and relnamespace = 'public'::regnamespace
       and mode <> 'AccessShareLock' order by 1"""


def rows_held(hospital: Hospital) -> list[str]:
    """Of which tables a row of the hospital is held; and whether its lists are."""
    held: list[str] = []

    def look() -> None:
        for model in (Patient, Encounter, FollowUpOrder):
            with hospital_scope(hospital):
                free = model.objects.select_for_update(skip_locked=True)
                if len(free) < model.objects.count():
                    held.append(model.__name__)
        with hospital_scope(hospital):
            held.extend([] if is_nobody_at_it() else ["lists"])
        connection.close()

    asking = threading.Thread(target=look)
    asking.start()
    asking.join()
    return held


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", LISTS)
def test_nobody_waits_for_a_dry_run_of_people(kind: str, small_chunks: None, monkeypatch: Any) -> None:
    hospital = create_hospital("dry", "试运行医院")
    done(hospital, listed(hospital, csv_bytes(KNOWN)), "queued")
    with hospital_scope(hospital):
        FollowUpOrderFactory(run__patient=Patient.objects.earliest("pk"))
        WebhookEndpointFactory(facts=["people.created", "people.deceased", "encounters.changed"])
        unit = GroupCustomerFactory()
        before = counted()
    batch = listed(hospital, LISTS[kind](), kind, **({"group": unit} if kind == "roster" else {}))
    held, tables, finish, bring = [], [], importing._finish, importing.bring_chunk

    def look() -> None:
        held.extend(rows_held(hospital))
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            tables.extend(cursor.fetchall())

    def look_after(work: Any) -> Any:
        def then(*args: Any, **options: Any) -> Any:
            answer = work(*args, **options)
            look()
            return answer

        return then

    monkeypatch.setattr(importing, "_finish", look_after(finish))
    monkeypatch.setattr(importing, "bring_chunk", look_after(bring))
    assert done(hospital, batch, "checking").state == "ready"
    assert (held, tables) == ([], [])
    assert sum(batch.dry_counts[name] for name in batch.dry_counts if name.endswith("_created")) > 0
    with hospital_scope(hospital):
        assert counted() == before


def counted() -> list[int]:
    """How many rows there are of what a list writes, but the audit of taking the list in."""
    models = (Patient, Encounter, FollowUpOrder, Consent, MatchConflict)
    return [*(model.objects.count() for model in models), AuditEvent.objects.exclude(verb__contains="batch").count()]


@pytest.mark.conformance
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the outside world's files are not here")
@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_dry_run_of_the_outside_worlds_lists(north: Hospital, order: tuple[int, ...]) -> None:
    for place in order:
        tried_and_done(north, (FOLDER / FILES[place]).read_bytes())


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_list_thrown_away_during_its_dry_run_stays_away(monkeypatch: Any) -> None:
    hospital = create_hospital("dry", "试运行医院")
    batch, bring = listed(hospital, csv_bytes(KNOWN)), importing.bring_chunk

    def throw_away() -> None:
        with hospital_scope(hospital):
            batches.discard(batch, actor=None)
        connection.close()

    def meanwhile(*args: Any, **options: Any) -> Any:
        thrown = threading.Thread(target=throw_away)
        thrown.start()
        thrown.join(15)
        return bring(*args, **options)

    monkeypatch.setattr(importing, "bring_chunk", meanwhile)
    assert importing.run(hospital, batch.pk) is False
    batch.refresh_from_db()
    assert (batch.state, batch.dry_counts) == ("discarded", {})


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_dry_run_that_takes_long_is_not_begun_twice(monkeypatch: Any) -> None:
    hospital = create_hospital("dry", "试运行医院")
    batch, bring, answers = listed(hospital, csv_bytes(KNOWN)), importing.bring_chunk, []
    later = timezone.now() + 2 * importing.CLAIM_FOR

    def another() -> None:
        answers.append(importing.run(hospital, batch.pk, clock=lambda: later))
        connection.close()

    def meanwhile(*args: Any, **options: Any) -> Any:
        working = threading.Thread(target=another)
        working.start()
        working.join(15)
        return bring(*args, **options)

    monkeypatch.setattr(importing, "bring_chunk", meanwhile)
    assert importing.run(hospital, batch.pk) is True
    batch.refresh_from_db()
    assert (answers, batch.state, batch.dry_counts["stays_created"]) == ([False], "ready", 12)
