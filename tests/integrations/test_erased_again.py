"""Whoever was erased does not come back with what lists and feeds tell later; staff may enter the person again."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Hospital
from followups.models import FollowUpOrder
from groups.models import GroupMember
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing
from integrations.domain.at_once import bring_in_file
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import apply_again, receive
from integrations.models import ImportBatch, ImportIssue, InboundRecord
from patients.domain.erasing import erase
from patients.domain.people import create_person
from patients.domain.reach import ErasedBefore
from patients.models import Encounter, ErasedNumber, Patient
from tests.cast import Cast, actor_of
from tests.groups.factories import GroupCustomerFactory
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.lists import csv_bytes, identity, row
from tests.integrations.test_rosters import content, roster_row

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
LEFT = pv1(ended="20260603100000", left="1")


def bring(north: Hospital, *messages: bytes) -> list[tuple[str, str]]:
    """Receive and apply; answers what became of the newest of them."""
    with hospital_scope(north):
        feed = InboundRecord.objects.first()
        receive(feed.feed if feed else FeedFactory(), [one for one, _ in as_inbound(messages)], now=NOW, ask=False)
    apply_due(north, NOW)
    with hospital_scope(north):
        return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))[-len(messages) :]


def erase_everybody(north: Hospital) -> None:
    with hospital_scope(north):
        for person in Patient.objects.exclude(contact_state="erased"):
            erase(person, reason="本人要求删除", actor=None, now=NOW)


def people(north: Hospital) -> list[tuple[str, str]]:
    with hospital_scope(north):
        return list(Patient.objects.order_by("id").values_list("name", "contact_state"))


def test_messages_of_an_erased_person_are_set_aside(north: Hospital) -> None:
    bring(north, adt("A01", "1", pv1=pv1()))
    erase_everybody(north)
    later = bring(
        north,
        adt("A31", "2"),
        adt("A03", "3", pv1=LEFT.replace("V1", "V2")),
        adt("A40", "4", more="MRG|M9^^^H^MR"),
        adt("A28", "5", number="M2", name="甘小路"),
    )
    aside = ("set_aside", "person_erased")
    assert later == [aside, aside, aside, ("applied", "")]
    assert people(north) == [("已清除", "erased"), ("甘小路", "open")]
    with hospital_scope(north):
        assert FollowUpOrder.objects.count() == 0


def test_an_erased_person_is_known_without_a_number_by_name_birth_and_telephone(north: Hospital) -> None:
    bring(north, adt("A28", "1"))
    erase_everybody(north)
    pid = "PID|1||{number}||甘书远||19600102|M|||一路1号||{phone}"
    told = [("M5^^^H^MR", "13800000001"), ("M6^^^H^MR", "13800000009")]
    messages = [adt("A28", str(n), pid=pid.format(number=a, phone=b)) for n, (a, b) in enumerate(told, start=2)]
    assert bring(north, *messages) == [("set_aside", "person_erased"), ("applied", "")]


def test_rows_of_an_erased_person_are_left_out_of_a_list(north: Hospital, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(csv_bytes([row()]))
    bring_in_file(north, path, now=timezone.now())
    erase_everybody(north)
    other = {"住院号": "ZY0002", "姓名": "甘小路", "身份证号": identity("19610101"), "联系电话": "13800000002"}
    by_paper = {"住院号": "ZY0003", "住院次数": "2", "入院日期": "2025-04-01", "出院日期": "2025-04-05"}
    path.write_bytes(csv_bytes([row(**other), row(**by_paper), row(身份证号="", 联系电话="")]))
    bring_in_file(north, path, now=timezone.now())
    assert people(north) == [("已清除", "erased"), ("甘小路", "open")]
    with hospital_scope(north):
        left_out = list(ImportIssue.objects.filter(kind="rejected").order_by("row").values_list("row", "code"))
        assert left_out == [(2, "person_erased"), (3, "person_erased")]
        assert Encounter.objects.exclude(source="erased").count() == 1


def test_an_erased_person_joins_no_unit_by_a_roster(north: Hospital, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(content([roster_row(1), roster_row(2, 姓名="甘小路")]))

    def join() -> None:
        with hospital_scope(north):
            asked = {"group": GroupCustomerFactory(), "options": {"mode": "both"}}
            batch = batches.take_in_file(
                path, digest="", file_name="roster.csv", kind="roster", actor=None, now=NOW, asked=asked
            )
            batch.state = ImportBatch.State.QUEUED
            batch.save()
        assert importing.run(north, batch.pk)

    join()
    with hospital_scope(north):
        erase(Patient.objects.get(name="甘书远"), reason="本人要求删除", actor=None, now=NOW)
    join()
    with hospital_scope(north):
        assert list(ImportIssue.objects.values_list("row", "code")) == [(1, "person_erased")]
        assert list(GroupMember.objects.values_list("patient__name", flat=True)) == ["甘小路", "甘小路"]


def test_whoever_is_entered_again_by_hand_is_told_of_again(north: Hospital, cast: Cast) -> None:
    pid = f"PID|1||M1^^^H^MR~{identity('19600102')}^^^^NI||甘书远||19600102|M|||一路1号||13800000001"
    bring(north, adt("A28", "1", pid=pid))
    erase_everybody(north)
    assert bring(north, adt("A01", "2", pid=pid, pv1=pv1())) == [("set_aside", "person_erased")]
    with hospital_scope(north):
        values = {"name": "甘书远", "sex": "M", "mrn": "M1"}
        with pytest.raises(ErasedBefore):
            create_person(values, again=" ", actor=actor_of(cast.sun))
        create_person(values, again="又来住院", actor=actor_of(cast.sun))
        apply_again(InboundRecord.objects.all())
    apply_due(north, NOW)
    with hospital_scope(north):
        assert InboundRecord.objects.latest("id").state == "applied"
        assert Encounter.objects.get().patient.name == "甘书远"


def test_a_number_given_to_somebody_else_since_brings_nobody_back(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A28", "1"))
    erase_everybody(north)
    with hospital_scope(north):
        create_person({"name": "甘小路", "sex": "F", "mrn": "M1"}, again="病案号重新发放", actor=actor_of(cast.sun))
    told = bring(north, adt("A31", "2"), adt("A31", "3", name="甘小路"))
    assert told == [("set_aside", "person_erased"), ("applied", "")]
    assert people(north) == [("已清除", "erased"), ("甘小路", "open")]


def test_only_keyed_hashes_are_kept_and_nobody_takes_them_away(north: Hospital) -> None:
    bring(north, adt("A28", "1"))
    erase_everybody(north)
    with hospital_scope(north):
        assert sorted(len(one.number_hash) for one in ErasedNumber.objects.all()) == [64, 64]
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            ErasedNumber.objects.all().delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasedNumber.objects.create(number_hash=ErasedNumber.objects.first().number_hash, erased_at=NOW)
