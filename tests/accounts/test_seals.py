"""The hash chain over the audit trail, with transactions that really commit."""

import datetime as dt
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.domain import seals
from accounts.models import AuditEvent, AuditSeal, Hospital
from accounts.tasks import seal_audit
from hospital_crm.tenancy.scope import hospital_scope

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql, pytest.mark.timeout(600)]

HORIZON = seals._horizon


def write(hospital: Hospital, *verbs: str) -> None:
    with hospital_scope(hospital):
        for verb in verbs:
            audit.record(verb)


def seal_once(hospital: Hospital) -> list[tuple[str, int]]:
    with hospital_scope(hospital):
        return [(one.chain, one.rows) for one in seals.seal_all()]


def seal(hospital: Hospital) -> list[tuple[str, int]]:
    """Seals all there is. Housekeeping and long transactions of other databases of the cluster hold sealing back."""
    sealed: list[tuple[str, int]] = []
    waited_until = time.monotonic() + 240
    while time.monotonic() < waited_until:
        sealed += seal_once(hospital)
        with hospital_scope(hospital):
            covered = sum(AuditSeal.objects.filter(chain="event").values_list("rows", flat=True))
            if covered == AuditEvent.objects.count():
                break
        time.sleep(0.1)
    return sealed


def reasons(hospital: Hospital) -> list[tuple[str, str]]:
    with hospital_scope(hospital):
        return [(one.chain, one.reason) for one in seals.verify_all()]


@pytest.fixture
def sealed(north: Hospital, alone: None) -> Hospital:
    """North with three seals over its events: what its making recorded, then two verbs, then one."""
    seal(north)
    write(north, "a", "b")
    seal(north)
    write(north, "c")
    seal(north)
    return north


def test_everything_recorded_is_sealed_once(sealed: Hospital) -> None:
    assert seal(sealed) == []
    with hospital_scope(sealed):
        assert sum(one.rows for one in AuditSeal.objects.filter(chain="event")) == AuditEvent.objects.count()
        chain = list(AuditSeal.objects.filter(chain="event").order_by("id"))
    assert [one.previous for one in chain] == ["0" * 64, *[one.digest for one in chain[:-1]]]
    assert reasons(sealed) == []


def test_sealing_twice_is_harmless(north: Hospital, alone: None) -> None:
    seal(north)
    with hospital_scope(north):
        before = AuditSeal.objects.count()
    seal_audit(north.pk)
    seal_audit(north.pk)
    with hospital_scope(north):
        assert AuditSeal.objects.count() == before


CHANGED = ("event", "rows were changed or put in another order, or the seal was changed")
COUNTED = ("event", "rows were added or removed")
FORGE = (
    "insert into accounts_auditevent (hospital_id, request_id, actor_name, role_code, verb, object_type, object_id,"
    " detail, xid) select hospital_id, '', '', '', 'forged', '', '', '{}', xid"
    " from accounts_auditevent where verb = 'a'"
)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("update accounts_auditevent set verb = 'x' where verb = 'a'", CHANGED),
        ("update accounts_auditevent set actor_name = '王' where verb = 'b'", CHANGED),
        (
            "update accounts_auditseal set digest = repeat('0', 64) where rows = 1 and upto_xid::text = "
            "(select max(upto_xid::text::bigint)::text from accounts_auditseal)",
            CHANGED,
        ),
        ("delete from accounts_auditevent where verb = 'c'", COUNTED),
        (FORGE, COUNTED),
        (
            "delete from accounts_auditseal where rows = 2 and chain = 'event'",
            ("event", "a seal before this one is missing or was changed"),
        ),
    ],
)
def test_tampering_by_the_owner_of_the_database_is_found(sealed: Hospital, sql: str, found: tuple[str, str]) -> None:
    assert reasons(sealed) == []
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert reasons(sealed) == [found]
    with pytest.raises(CommandError):
        call_command("verify_audit", hospital="north")


def test_what_was_sealed_since_a_day_is_verified_on_top_of_the_hash_before(
    sealed: Hospital,
) -> None:
    yesterday = timezone.now() - dt.timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "update accounts_auditseal set at = at - interval '3 days' where id < "
            "(select max(id) from accounts_auditseal where chain = 'event')"
        )
        cursor.execute("update accounts_auditevent set verb = 'x' where verb = 'a'")

    def found(since: dt.datetime | None) -> list[tuple[str, str]]:
        with hospital_scope(sealed):
            return [(one.chain, one.reason) for one in seals.verify_all(since=since)]

    assert (found(None), found(yesterday), found(yesterday - dt.timedelta(days=9))) == ([CHANGED], [], [CHANGED])
    call_command("verify_audit", hospital="north", since=yesterday.date())
    with connection.cursor() as cursor:
        cursor.execute("update accounts_auditevent set verb = 'x' where verb = 'c'")
    assert found(yesterday) == [CHANGED]
    with pytest.raises(CommandError):
        call_command("verify_audit", "--hospital=north", f"--since={yesterday.date()}")


def test_serving_role_cannot_tamper(sealed: Hospital) -> None:
    for verb in ("update accounts_auditevent set verb = ''", "delete from accounts_auditevent"):
        with pytest.raises(Exception, match="permission denied"), hospital_scope(sealed), connection.cursor() as cursor:
            cursor.execute(verb)


def test_command_prints_the_newest_hashes(sealed: Hospital, capsys: pytest.CaptureFixture) -> None:
    call_command("verify_audit", hospital="north")
    with hospital_scope(sealed):
        newest = seals.newest()
    assert capsys.readouterr().out.splitlines() == [f"north {chain} {digest}" for chain, digest in newest.items()]


@pytest.mark.races
def test_late_commit_never_falls_into_a_sealed_batch(north: Hospital, alone: None) -> None:
    """A slow transaction writes first and commits last; what was written after it waits for it to be sealed, and for
    nothing else here: long transactions of other databases of the cluster are left aside once it has ended.
    """
    seal(north)
    wrote, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with hospital_scope(north):
            audit.record("slow")
            wrote.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(10)
    write(north, "quick")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seals, "_horizon", HORIZON)
        assert "event" not in dict(seal_once(north))
    may_commit.set()
    thread.join()
    assert dict(seal(north))["event"] == 2
    assert reasons(north) == []


@pytest.mark.races
def test_two_sealers_at_once_make_one_chain(north: Hospital, alone: None) -> None:
    write(north, "a")
    results: list = []

    def run() -> None:
        results.append(seal_once(north))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    seal(north)
    assert reasons(north) == []
    with hospital_scope(north):
        assert sum(AuditSeal.objects.filter(chain="event").values_list("rows", flat=True)) == AuditEvent.objects.count()


def test_restored_cluster_counts_anew_and_the_chain_goes_on(sealed: Hospital) -> None:
    """In a restored cluster transactions begin at low numbers; as if so, all that is sealed lies far above."""
    far = 10**12
    with connection.cursor() as cursor:
        cursor.execute("update accounts_auditevent set xid = (xid::text::bigint + %s)::text::xid8", [far])
        cursor.execute("delete from accounts_auditseal")
        cursor.execute("select max(xid::text::bigint) + 1 from accounts_auditevent")
        upto = cursor.fetchone()[0]
    with hospital_scope(sealed), transaction.atomic():
        rows, last_id, digest = seals._digest(seals.CHAINS[0], "0" * 64, 0, upto, 0, 2**63 - 1)
        AuditSeal.objects.create(
            chain="event", from_xid=0, upto_xid=upto, rows=rows, last_id=last_id, previous="0" * 64, digest=digest
        )
    write(sealed, "after the restore")
    assert ("event", 1) in seal(sealed)
    write(sealed, "and on")
    assert ("event", 1) in seal(sealed)
    assert reasons(sealed) == []
