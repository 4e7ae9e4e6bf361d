"""Units by region: told by the code of their division in the filter, the table of regions, the API."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from accounts.actors import Actor
from accounts.domain.renewals import renew
from accounts.models import AuditEvent, Hospital
from groups.domain.lists import UnitList
from groups.domain.merging import take_apart, unite_units
from groups.domain.regions import known_regions, regions_of
from groups.domain.units import save_unit
from groups.models import GroupCustomer, UnitMerger
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import divisions, region_renewal
from patients.models import Division
from tests.cast import MountedClient
from tests.groups.factories import GroupCustomerFactory, GroupValueFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]
DAY = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
TABLE = [
    ("320000", "江苏省", 1), ("320100", "南京市", 2), ("320106", "鼓楼区", 3),
    ("350000", "福建省", 1), ("350100", "福州市", 2), ("350102", "鼓楼区", 3),
]  # fmt: skip


@pytest.fixture
def table(in_north: Hospital) -> Iterator[None]:
    Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in TABLE)
    divisions.forget()
    yield
    divisions.forget()


def made(actor: Actor, name: str, **values: str) -> GroupCustomer:
    return save_unit(GroupCustomer(), {"name": name, **values}, actor=actor)


@pytest.fixture
def units(table: None, actor: ActorOf) -> None:
    manager = actor("centre_manager")
    made(manager, "南京厂", address="江苏省南京市鼓楼区中山路1号")
    made(manager, "福州厂", address="福建省福州市鼓楼区东街1号")
    made(manager, "某鼓楼厂", region="鼓楼区")
    made(manager, "无处厂")


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("320106", ["南京厂"]),
        ("35", ["福州厂"]),
        ("鼓楼区", ["某鼓楼厂", "福州厂", "南京厂"]),
        ("-", ["无处厂"]),
        ("-鼓楼区", ["某鼓楼厂"]),
        ("99", []),
    ],
)
def test_the_filter_goes_by_the_division(units: None, actor: ActorOf, region: str, expected: list[str]) -> None:
    listed = UnitList.described(actor("centre_manager"), QueryDict(f"region={region}"), DAY)
    assert [unit.name for unit in listed.page().rows] == expected


def test_filters_are_offered_by_code_and_read_in_words(units: None, actor: ActorOf) -> None:
    assert known_regions(actor("centre_manager")) == [
        ("32", "江苏省"), ("3201", "江苏省南京市"), ("320106", "江苏省南京市鼓楼区"),
        ("35", "福建省"), ("3501", "福建省福州市"), ("350102", "福建省福州市鼓楼区"),
        ("鼓楼区", "鼓楼区"),
    ]  # fmt: skip
    assert UnitList.described(actor("centre_manager"), QueryDict("region=3501"), DAY).words() == ["地区：福建省福州市"]


def test_the_table_of_regions_keeps_two_counties_of_one_name_apart(
    units: None, actor: ActorOf, client_as: ClientAs
) -> None:
    GroupValueFactory(group=GroupCustomer.objects.get(name="福州厂"), year=2026, amount=70)
    found = {one.key: (one.name, one.units, one.value) for one in regions_of(actor("centre_manager"), 2026)}
    assert found == {
        "320106": ("江苏省南京市鼓楼区", 1, Decimal()),
        "350102": ("福建省福州市鼓楼区", 1, Decimal(70)),
        "鼓楼区": ("鼓楼区", 1, Decimal()),
        "": ("", 1, Decimal()),
    }
    manager = client_as("centre_manager")
    page = manager.get("groups/regions/").content.decode()
    for region, count in (("320106", 1), ("350102", 1), ("-鼓楼区", 1), ("-", 1)):
        assert f'href="/north/groups/?{urlencode({"region": region})}"' in page
        assert len(manager.get(f"groups/?region={region}").context["rows"]) == count
    assert '<a href="/north/groups/?region=350102">福建省福州市鼓楼区</a>' in page
    assert '<a href="/north/groups/?region=-">地区未知</a>' in page


def test_units_on_record_follow_another_table(north: Hospital) -> None:
    with hospital_scope(north):
        unit = GroupCustomerFactory(address="福建省福州市鼓楼区东街1号", region="鼓楼区")
    divisions.forget()
    assert renew(north, "unit-regions", now=NOW).changed == 0
    with hospital_scope(north):
        Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in TABLE)
        region_renewal.read_again()
    assert renew(north, "unit-regions", now=NOW).changed == 1
    with hospital_scope(north):
        unit.refresh_from_db()
        assert unit.division_code == "350102"
        assert AuditEvent.objects.filter(verb="groups.regions.renew").count() == 2
    divisions.forget()


def test_a_union_takes_the_division_along_and_back(units: None, actor: ActorOf) -> None:
    kept, other = GroupCustomer.objects.get(name="无处厂"), GroupCustomer.objects.get(name="福州厂")
    manager = actor("centre_manager")
    chosen = {"address": "other", "region": "other"}
    assert unite_units(kept, other, chosen, actor=manager, now=NOW).division_code == "350102"
    take_apart(UnitMerger.objects.get(), actor=manager, now=NOW)
    kept.refresh_from_db()
    assert (kept.division_code, GroupCustomer.objects.get(name="福州厂").division_code) == ("", "350102")


def test_a_union_of_a_day_without_these_columns_is_taken_apart(units: None, actor: ActorOf) -> None:
    kept, other = GroupCustomer.objects.get(name="无处厂"), GroupCustomer.objects.get(name="福州厂")
    manager = actor("centre_manager")
    chosen = {"address": "other", "region": "other"}
    assert unite_units(kept, other, chosen, actor=manager, now=NOW).division_code == "350102"
    merger = UnitMerger.objects.get()
    for column in ("division_code", "is_binned", "staff_order", "value_order"):
        del merger.before["other"][column]
    merger.save()
    take_apart(merger, actor=manager, now=NOW)
    kept.refresh_from_db()
    assert (kept.division_code, GroupCustomer.objects.get(name="福州厂").address) == ("", "福建省福州市鼓楼区东街1号")
