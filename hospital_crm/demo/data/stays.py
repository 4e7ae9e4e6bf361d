"""The invented discharge list of a demo hospital, as rows of the CSV a hospital would export."""

import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from hospital_crm.demo.data.people import Person, invent_person
from hospital_crm.demo.data.wards import SHORT_STAYS, DemoDepartment, Illness

HEADER = (
    *("住院号", "姓名", "性别", "出生日期", "身份证号", "联系电话", "入院日期", "出院日期", "出院科室", "病区"),
    *("主管医生", "出院诊断编码", "出院诊断", "手术名称", "手术级别", "是否入住ICU", "离院方式", "住院次数"),
    *("出院医嘱", "复诊日期", "转归", "职业", "现住址"),
)
DAYS_BACK = 400
SHORT_SHARE = 0.35
STAYS_PER_PERSON = (1, 1, 1, 1, 2)
TOLD_EVERY = 1_000
MOST_ROWS = 200_000


def stays(
    *,
    departments: tuple[DemoDepartment, ...],
    people: int,
    today: dt.date,
    seed: int,
    days_back: int = DAYS_BACK,
    told: Callable[[int, int], object] | None = None,
) -> Iterator[tuple[str, ...]]:
    """Rows for `people` persons over the last `days_back` days. The same seed gives the same list. `told` hears now and
    then how many persons are done, of how many.
    """
    rng = random.Random(seed)
    for number in range(people):
        if told is not None and (number + 1) % TOLD_EVERY == 0:
            told(number + 1, people)
        person = invent_person(rng, number, today)
        discharged_on = today - dt.timedelta(days=rng.randrange(1, days_back))
        for count in range(1, rng.choice(STAYS_PER_PERSON) + 1):
            if discharged_on >= today:
                break
            row = _row(rng, person, _department(rng, departments, person, today), discharged_on, count)
            yield row
            if row[HEADER.index("离院方式")] == "死亡":
                break
            discharged_on += dt.timedelta(days=rng.randrange(20, 90))


def _department(
    rng: random.Random, departments: tuple[DemoDepartment, ...], person: Person, today: dt.date
) -> DemoDepartment:
    """Any department; obstetrics only for women of 20 to 42 years."""
    age = (today - person.birth_date).days // 365
    may_give_birth = person.sex == "女" and 20 <= age <= 42
    return rng.choice([each for each in departments if each.name != "产科" or may_give_birth])


def _row(
    rng: random.Random, person: Person, department: DemoDepartment, discharged_on: dt.date, count: int
) -> tuple[str, ...]:
    is_short = rng.random() < SHORT_SHARE and department.name != "产科"
    illness = rng.choice(SHORT_STAYS if is_short else department.illnesses)
    nights = rng.choice((1, 2, 3)) if is_short else rng.choice((2, 3, 4, 5, 7, 9, 12, 16))
    admitted_on = discharged_on - dt.timedelta(days=nights)
    revisit = f"{discharged_on + dt.timedelta(days=illness.revisit_days):%F}" if illness.revisit_days else ""
    way_out = rng.choices(("医嘱离院", "非医嘱离院", "医嘱转院", "死亡"), (94, 3, 1.5, 1.5))[0]
    identity = (person.record_number, person.name, person.sex, f"{person.birth_date:%F}", person.identity_number)
    period = (person.phone, f"{admitted_on:%F}", f"{discharged_on:%F}")
    place = (department.name, department.ward, rng.choice(department.physicians))
    care = (illness.code, illness.text, illness.operation, illness.level, _intensive_care(rng, illness))
    cured = "治愈" if is_short else rng.choice(("治愈", "好转", "好转"))
    leaving = (way_out, str(count), illness.instructions, revisit)
    return (*identity, *period, *place, *care, *leaving, cured, person.occupation, person.address)


def _intensive_care(rng: random.Random, illness: Illness) -> str:
    """Mostly no; more often after level-four operations; sometimes the list does not say."""
    if rng.random() < 0.1:
        return ""
    return "是" if rng.random() < (0.12 if illness.level == "四级" else 0.02) else "否"


def write_discharge_lists(folder: Path, rows: Iterator[tuple[str, ...]], most: int = MOST_ROWS) -> dict[Path, int]:
    """Writes lists as a hospital's export, CSV, UTF-8 with BOM, of at most so many rows each, because a list is taken
    in up to its largest size. Returns the number of data rows of each.
    """
    written: dict[Path, int] = {}
    for first in rows:
        path = folder / f"出院患者名单{len(written) + 1}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerows((HEADER, first))
            written[path] = 1
            for row in islice(rows, most - 1):
                writer.writerow(row)
                written[path] += 1
    return written
