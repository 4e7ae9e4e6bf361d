"""Invented people: names, identity numbers of divisions that do not exist (990…), phones of one unused block."""

import datetime as dt
import random
from dataclasses import dataclass

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许"
    "傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
    "郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文单解仇查翟"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "尉迟", "夏侯")
GIVEN_MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林晨国建文志海峰德荣福成"
GIVEN_FEMALE = "芳娜敏静丽艳娟霞秀玲燕桂英梅兰红雪琳萍莉婷慧颖洁倩云凤珍瑞佳雅琴晶妍欣怡春月素"
REGIONS = (
    ("990101", "清屿区"), ("990102", "柳溪区"), ("990103", "云泽区"), ("990121", "望川县"),
    ("990122", "白鹭县"), ("990181", "石桥市"), ("990201", "东麓区"), ("990221", "南荻县"),
)  # fmt: skip
STREETS = ("柳溪街道", "听松街道", "望江镇", "白石镇", "青枫乡", "临湖街道", "长亭镇", "新禾街道")
OCCUPATIONS = ("退休", "农民", "工人", "教师", "职员", "个体", "学生", "无业", "工程师", "司机")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(frozen=True)
class Person:
    """Somebody invented. `identity_number` has a right check digit and an impossible division."""

    name: str
    sex: str
    birth_date: dt.date
    identity_number: str
    phone: str
    address: str
    record_number: str
    occupation: str


def identity_number(division: str, birth_date: dt.date, sequence: int) -> str:
    """Eighteen characters after GB 11643; `sequence` 0–999, odd for men."""
    body = f"{division}{birth_date:%Y%m%d}{sequence:03d}"
    return body + _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def invent_person(rng: random.Random, number: int, today: dt.date) -> Person:
    """Person `number` of a hospital: ages as on wards, more old than young."""
    sex = rng.choice("男女")
    age_days = int(365.25 * min(97, max(0, rng.gauss(58, 20))))
    birth_date = today - dt.timedelta(days=age_days + rng.randrange(365))
    surname = rng.choice(DOUBLE_SURNAMES) if rng.random() < 0.02 else rng.choice(SURNAMES)
    given = "".join(rng.choice(GIVEN_MALE if sex == "男" else GIVEN_FEMALE) for _ in range(rng.choice((1, 2, 2, 2))))
    division, region = rng.choice(REGIONS)
    sequence = rng.randrange(500) * 2 + (1 if sex == "男" else 0)
    return Person(
        name=surname + given,
        sex=sex,
        birth_date=birth_date,
        identity_number=identity_number(division, birth_date, sequence),
        phone=f"1380{number % 10_000_000:07d}",
        address=f"{region}{rng.choice(STREETS)}{rng.randrange(1, 200)}号",
        record_number=f"ZY{26_000_000 + number}",
        occupation="退休" if age_days > 62 * 365 else rng.choice(OCCUPATIONS),
    )
