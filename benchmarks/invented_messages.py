"""Invented HL7 messages as a hospital sends them: people told, admitted, moved, corrected, discharged, merged."""

import datetime as dt
import random
from collections.abc import Iterator

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春红梅国志建文海燕小林雪云飞宁慧欣怡梓涵子轩浩然"
_BEGIN = dt.datetime(2026, 1, 5, 8)
_DEPARTMENTS = ("心内科", "骨科", "普外科", "呼吸内科", "神经内科", "儿科", "妇产科", "肿瘤科")
_DIAGNOSES = (("I10", "原发性高血压"), ("E11.9", "2型糖尿病"), ("S72.0", "股骨颈骨折"), ("J18.9", "肺炎"))
_COURSE = ("A28", "A01", "A02", "A08", "A03")


def messages(count: int, *, seed: int = 7) -> Iterator[bytes]:
    """So many messages. Courses of several people overlap; one discharge in twenty is withdrawn and told again, one
    person in twenty had a second number.
    """
    chance = random.Random(seed)
    waiting: list[tuple[int, list[str]]] = []
    number = control = 0
    while control < count:
        while len(waiting) < 50:
            number += 1
            waiting.append((number, _course(number)))
        place = chance.randrange(len(waiting))
        person, events = waiting[place]
        control += 1
        yield _message(events.pop(0), person, control)
        if not events:
            waiting.pop(place)


def _course(number: int) -> list[str]:
    events = list(_COURSE)
    if number % 20 == 3:
        events += ["A13", "A03"]
    if number % 20 == 7:
        events += ["A40"]
    return events


def _message(event: str, person: int, control: int) -> bytes:
    chance = random.Random(person)
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
    born = dt.date(1935, 1, 1) + dt.timedelta(days=chance.randrange(28000))
    at = f"{_BEGIN + dt.timedelta(minutes=control):%Y%m%d%H%M%S}"
    lines = [
        f"MSH|^~\\&|HIS|H|CRM|H|{at}||ADT^{event}|{control:010d}|P|2.4||||||UNICODE UTF-8",
        f"EVN|{event}|{at}",
        f"PID|1||{person:08d}^^^H^MR~ZY{person:07d}^^^H^PatientNO||{name}||{born:%Y%m%d}|{chance.choice('MF')}|||"
        f"山东省青岛市市南区香港中路{person % 200}号^^^^266000^^H||139{person % 10**8:08d}^^CP",
    ]
    if event == "A40":
        lines.append(f"MRG|9{person:08d}^^^H^MR")
    elif event != "A28":
        lines += _visit(event, person, chance)
    return "\r".join(lines).encode()


def _visit(event: str, person: int, chance: random.Random) -> list[str]:
    begun = _BEGIN + dt.timedelta(hours=person % 400)
    fields = [""] * 46
    fields[0], fields[1], fields[2] = "PV1", "1", "I"
    fields[3] = f"{chance.choice(_DEPARTMENTS)}^{person % 9 + 1}^{person % 40 + 1}"
    fields[7] = f"{1000 + person % 60}^{chance.choice(_SURNAMES)}{chance.choice(_GIVEN)}"
    fields[19], fields[44] = f"V{person:08d}", f"{begun:%Y%m%d%H%M%S}"
    if event == "A03":
        fields[36], fields[45] = "1", f"{begun + dt.timedelta(days=person % 9 + 1):%Y%m%d%H%M%S}"
    code, text = chance.choice(_DIAGNOSES)
    return ["|".join(fields), f"DG1|1||{code}^{text}"]
