"""What people, units and staff are found by follows the rules that read names."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.actors import Actor
from accounts.domain import renewals
from accounts.domain.renewals import renew
from accounts.models import AuditEvent, Hospital, Renewal
from groups.domain.naming import name_key as unit_key
from groups.models import GroupCustomer
from hospital_crm import pinyin
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import name_renewal
from patients.domain.erasing import erase
from patients.domain.names import KEYS, name_key, name_keys
from patients.domain.search import find_people
from patients.models import Patient
from tests.cast import Cast
from tests.groups.factories import GroupCustomerFactory
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC)
OLD = dict.fromkeys(KEYS, "")
NAMES = (
    *("曾国强", "单小兰", "解书宁", "欧阳修文", "王建国", "万俟雪", "仇远", "朴正", "查理", "盖一鸣", "乐天", "員半千"),
    *("买买提江·艾则孜", "阿卜杜热合曼·买买提吐尔逊·艾海提", "張發明", "陈後主", "𠮷田秀一", "㼆文", "㐱𫖯", "吕绿"),
    *("José O’Brien", "Анна Иванова", "김민수", "Nguyễn Văn Đức", "Søren Łukasz", "Maria del Carmen Fernández", "JOHN"),
    *("谢小婷（母亲）", "李 四", "Hans-Peter Müller", "长孙无忌", "重阳", "朝阳", "柏乐", "娜拉", "王珩", "Æsir Þór"),
)
MADE = {5: "79f55c24512fba05"}


def test_keys_change_with_the_version_alone() -> None:
    made = [(*name_keys(name), name_key(name), unit_key(name), pinyin.name_order(name)) for name in NAMES]
    digest = hashlib.sha256(repr(made).encode()).hexdigest()[:16]
    assert {pinyin.VERSION: digest} == MADE, "the keys changed: raise hospital_crm.pinyin.VERSION and write it here"


@pytest.mark.django_db
def test_keys_made_by_an_earlier_rule_are_made_anew(
    north: Hospital, south: Hospital, actor: Callable[..., Actor]
) -> None:
    for hospital in (north, south):
        with hospital_scope(hospital):
            for name in ("Nguyễn Văn Đức", "김민수", "王建国"):
                PatientFactory(name=name)
            Patient.objects.exclude(name="王建国").update(**OLD)
    with hospital_scope(north):
        assert find_people(actor("agent"), "duc") == []
    run = renew(north, name_renewal.RULE, now=NOW)
    with hospital_scope(north):
        assert [one.name for one in find_people(actor("agent"), "duc")] == ["Nguyễn Văn Đức"]
        assert [one.name for one in find_people(actor("agent"), "김민")] == ["김민수"]
        assert (run.changed, run.finished_at) == (2, NOW)
        event = AuditEvent.objects.get(verb="patients.names.renew")
        assert event.after == {"version": pinyin.VERSION, "names_read": 2}
    with hospital_scope(south):
        assert Patient.objects.filter(py_full="").count() == 2
        assert not Renewal.objects.exists()


@pytest.mark.django_db
def test_a_version_makes_keys_once_and_goes_on_where_it_stopped(
    north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_renewal, "AT_ONCE", 2)
    with hospital_scope(north):
        people = [PatientFactory(name=f"曾国{given}") for given in "强兰宁文武"]
        Patient.objects.update(**OLD)
        Renewal.objects.create(rule=name_renewal.RULE, version=pinyin.VERSION, after_id=people[0].pk)
    assert renew(north, name_renewal.RULE, now=NOW).changed == 4
    with hospital_scope(north):
        assert list(Patient.objects.order_by("pk").values_list("py_initials_alt", flat=True)) == [
            "", "cgl", "cgn", "cgw", "cgw",
        ]  # fmt: skip
        Patient.objects.update(**OLD)
    assert renew(north, name_renewal.RULE, now=NOW).changed == 4
    monkeypatch.setattr(pinyin, "VERSION", pinyin.VERSION + 1)
    assert renew(north, name_renewal.RULE, now=NOW).changed == 5


@pytest.mark.django_db
def test_units_and_staff_follow_too_by_one_command(north: Hospital, cast: Cast, capsys: pytest.CaptureFixture) -> None:
    with hospital_scope(north):
        unit = GroupCustomerFactory(name="曾家港务有限公司")
        GroupCustomer.objects.update(py_full="old", name_key="old")
        type(cast.li).objects.filter(pk=cast.li.pk).update(name_order="old")
    call_command("renew", "--hospital", "north")
    with hospital_scope(north):
        unit.refresh_from_db()
        cast.li.refresh_from_db()
        assert (unit.py_full, unit.name_key) == (name_keys(unit.name).py_full, "曾家港务")
        assert cast.li.name_order == pinyin.name_order(cast.li.name)
    told = [line.rsplit(" ", 1)[0] for line in capsys.readouterr().out.splitlines()]
    version = pinyin.VERSION
    assert f"hospital=north rule=unit-names version={version} changed=1" in told
    assert f"hospital=north rule=staff-names version={version} changed=1" in told
    assert len(told) == len(renewals.rules)


@pytest.mark.django_db
def test_what_erasing_emptied_stays_empty(north: Hospital, actor: Callable[..., Actor]) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="曾国强", region="玄武区")
        erase(person, reason="本人要求", actor=actor("centre_manager"), now=NOW)
        before = Patient.objects.filter(pk=person.pk).values(*KEYS, "region", "division_code").get()
        assert before == {**OLD, "region": "玄武区", "division_code": ""}
    renewals.renew_all(north, now=NOW)
    with hospital_scope(north):
        assert Patient.objects.filter(pk=person.pk).values(*before).get() == before


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_chunk_is_made(north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    with hospital_scope(north):
        stale, sound = PatientFactory(name="曾国强"), PatientFactory(name="单小兰")
        Patient.objects.filter(pk=stale.pk).update(**OLD)
    begun, written = threading.Event(), threading.Event()
    write = name_renewal.renew_people

    def slowly(*args: object, **kwargs: object) -> object:
        done = write(*args, **kwargs)
        begun.set()
        assert written.wait(20)
        return done

    def others() -> None:
        try:
            assert begun.wait(20)
            with hospital_scope(north), connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '5s'")
                Patient.objects.filter(pk=sound.pk).update(hobbies="钓鱼")
                PatientFactory(name="解书宁")
            written.set()
        finally:
            connection.close()

    monkeypatch.setattr(name_renewal, "renew_people", slowly)
    beside = threading.Thread(target=others)
    beside.start()
    run = renew(north, name_renewal.RULE, now=NOW)
    beside.join(30)
    assert (run.changed, written.is_set()) == (1, True)
    with hospital_scope(north):
        assert Patient.objects.get(pk=stale.pk).py_full == "zengguoqiang"
