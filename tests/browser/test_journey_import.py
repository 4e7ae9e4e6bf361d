"""A discharge list in a browser: the information officer uploads it, sees what was recognised and what would happen,
brings it in, takes the rows left out home, and says who is meant by a physician's name.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Encounter, Patient
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.integrations.lists import HEADER, identity, row, sheet_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def discharges(tmp_path: Path) -> Path:
    """Three stays: one by a physician whom nobody knows, one that ended in death, one without a name."""
    rows = [
        row(主管医生="陈文医师"),
        row(住院号="ZY0002", 姓名="章其年", 身份证号=identity(order=3), 联系电话="13800000002", 离院方式="死亡"),
        row(住院号="ZY0003", 姓名="", 身份证号=identity(order=5), 联系电话="13800000003"),
    ]
    path = tmp_path / "出院名单.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([[*HEADER, "出院诊断"], *([*one, "不稳定性心绞痛"] for one in rows)])
    return path


def bring_in(page: Page, path: Path, name: str) -> None:
    """From the upload to the result; every step is looked at."""
    page.goto("/north/imports/")
    page.get_by_role("link", name="导入出院名单").first.click()
    assert_page_ok(page)
    look(page, f"import-{name}-1-upload")
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_label("离院方式")).to_have_value("disposition")
    expect(page.get_by_label("出院诊断")).to_have_value("diagnosis_text")
    assert_page_ok(page)
    look(page, f"import-{name}-2-columns")
    page.get_by_role("button", name="试运行").click()
    side = page.get_by_label("试运行结果")
    expect(side.locator("dl").first).to_have_text(
        "新建住院2更正住院0无变化0重复行0新建档案2已有的人0死亡1跳过（有错）1导入但有提示0"
    )
    expect(page.locator("table.import")).to_contain_text("已识别，内容不显示")
    expect(page.locator("table.import")).not_to_contain_text("心绞痛")
    assert_page_ok(page)
    look(page, f"import-{name}-3-preview")
    page.get_by_role("button", name="导入2行").click()
    expect(page.locator(".facts-row").first).to_contain_text("新建住院")
    assert_page_ok(page)
    look(page, f"import-{name}-5-result")


def left_out(page: Page) -> list[list[str]]:
    """The rows of the error file, the header first."""
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载错误行（1行，附原因列）").click()
    return sheet_rows(Path(coming.value.path()).read_bytes())


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_officer_brings_a_list_in_and_says_who_is_meant(
    request: pytest.FixtureRequest, cast: Cast, discharges: Path, sign_in: Callable[..., None], screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    chen = cast.chen
    sign_in(page, cast.he)
    bring_in(page, discharges, screen)
    head, refused = left_out(page)
    assert (refused[0], refused[head.index("住院号")], refused[-1]) == ("4", "ZY0003", "缺姓名")
    with hospital_scope(cast.hospital):
        assert sorted(Patient.objects.values_list("name", "contact_state")) == [
            ("甘书远", "open"),
            ("章其年", "deceased"),
        ]

    page.goto("/north/imports/names/")
    assert_page_ok(page)
    look(page, f"import-{screen}-6-names")
    choice = page.get_by_label("陈文是谁")
    choice.select_option(label=f"{chen.name} {chen.staff_number}".strip())
    page.locator("form", has=choice).get_by_role("button", name="指定").click()
    expect(page.get_by_role("status").first).to_contain_text("已指定陈文：1次住院，0条未完成指令。")
    with hospital_scope(cast.hospital):
        stays = Encounter.objects.filter(attending=chen).order_by("source_key")
        assert list(stays.values_list("attending_name", flat=True)) == ["陈文", "陈医师"]
