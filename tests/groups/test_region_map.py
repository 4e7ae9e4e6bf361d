"""The picture of the units by region: as large as their number, within their prefecture where that is known."""

from collections.abc import Callable

from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Division
from tests.cast import MountedClient
from tests.groups.factories import GroupCustomerFactory, GroupValueFactory


def test_the_map_shows_counties_within_prefectures(north: Hospital, client_as: Callable[[str], MountedClient]) -> None:
    with hospital_scope(north):
        places = (("320000", "江苏省", 1), ("320500", "苏州市", 2), ("320505", "虎丘区", 3), ("320506", "吴中区", 3))
        Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in places)
        known = (("虎丘区", "320505", "signed"), ("虎丘区", "320505", "nearby"), ("吴中区", "320506", "nearby"))
        for region, code, status in (*known, ("", "", "nearby")):
            GroupCustomerFactory(region=region, division_code=code, status=status)
        for status in ("signed", "nearby", "ended", "nearby"):
            GroupCustomerFactory(region="柳溪区", status=status)
    page = client_as("centre_manager").get("groups/regions/")
    drawn = page.context["map"]
    assert [(one["name"], one["value"], one.get("tone")) for one in drawn["areas"]] == [
        ("柳溪区", 4, "tint"),
        ("江苏省苏州市", 3, None),
        ("地区未知", 1, "quiet"),
    ]
    inner = drawn["areas"][1]["children"]
    assert [(one["name"], one["value"], one["tone"], one["said"]) for one in inner] == [
        ("虎丘区", 2, "accent", "虎丘区：2家单位，其中1家已签约"),
        ("吴中区", 1, "quiet", "吴中区：1家单位，其中0家已签约"),
    ]
    html = page.content.decode()
    assert ("echarts" in html, 'data-chart="region-map"' in html) == (True, True)
    assert page.context["finding"] == "单位分布于4个地区，柳溪区最多：4家"


def test_without_units_nothing_is_drawn(client_as: Callable[[str], MountedClient]) -> None:
    assert "data-chart" not in client_as("centre_manager").get("groups/regions/").content.decode()


def test_sums_are_written_to_the_fen_as_on_the_pages_of_the_units(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        unit = GroupCustomerFactory(region="柳溪区")
        GroupCustomerFactory(region="云泽区")
        GroupValueFactory(group=unit, year=today().year, amount="1234567.5")
    client = client_as("centre_manager")
    regions, page = (client.get(f"groups/{path}/").content.decode() for path in ("regions", unit.public_id))
    assert ("价值¥1,234,567.50" in regions, ">1,234,567.50</td>" in regions, ">0.00</td>" in regions) == (True,) * 3
    assert '<td class="num">¥1,234,567.50</td>' in page
