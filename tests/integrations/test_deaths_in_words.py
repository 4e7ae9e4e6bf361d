# ruff: noqa: E501
"""What the words of a list say of a death: nobody who lives is taken for dead, nobody who died for living; what may be
either is asked about.
"""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from integrations.readers import values
from patients.models import Patient
from tests.integrations.lists import HEADER, row

DIED = (
    *("因脑疝死亡", "因车祸死亡", "因急性心梗塞死亡", "是否死亡：是"),
    *("5", "05", "死亡", "病故", "猝死", "院内死亡", "院內死亡", "临床死亡", "臨床死亡", "抢救无效死亡", "搶救無效死亡", "死亡出院"),
    *("因肺癌死亡", "因多器官功能衰竭死亡", "因子宫癌死亡", "肺癌死亡", "心源性猝死", "急性心肌梗死死亡", "死亡（呼吸衰竭）", "死亡：是", "5、死亡"),
    *("3月4日10时死亡", "于2025年3月4日死亡", "死亡 2025-03-04 05:30", "抢救无效，于当日死亡", "经治疗无效死亡", "患者已故", "过世", "過世"),
    *("☑死亡 □好转", "治愈□ 好转□ 死亡☑", "（√）死亡", "[√]死亡 [ ]治愈", "died of pneumonia", "Patient died"),
)  # fmt: skip
LIVING = (
    *("转往生殖医学科", "轉往生殖醫學科", "转往生殖中心", "转往生态城医院", "转去世纪坛医院", "轉去世紀壇醫院", "前往生殖中心就诊", "没有死亡", "沒有死亡"),
    *("死亡:无", "死亡：無", "死亡 0", "死亡：否", "是否死亡：否", "死亡=N", "死亡(0)", "未发生死亡", "并未死亡", "无死亡风险"),
    *("□治愈 ☑好转 □未愈 □死亡", "□治癒 ☑好轉 □死亡", "治愈☑ 死亡□", "（√）好转（ ）死亡", "□治愈 □死亡", "■好转 □死亡", "脑梗死", "脑梗死好转"),
    *("治愈,无呼吸困难", "好转，无呼吸道症状", "好转,无心跳异常", "好转，无生命体征异常", "治愈，无心跳骤停", "無呼吸困難，好轉", "存活", "alive"),
    *("股骨头坏死，好转", "死胎引产", "脑卒中恢复期", "太平医院转入", "濒死感缓解", "新生儿假死，好转"),
)  # fmt: skip
DOUBTS = (
    *("老伴去世，转养老院", "老伴去世，轉養老院", "心源性猝死复苏后出院", "猝死，经抢救好转", "猝死，經搶救好轉", "猝死复苏后好转", "配偶死亡,转养老院"),
    *("双胎之一死亡,产妇出院", "雙胎之一死亡,產婦出院", "围产儿死亡", "自动出院(无生命体征)", "自動出院(無生命體徵)", "心肺复苏无效", "心肺復甦無效", "夭折"),
    *("断气", "斷氣", "归天", "歸天", "心跳停止", "呼吸心跳停止", "心脏骤停", "咽气", "圆寂", "人走了", "火化", "无自主呼吸"),
    *("死亡？", "不排除死亡", "无死亡证明", "出院后死亡", "转院途中死亡", "死亡，转太平间", "家属要求出院，途中死亡", "因父死亡出院", "父亲病故，好转出院"),
    *("妻子去世，回家", "同病室病人死亡", "心内科死亡", "某某医院死亡", "死亡人数0", "☒死亡 □好转", "□死亡 ☑好转后死亡", "5.临终", "5.未治", "5-死亡：无"),
    *("因家人去世出院", "因家中老人去世", "因舅舅去世", "因岳丈去世", "因供体死亡", "因宠物死亡", "是否死亡", "未存活", "未能存活", "存活：否", "未生还"),
    *("并发症:无 死亡:是", "治愈:无 好转:无 死亡:有", "not alive", "not survived", "无生命体征", "無生命體徵"),
    *("husband died", "died, transferred to morgue", "cardiac arrest"),
)  # fmt: skip


def read(written: str) -> str:
    """What the words say as a way of leaving."""
    text = values.plain(written)
    said = values.disposition(text)
    return "died" if said == "died" else "doubt" if not said and values.hints_at_death(text) else "living"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "said"),
    [(one, said) for said, words in (("died", DIED), ("living", LIVING), ("doubt", DOUBTS)) for one in words],
)
def test_words_of_a_death(written: str, said: str) -> None:
    assert read(written) == said


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("转往生殖中心", "transfer"), ("转去世纪坛医院", "transfer"), ("□治愈 ☑好转 □死亡", "home"), ("5.转外院", "transfer"), ("5.未治", ""),
        ("未治愈", ""), ("没有死亡，好转出院", "home"),
    ],
)  # fmt: skip
def test_way_of_leaving_beside_what_is_no_death(written: str, code: str) -> None:
    assert values.disposition(values.plain(written)) == code


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("4", "died"), ("04", "died"), ("4.死亡", "died"), ("5.死亡", "died"), ("4.其他", "other"), ("5", ""), ("05", ""), ("5.", ""),
        ("5.未治", ""), ("5.未治疗", ""), ("5.正常分娩", ""), ("3.未愈", ""), ("2.好转", "home"), ("死亡", "died"), ("4.猝死复苏后好转", ""),
    ],
)  # fmt: skip
def test_outcome_counts_by_its_words(written: str, code: str) -> None:
    assert values.ended(values.plain(written)) == code


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "said"),
    [("没有死亡", False), ("□是 ☑否", False), ("是☑ 否□", True), ("√", True), ("□存活 □死亡", None)],
)
def test_mark_of_death(written: str, said: bool | None) -> None:
    assert values.says_died(written) is said


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import one stay with further columns; answers how the person stands: died, doubt or living, and the stay's way of
    leaving.
    """

    def import_row(further: dict[str, str], way: str) -> str:
        path = tmp_path / "list.csv"
        lines = [[*HEADER, *further], [*row(离院方式=way), *further.values()]]
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8")
        bring_in_file(north, path, now=timezone.now())
        with hospital_scope(north):
            found = Patient.objects.get()
        return "died" if found.contact_state == "deceased" else "doubt" if found.death_is_contradicted else "living"

    return import_row


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("further", "way", "said"),
    [
        ({"转归": "5.未治"}, "9.其他", "living"),
        ({"转归": "5.未治"}, "医嘱离院", "living"),
        ({"转归": "5.未治"}, "", "living"),
        ({"转归": "5.正常分娩"}, "", "living"),
        ({"转归": "5"}, "", "living"),
        ({"治疗结果": "4"}, "", "died"),
        ({"转归": "猝死复苏后好转"}, "医嘱离院", "doubt"),
        ({"转归": "夭折"}, "", "doubt"),
        ({"转归": "猝死，经抢救好转"}, "5", "doubt"),
        ({"转归": "2"}, "5", "doubt"),
        ({"死亡日期": "没有死亡"}, "", "living"),
        ({"是否死亡": "老伴去世"}, "1", "doubt"),
        ({}, "5.未治", "doubt"),
        ({}, "转去世纪坛医院", "living"),
    ],
)
def test_list_says_of_a_death(bring: Any, further: dict[str, str], way: str, said: str) -> None:
    assert bring(further, way) == said
