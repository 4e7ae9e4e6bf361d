# ruff: noqa: E501
"""An invented discharge list of any length: the same number gives the same list, nobody in it exists."""

import csv
import datetime
import random
from pathlib import Path

from stdnum.iso7064 import mod_11_2

HEADER = (
    "住院号", "姓名", "性别", "出生日期", "身份证号", "联系电话", "入院日期", "出院日期", "出院科室", "主管医生", "出院诊断编码",
    "出院诊断", "离院方式", "住院次数", "出院医嘱", "现住址",
)  # fmt: skip
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春红梅国志建文海燕小林雪云飞宁慧欣怡梓涵子轩浩然"
_DEPARTMENTS = (
    "心血管内科",
    "呼吸内科",
    "消化内科",
    "神经内科",
    "内分泌科",
    "普外科",
    "骨科",
    "泌尿外科",
    "妇科",
    "产科",
    "儿科",
    "眼科",
)
_DIAGNOSES = (
    ("I20.000", "不稳定性心绞痛"), ("J44.100", "慢性阻塞性肺病伴有急性加重"), ("K29.500", "慢性胃炎"), ("I63.900", "脑梗死"),
    ("E11.900", "2型糖尿病"), ("K80.200", "胆囊结石"), ("S82.600", "外踝骨折"), ("N20.100", "输尿管结石"), ("D25.900", "子宫平滑肌瘤"),
)  # fmt: skip


def write_list(path: Path, rows: int, seed: int = 1) -> None:
    """Write a CSV (UTF-8 with mark) of `rows` stays; about one in five belongs to somebody who was there before."""
    chance = random.Random(seed)
    people: list[tuple[str, ...]] = []
    stays: list[int] = []
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            if people and chance.random() < 0.2:
                place = chance.randrange(len(people))
            else:
                place = len(people)
                people.append(_person(number, chance))
                stays.append(0)
            stays[place] += 1
            writer.writerow([*people[place], *_stay(number, stays[place], chance)])


def _person(number: int, chance: random.Random) -> tuple[str, ...]:
    born = datetime.date(1930, 1, 1) + datetime.timedelta(chance.randrange(33000))
    name = chance.choice(_SURNAMES) + "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2, 2))))
    order = chance.randrange(1000)
    start = f"990{number % 1000:03d}{born:%Y%m%d}{order:03d}"
    phone = f"1380{number % 10_000_000:07d}"
    return (
        f"{10_000_000 + number}",
        name,
        "男" if order % 2 else "女",
        f"{born}",
        start + mod_11_2.calc_check_digit(start),
        phone,
    )


def _stay(number: int, count: int, chance: random.Random) -> tuple[str, ...]:
    admitted = datetime.date(2025, 1, 1) + datetime.timedelta(chance.randrange(300))
    discharged = admitted + datetime.timedelta(chance.randrange(1, 25))
    code, text = chance.choice(_DIAGNOSES)
    return (
        f"{admitted}", f"{discharged}", chance.choice(_DEPARTMENTS), f"{_SURNAMES[number % 20]}医{_GIVEN[number % 8]}医师", code, text,
        "死亡" if chance.random() < 0.02 else "医嘱离院", f"{count}", "按时服药，两周后门诊复查", f"青山区和平路{number % 300}号",
    )  # fmt: skip
