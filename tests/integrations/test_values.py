# ruff: noqa: E501
"""Cells as hospitals write them."""

import datetime as dt
import decimal

import pytest

from integrations.readers import days, values
from integrations.readers.values import Impossible

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-04", "2025/3/4", "20250304", "2025.3.4", "2025年03月04日", "２０２５－０３－０４", "45720", "45720.5", "2025-03-04 10:22:33",
        "2025-03-04T10:22:33+08:00", "20250304102233", "2025年3月4日 10时20分", "二〇二五年三月四日", "04-Mar-2025", "'2025-03-04",
        dt.datetime(2025, 3, 4, 8), dt.date(2025, 3, 4),
    ],
)  # fmt: skip
def test_day_in_any_common_form(cell: values.Cell) -> None:
    assert days.day(cell) == dt.date(2025, 3, 4)


@pytest.mark.parametrize("cell", ["", "无", "不详", "-", "　"])
def test_no_day(cell: str) -> None:
    assert days.day(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "1900-01-00",
        "0",
        "2025-02-30",
        "2026-11-31",
        "3/4/2025",
        "昨天",
        "1234-01-01",
        dt.datetime(1900, 1, 1) - dt.timedelta(1),
    ],
)
def test_impossible_day_is_told_apart_from_none(cell: values.Cell) -> None:
    with pytest.raises(Impossible):
        days.day(cell)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("5", "died"), ("死亡", "died"), ("5-死亡", "died"), ("医嘱离院", "home"), ("1.医嘱离院", "home"), ("医嘱转院", "transfer"),
        ("2", "transfer"), ("转上级医院", "transfer"), ("转精神专科医院", "transfer"), ("转诊", "transfer"), ("3", "community"),
        ("医嘱转社区卫生服务机构/乡镇卫生院", "community"), ("3.转社区医院", "community"), ("轉鄉鎮衛生院", "community"),
        ("转科", ""), ("3-转科", ""), ("转重症医学科", ""), ("急诊转住院", ""), ("非医嘱离院", "against_advice"), ("自动出院", "against_advice"), ("9", "other"),
        ("好转出院", "home"), ("未死亡", ""), ("", ""), ("随便写的", ""),
    ],
)  # fmt: skip
def test_way_of_leaving(written: str, code: str) -> None:
    assert values.disposition(values.plain(written)) == code


DEATHS = (
    *("05", "０５", "05.死亡", "05-死亡", "猝死", "病死", "病逝", "逝世", "身故", "病故", "亡故", "殁", "歿", "抢救无效"),
    *("搶救無效死亡", "過世", "过世", "往生", "离世", "其他：猝死", "院外死亡", "死亡出院", "宣告临床死亡", "抢救无效，于当日死亡", "太平间", "殡仪馆"),
    *("Patient died", "DECEASED", "expired in hospital", "Death"),
)  # fmt: skip
LIVING = (
    *("未死亡", "无死亡", "死胎引产", "死产", "股骨头坏死好转", "新生儿假死，好转", "抢救成功", "存活", "not dead", "alive"),
    *("胎儿死亡引产", "健在", "事故"),
)  # fmt: skip
DOUBTS = (
    *("临终出院", "1-临终出院", "臨終", "弥留", "濒死", "脑死亡待器官捐献", "死亡？", "疑似死亡", "新生儿死亡", "抢救无效，自动出院", "抢救成功后次日死亡"),
    *("一存活一死亡", "dying at home", "家属称已逝", "presumed dead", "尸检"),
)  # fmt: skip


@pytest.mark.parametrize("written", DEATHS)
def test_every_common_word_for_death_is_one(written: str) -> None:
    assert values.disposition(values.plain(written)) == "died"


@pytest.mark.parametrize("written", LIVING)
def test_word_that_only_looks_like_death_is_none(written: str) -> None:
    text = values.plain(written)
    assert values.disposition(text) != "died"
    assert not values.hints_at_death(text)


@pytest.mark.parametrize("written", DOUBTS)
def test_word_that_leaves_a_death_open_is_a_hint(written: str) -> None:
    text = values.plain(written)
    assert (values.disposition(text), values.hints_at_death(text)) == ("", True)


@pytest.mark.parametrize(
    ("written", "code"),
    [("01", "home"), ("02", "transfer"), ("03", "community"), ("04", "against_advice"), ("０９", "other"), ("01.医嘱离院", "home"), ("06", "")],
)  # fmt: skip
def test_way_of_leaving_with_a_zero_before_it(written: str, code: str) -> None:
    assert values.disposition(values.plain(written)) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("治愈", "cured"), ("1", "cured"), ("1.治愈", "cured"), ("临床痊愈", "cured"), ("治癒", "cured"), ("Cured", "cured"),
        ("好转", "improved"), ("2-好转", "improved"), ("症状缓解", "improved"), ("２", "improved"),
        ("未愈", "not_cured"), ("未治愈", "not_cured"), ("3", "not_cured"), ("稳定", "not_cured"), ("not cured", "not_cured"),
        ("4", ""), ("死亡", ""), ("其他", ""), ("9", ""), ("", ""), ("医嘱离院", ""),
    ],
)  # fmt: skip
def test_outcome(written: str, code: str) -> None:
    assert values.outcome(values.plain(written)) == code


def test_full_width_five_is_death() -> None:
    assert values.disposition(values.plain("５")) == "died"


@pytest.mark.parametrize(
    ("written", "name", "number"),
    [
        ("张伟医师", "张伟", ""), ("张伟 主任医师", "张伟", ""), ("陈静副主任医师教授", "陈静", ""), ("[0123]王建国", "王建国", "0123"),
        ("王建国0123", "王建国", "0123"), ("张　伟", "张伟", ""), ("张伟/李敏", "张伟", ""), ("李敏(主治)", "李敏", ""), ("李医师", "李医师", ""), ("无", "", ""),
        ("李敏(内一)", "李敏", ""), ("李敏（内一/二组）主任医师", "李敏", ""), ("李敏【规培】", "李敏", ""), ("(0012)李敏[内一]", "李敏", "0012"),
        ("(李敏)", "李敏", ""), ("0012(李敏)", "李敏", "0012"), ("王建国(0123)", "王建国", "0123"),
    ],
)  # fmt: skip
def test_physician(written: str, name: str, number: str) -> None:
    text = values.plain(written)
    assert (values.physician_name(text), values.staff_number(text)) == (name, number)


@pytest.mark.parametrize(
    ("written", "code"),
    [("c88.200x012", "C88.200x012"), ("C78.000X003", "C78.000x003"), ("k047", "K04.7"), ("I10", "I10"), ("无", "")],
)
def test_diagnosis_code_is_canonical(written: str, code: str) -> None:
    assert values.diagnosis_code(written) == code


@pytest.mark.parametrize(("written", "level"), [("四级", 4), ("III", 3), ("Ⅳ级", 4), ("2", 2), ("无", 0), ("", None)])
def test_surgery_level(written: str, level: int | None) -> None:
    assert values.surgery_level(written) == level


def test_amounts_and_counts() -> None:
    assert values.money("￥12,345.6元") == decimal.Decimal("12345.60")
    assert (values.count("第３次"), values.count("无")) == (3, None)
    with pytest.raises(Impossible):
        values.money("很多")


@pytest.mark.parametrize(
    ("written", "answer"), [("是", True), ("3天", True), ("0", False), ("否", False), ("", None), ("?", None)]
)
def test_yes_no(written: str, answer: bool | None) -> None:
    assert values.yes_no(written) is answer


def test_identifier_keeps_its_zeros_and_loses_the_apostrophe() -> None:
    assert values.number_text("'000123") == "000123"
    assert values.number_text("ｚｙ 00 12.0") == "ZY0012"


@pytest.mark.parametrize("cell", ["7E0123", "2E11", "E+11", "20250300001"])
def test_number_with_a_letter_is_not_damaged(cell: str) -> None:
    assert values.listed_number(cell) == cell
