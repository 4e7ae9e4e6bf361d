"""Lists of staff stand in the order of a Chinese register: by pinyin."""

from accounts.domain.overview import named, staff_page
from accounts.domain.staff import bring_staff
from accounts.domain.staff_shapes import StaffRow
from accounts.models import Hospital, StaffMember
from hospital_crm.pinyin import name_order
from tests.cast import Cast

NAMES = ["Anna Béla", "安宁", "曾黎", "李雷", "林安", "单于飞", "解晓", "赵一"]


def test_names_stand_by_syllable_and_surnames_are_read_as_names() -> None:
    assert sorted(NAMES, key=name_order) == [
        "安宁",
        "Anna Béla",
        "单于飞",
        "李雷",
        "林安",
        "解晓",
        "曾黎",
        "赵一",
    ]


def test_people_read_alike_keep_one_order() -> None:
    assert [name_order("李雷"), name_order("李蕾"), name_order("Zoë Ax"), name_order("")] == [
        "li lei 李雷",
        "li lei 李蕾",
        "zoe ax Zoë Ax",
        "",
    ]


def test_staff_of_a_sheet_are_listed_by_pinyin(in_north: Hospital) -> None:
    before = set(StaffMember.objects.values_list("pk", flat=True))
    names = ["赵一", "林安", "李雷", "安宁"]
    bring_staff([StaffRow(row=n, name=name, staff_number=f"P{n}", roles="nurse") for n, name in enumerate(names, 2)])
    rows = StaffMember.objects.exclude(pk__in=before)
    assert [one.name for one in rows] == ["安宁", "李雷", "林安", "赵一"]
    assert [one.name for one in staff_page(rows).rows] == ["安宁", "李雷", "林安", "赵一"]
    assert [one.name for one in named("李雷")] == ["李雷"]


def test_a_new_name_moves_somebody_in_the_list(in_north: Hospital, cast: Cast) -> None:
    cast.li.name = "安心"
    cast.li.save()
    assert StaffMember.objects.get(pk=cast.li.pk).name_order == "an xin 安心"
