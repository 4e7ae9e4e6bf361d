"""What staff wrote around a few dozen records: life, family, notes, tasks, files."""

import datetime as dt
import io
import random

from PIL import Image, ImageDraw

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.private_files import intake
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import attachments, notes, people, reach, tasks
from patients.models import Patient

_LIVES = (
    {"education": "college", "hobbies": "书法、太极", "preferred_channel": "phone", "preferred_hours": "09–12时"},
    {"education": "senior", "hobbies": "广场舞", "preferred_channel": "wechat", "source": "患者推荐"},
    {"education": "primary", "hobbies": "种菜、听戏", "preferred_channel": "phone", "preferred_hours": "14–18时"},
    {"education": "postgraduate", "hobbies": "羽毛球", "preferred_channel": "email", "source": "线上"},
)
_HEALTH = (
    {"allergies": "青霉素", "chronic_diseases": "高血压", "habits": "不吸烟，少量饮酒"},
    {"chronic_diseases": "2型糖尿病", "current_medicines": "二甲双胍 0.5g 每日2次", "habits": "饮食偏咸"},
    {"past_history": "2019年胆囊切除", "family_history": "父亲高血压"},
)
_NOTES = (
    ("manner", "care", "左耳听力差，电话里请说慢一点"),
    ("wish", "care", "希望复诊安排在周三上午"),
    ("family", "centre", "女儿在外地，周末才方便接电话"),
    ("condition", "clinical", "伤口渗液，嘱门诊换药"),
)
_TASKS = (("寄送检查报告", "挂号信"), ("确认复诊交通", ""), ("补登家属电话", "周末联系女儿"), ("预约营养门诊", ""))


def write_around(hospital: Hospital, *, agent: Actor, physician: Actor, now: dt.datetime, seed: int) -> None:
    """Something on every card of the people seen last."""
    rng = random.Random(seed)
    with hospital_scope(hospital):
        seen = list(Patient.objects.filter(contact_state="open").newest_first()[:40])
        for number, patient in enumerate(seen):
            people.change_person(patient, _LIVES[number % len(_LIVES)], actor=agent)
            untold = {name: text for name, text in _HEALTH[number % len(_HEALTH)].items() if not getattr(patient, name)}
            people.change_person(patient, untold, actor=physician)
            _write(patient, number, rng, agent, now)
        people.change_person(seen[0], {"referrer": seen[1]}, actor=agent)
        for patient in seen[:12]:
            _attach(patient, agent, now)


def _write(patient: Patient, number: int, rng: random.Random, agent: Actor, now: dt.datetime) -> None:
    kind, audience, text = _NOTES[number % len(_NOTES)]
    at = now - dt.timedelta(days=rng.randrange(1, 60), hours=rng.randrange(8))
    notes.add_note(patient, text, kind=kind, audience=audience, is_pinned=number % 2 == 0, actor=agent, now=at)
    told = rng.choice(("appointments", "condition", "everything"))
    daughter = {"name": f"{patient.name[0]}小婷", "kind": "女儿", "phone": f"1381{number:07d}", "may_be_told": told}
    reach.add_relation(patient, {**daughter, "is_guardian": False}, actor=agent)
    if number % 3 == 0:
        reach.add_contact(patient, f"1382{number:07d}", purpose="work", actor=agent)
    if number % 2 == 0:
        title, detail = _TASKS[number % len(_TASKS)]
        due_on = today(now=now) + dt.timedelta(days=rng.randrange(0, 9))
        tasks.give_task(patient, title=title, detail=detail, due_on=due_on, assignee=agent.staff, actor=agent, now=now)


def _attach(patient: Patient, agent: Actor, now: dt.datetime) -> None:
    picture = Image.new("RGB", (420, 300), "#f4f6f5")
    ImageDraw.Draw(picture).rectangle((40, 40, 380, 260), outline="#0b7a75", width=4)
    target = io.BytesIO()
    picture.save(target, "PNG")
    examined = intake.examine("外院化验单.png", [target.getvalue()])
    attachments.attach(patient, examined, kind="report", audience="care", remark="示例", actor=agent, now=now)
