"""What is purged when its years are over, what stays, and that the chain can still be vouched for."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.domain import retention, seals
from accounts.models import AuditEvent, AuditPurge, AuditSeal, Hospital, HospitalSettings, LoginFailure, PlatformSeal
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql, pytest.mark.timeout(300)]
LONG_AGO = "interval '4 years'"


def seal(hospital: Hospital, *verbs: str) -> None:
    with hospital_scope(hospital):
        for verb in verbs:
            audit.record(verb)
    with hospital_scope(hospital):
        seals.seal_all()


def make_older(*tables: str, by: str = LONG_AGO) -> None:
    """The rows and seals that stand are of another time, and sealed anew as if then."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"update {table} set at = at - {by}")


@pytest.fixture
def old_and_young(north: Hospital, alone: None) -> Hospital:
    """A batch of four years ago with two verbs, and one of today with one."""
    with hospital_scope(north):
        audit.record("old.one")
        audit.record("old.two")
    make_older("accounts_auditevent", "accounts_accesslog", "accounts_rowchange")
    seal(north)
    make_older("accounts_auditseal")
    seal(north, "young")
    return north


def verbs(hospital: Hospital) -> list[str]:
    with hospital_scope(hospital):
        return sorted(AuditEvent.objects.values_list("verb", flat=True))


def faults(hospital: Hospital) -> list[tuple[str, str]]:
    with hospital_scope(hospital):
        return [(one.chain, one.reason) for one in seals.verify_all()]


def purge(hospital: Hospital, now: dt.datetime | None = None) -> int:
    with hospital_scope(hospital):
        return retention.purge_hospital(now=now or timezone.now())


def test_batches_whose_years_are_over_go_and_leave_seal_and_proof(old_and_young: Hospital) -> None:
    assert faults(old_and_young) == []
    assert purge(old_and_young) > 0
    assert [verb for verb in verbs(old_and_young) if verb.startswith(("old", "young"))] == ["young"]
    with hospital_scope(old_and_young):
        first = AuditSeal.objects.filter(chain="event").earliest("id")
        proof = AuditPurge.objects.get(seal_id=first.pk)
        assert (proof.rows, proof.digest) == (first.rows, first.digest)
    assert faults(old_and_young) == []
    assert "accounts.audit.purge" in verbs(old_and_young)
    assert purge(old_and_young) == 0


def test_a_hospital_may_keep_longer(old_and_young: Hospital) -> None:
    with hospital_scope(old_and_young):
        HospitalSettings.objects.update(events_kept_years=10, accesses_kept_years=10, changes_kept_years=10)
    assert purge(old_and_young) == 0


def test_what_is_younger_than_three_years_is_not_deleted_whatever_the_clock_says(north: Hospital, alone: None) -> None:
    seal(north, "young")
    assert purge(north, now=timezone.now() + dt.timedelta(days=5000)) == 0
    assert "young" in verbs(north)


def test_a_forged_old_seal_deletes_nothing(north: Hospital, alone: None) -> None:
    seal(north, "young")
    with hospital_scope(north):
        real = AuditSeal.objects.filter(chain="event").last()
        forged = AuditSeal.objects.create(
            chain="event", at=timezone.now() - dt.timedelta(days=4000), from_xid=0, upto_xid=real.upto_xid + 1,
            floor_id=0, last_id=real.last_id, rows=AuditEvent.objects.count(), previous="0" * 64, digest="f" * 64,
        )  # fmt: skip
    with pytest.raises(InternalError, match="must still be kept"), hospital_scope(north), connection.cursor() as cursor:
        cursor.execute("select purge_sealed('event', %s)", [forged.pk])
    assert "young" in verbs(north)


def test_a_batch_that_was_tampered_with_stays(old_and_young: Hospital) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from accounts_auditevent where verb = 'old.two'")
    purge(old_and_young)
    assert "old.one" in verbs(old_and_young)
    assert faults(old_and_young) == [("event", "rows were added or removed")]


def test_rows_that_come_back_after_the_purge_are_found(old_and_young: Hospital) -> None:
    purge(old_and_young)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into accounts_auditevent (hospital_id, request_id, actor_name, role_code, verb, object_type,"
            " object_id, detail, xid) select hospital_id, '', '', '', 'forged', '', '', '{}',"
            " (upto_xid::text::bigint - 1)::text::xid8 from accounts_auditseal where chain = 'event'"
            " order by id limit 1"
        )
    assert faults(old_and_young) == [("event", "rows were added after the batch was purged")]


def test_another_hospitals_batch_is_out_of_reach(old_and_young: Hospital, south: Hospital) -> None:
    with hospital_scope(old_and_young):
        seal_id = AuditSeal.objects.filter(chain="event").earliest("id").pk
    with pytest.raises(InternalError, match="no such seal"), hospital_scope(south), connection.cursor() as cursor:
        cursor.execute("select purge_sealed('event', %s)", [seal_id])


def test_failed_sign_ins_have_a_chain_of_their_own(north: Hospital, alone: None, capsys: pytest.CaptureFixture) -> None:
    with no_hospital_scope():
        LoginFailure.objects.create(username="li", reason="password")
    call_command("verify_audit")
    assert "platform failure not sealed yet: 1 rows since" in capsys.readouterr().out
    with no_hospital_scope():
        sealed = seals.seal_all(seals.PLATFORM_CHAINS)
        assert [one.rows for one in sealed if one.chain == "failure"] == [1]
        assert list(seals.verify_all(seals.PLATFORM_CHAINS)) == []
    with connection.cursor() as cursor:
        cursor.execute("update accounts_loginfailure set username = 'wang'")
    with no_hospital_scope():
        found = [(one.chain, one.reason) for one in seals.verify_all(seals.PLATFORM_CHAINS)]
    assert found == [("failure", "rows were changed or put in another order, or the seal was changed")]


def failed_sign_in(ago: str) -> int:
    """A failed sign-in sealed so long ago; the seal's number."""
    with no_hospital_scope():
        LoginFailure.objects.create(username="li", reason="password")
    make_older("accounts_loginfailure", by=f"interval '{ago}'")
    with no_hospital_scope():
        seals.seal_all(seals.PLATFORM_CHAINS)
    with connection.cursor() as cursor:
        cursor.execute(f"update accounts_platformseal set at = at - interval '{ago}' where chain = 'failure'")
    with no_hospital_scope():
        return PlatformSeal.objects.get(chain="failure").pk


def test_failed_sign_ins_are_kept_three_years(alone: None, db: None) -> None:
    sealed = failed_sign_in("2 years 11 months")
    with no_hospital_scope():
        assert retention.purge_platform(now=timezone.now()) == 0
        assert LoginFailure.objects.count() == 1
    with pytest.raises(InternalError, match="must still be kept"), no_hospital_scope(), connection.cursor() as cursor:
        cursor.execute("select purge_sealed('failure', %s)", [sealed])


def test_failed_sign_ins_go_after_three_years(alone: None, db: None) -> None:
    failed_sign_in("4 years")
    with no_hospital_scope():
        assert retention.purge_platform(now=timezone.now()) == 1
        assert LoginFailure.objects.count() == 0
        assert PlatformSeal.objects.filter(chain="failure").count() == 1
        assert list(seals.verify_all(seals.PLATFORM_CHAINS)) == []


def test_tail_tells_what_no_seal_covers(north: Hospital, alone: None) -> None:
    seal(north, "sealed")
    with hospital_scope(north), transaction.atomic():
        audit.record("late")
    with hospital_scope(north):
        assert [(tail.chain, tail.rows) for tail in seals.tails()] == [("event", 1)]
