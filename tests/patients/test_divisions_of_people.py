"""Divisions of people on record: read anew where a rule or the table changes, told by code, moved by unions."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.http import QueryDict

from accounts.domain.renewals import renew
from accounts.models import AuditEvent, Hospital, Renewal
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import divisions, region_renewal
from patients.domain.corrections import correct_people
from patients.domain.divisions import code_of
from patients.domain.lists import PeopleList
from patients.domain.parting import part
from patients.domain.people import change_person, create_person
from patients.domain.records import PersonRecord
from patients.domain.registry import record_people
from patients.domain.uniting import unite
from patients.models import Division, Patient, PersonMerger
from tests.cast import Cast, MountedClient, actor_of
from tests.integrations.lists import identity
from tests.patients.factories import NationalIdFactory, PatientFactory

NOW = dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_regions_on_record_are_read_anew_where_the_rule_changed(north: Hospital, south: Hospital) -> None:
    said = [
        ("江苏南京玄武区", "江苏南京玄武区"),
        ("江苏南京玄武区", "鼓楼区"),
        ("江苏南京玄武区", ""),
        ("江苏南京", "南京"),
        ("", "玄武区"),
    ]
    for hospital in (north, south):
        with hospital_scope(hospital):
            for address, region in said:
                PatientFactory(address=address, region=region)
    reading = renew(north, region_renewal.RULE, now=NOW)
    with hospital_scope(north):
        assert list(Patient.objects.order_by("pk").values_list("region", flat=True)) == [
            "玄武区", "鼓楼区", "玄武区", "南京", "玄武区",
        ]  # fmt: skip
        assert (reading.changed, reading.finished_at) == (2, NOW)
        assert AuditEvent.objects.get(verb="patients.regions.renew").after["regions"] == 2
    with hospital_scope(south):
        assert not Renewal.objects.exists()
        assert Patient.objects.filter(region="玄武区").count() == 1


@pytest.mark.django_db
def test_a_version_reads_once_and_goes_on_where_it_stopped(north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_renewal, "AT_ONCE", 2)
    with hospital_scope(north):
        people = [PatientFactory(address="江苏南京玄武区", region="") for _ in range(5)]
        Renewal.objects.create(rule=region_renewal.RULE, version=region_renewal.VERSION, after_id=people[0].pk)
    assert renew(north, region_renewal.RULE, now=NOW).changed == 4
    with hospital_scope(north):
        Patient.objects.update(region="")
    assert renew(north, region_renewal.RULE, now=NOW).changed == 4
    monkeypatch.setattr(region_renewal, "VERSION", region_renewal.VERSION + 1)
    assert renew(north, region_renewal.RULE, now=NOW).changed == 5


DIVISIONS = [
    *(("220000", "吉林省", 1), ("220100", "长春市", 2), ("220104", "朝阳区", 3), ("220200", "吉林市", 2)),
    *(("110000", "北京市", 1), ("110105", "朝阳区", 3), ("430000", "湖南省", 1), ("430700", "常德市", 2)),
    *(("430781000000", "津市市", 3), ("320000", "江苏省", 1), ("320100", "南京市", 2), ("320102", "玄武区", 3)),
    *(("320106", "鼓楼区", 3), ("320300", "徐州市", 2), ("320302", "鼓楼区", 3)),
]


@pytest.fixture
def table(north: Hospital) -> None:
    """North's table of divisions."""
    with hospital_scope(north):
        Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in DIVISIONS)


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_codes_follow_the_region_and_tell_counties_of_one_name_apart(north: Hospital, south: Hospital) -> None:
    said = [
        ("北京朝阳区", "朝阳区", "110105"),
        ("吉林长春朝阳区", "朝阳区", "220104"),
        ("朝阳区", "朝阳区", ""),
        ("江苏徐州鼓楼区", "", "320302"),
        ("江苏南京玄武区", "鼓楼区", "320106"),
        ("湖南津市", "津市", "430781"),
        ("", "玄武区", "320102"),
        ("山东玄武区", "玄武区", ""),
    ]
    for hospital in (north, south):
        with hospital_scope(hospital):
            for address, region, _code in said:
                PatientFactory(address=address, region=region)
        renew(hospital, region_renewal.RULE, now=NOW)
    with hospital_scope(north):
        codes = Patient.objects.order_by("pk").values_list("division_code", flat=True)
        assert list(codes) == [code for *_said, code in said]
        assert list(Patient.objects.filter(address="湖南津市").values_list("region", flat=True)) == ["津市市"]
    with hospital_scope(south):
        assert set(Patient.objects.values_list("division_code", flat=True)) == {""}


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_another_table_is_followed_the_next_night(in_north: Hospital) -> None:
    person = PatientFactory(address="江苏南京玄武区", region="玄武区", division_code="110105")
    Renewal.objects.create(
        rule=region_renewal.RULE, version=region_renewal.VERSION, after_id=person.pk, finished_at=NOW
    )
    assert renew(in_north, region_renewal.RULE, now=NOW).changed == 0
    region_renewal.read_again()
    assert renew(in_north, region_renewal.RULE, now=NOW).changed == 1
    person.refresh_from_db()
    assert (person.region, person.division_code) == ("玄武区", "320102")


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_codes_come_in_with_people_by_hand_by_list_and_by_message(in_north: Hospital, cast: Cast) -> None:
    actor = actor_of(cast.sun)
    person = create_person({"name": "谢小平", "address": "江苏南京玄武区"}, actor=actor)
    assert (person.region, person.division_code) == ("玄武区", "320102")
    change_person(person, {"region": "鼓楼区"}, actor=actor)
    person.refresh_from_db()
    assert person.division_code == "320106"
    said = {"identity_number": identity(), "address": "吉林长春朝阳区"}
    record_people([PersonRecord(1, "甘书远", **said)], now=NOW, today=NOW.date())
    brought = Patient.objects.get(name="甘书远")
    assert (brought.region, brought.division_code) == ("朝阳区", "220104")
    correct_people([(brought.pk, PersonRecord(1, "甘书远", address="北京朝阳区"))], now=NOW)
    brought.refresh_from_db()
    assert (brought.region, brought.division_code) == ("朝阳区", "110105")


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_chosen_region_gets_no_code_of_an_address_that_comes_later(in_north: Hospital) -> None:
    known = PatientFactory(name="甘书远", region="鼓楼区", address="")
    NationalIdFactory(patient=known, number=identity())
    record = PersonRecord(1, "甘书远", identity_number=identity(), address="江苏南京玄武区")
    record_people([record], now=NOW, today=NOW.date())
    known.refresh_from_db()
    assert (known.region, known.division_code, known.address) == ("鼓楼区", "", "江苏南京玄武区")


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_people_are_filtered_by_the_beginning_of_a_code_and_by_name_as_before(
    in_north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    places = [
        ("王甲", "鼓楼区", "320106"),
        ("王乙", "鼓楼区", "320302"),
        ("王丙", "朝阳区", "220104"),
        ("王丁", "", ""),
    ]
    for name, region, code in places:
        PatientFactory(name=name, region=region, division_code=code)
    actor = actor_of(cast.sun)

    def listed(region: str) -> tuple[set[str], list[str]]:
        people = PeopleList.described(actor, QueryDict(f"region={region}"))
        return {person.name for person in people.rows()}, people.words()

    assert listed("32") == ({"王甲", "王乙"}, ["地区：江苏省"])
    assert listed("3201") == ({"王甲"}, ["地区：江苏省南京市"])
    assert listed("320302") == ({"王乙"}, ["地区：江苏省徐州市鼓楼区"])
    assert listed("鼓楼区") == ({"王甲", "王乙"}, ["地区：鼓楼区"])
    assert listed("99") == (set(), ["地区：99"])
    page = client_as("agent").get("patients/").content.decode()
    assert '<option value="3201">江苏省南京市</option>' in page and '<option value="鼓楼区"></option>' in page
    assert '<option value="4307"' not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_union_sets_the_division_of_the_region_it_takes(in_north: Hospital) -> None:
    def united(kept: dict[str, str], other: dict[str, str], *chosen: str) -> tuple[str, ...]:
        first, second = PatientFactory(**kept), PatientFactory(**other)
        unite(kept_id=first.pk, other_id=second.pk, actor=None, now=NOW, chosen=chosen)
        first.refresh_from_db()
        return first.address, first.region, first.division_code

    nanjing = {"address": "江苏南京鼓楼区", "region": "鼓楼区", "division_code": "320106"}
    chosen = {"address": "", "region": "玄武区", "division_code": "320102"}
    assert united({"address": "江苏徐州"}, nanjing) == ("江苏徐州", "鼓楼区", "320302")
    assert united({}, nanjing) == tuple(nanjing.values())
    assert united({}, {"region": "玄武区"}) == ("", "玄武区", "320102")
    assert united(chosen, nanjing) == ("江苏南京鼓楼区", "玄武区", "320102")
    assert united(chosen, nanjing, "address") == tuple(nanjing.values())


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_union_taken_apart_gives_the_division_back(in_north: Hospital) -> None:
    kept, other = PatientFactory(address="江苏南京"), PatientFactory(region="鼓楼区")
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert Patient.objects.get(pk=kept.pk).division_code == "320106"
    part(merger=PersonMerger.objects.get(), reason="是两个人", actor=None, now=NOW)
    assert Patient.objects.values_list("region", "division_code").get(pk=kept.pk) == ("", "")


@pytest.mark.django_db
def test_a_level_without_a_name_is_no_division(in_north: Hospital) -> None:
    rows = (("110000", "北京市", 1), ("110100", "市辖区", 2), ("110105", "朝阳区", 3))
    Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in rows)
    assert divisions.all_words() == {"11": "北京市", "110105": "北京市朝阳区"}
    assert divisions.prefixes(["110105"]) == ["11", "110105"]
    assert code_of("朝阳区", "北京市市辖区朝阳区") == "110105"
