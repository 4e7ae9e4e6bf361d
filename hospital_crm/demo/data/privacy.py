"""Requests about one's own data in a demo hospital, one in each state; a guardian among those who ask."""

import datetime as dt

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import reach, requests
from patients.models import Patient, PrivacyRequest

_GUARDIAN = {"name": "甘若溪", "kind": "女儿", "is_guardian": True, "may_be_told": "everything"}
_SELF = {"asked_by": "self", "identity_check": "papers"}


def ask_for_data(hospital: Hospital, *, manager: Actor, officer: Actor, now: dt.datetime) -> None:
    """Received, in work, waiting for the second person, answered to a guardian, refused, withdrawn."""
    with hospital_scope(hospital):
        people = list(Patient.objects.callable().order_by("-sort_on", "pk")[:6])
        desk = _Desk(manager, now)
        desk.register(people[0], 1, kind="copy", words="请提供我在贵院的全部资料。")
        desk.work_on(desk.register(people[1], 16, kind="correct", words="职业登记有误，我已退休。"))
        waiting = desk.work_on(desk.register(people[2], 6, kind="explain", words="为什么把我列为重点随访？"))
        requests.prepare(waiting, answer="依据出院医嘱，详见附件。", language="zh-hans", actor=manager, now=now)
        _answer_a_guardian(desk, people[3], officer)
        refused = desk.work_on(desk.register(people[4], 12, kind="delete", words="请删除我的住院记录。"))
        answer = "住院病历依法须保存三十年，不能删除；已停止用于其他目的。"
        requests.refuse(refused, refusal="retention", answer=answer, actor=manager, now=now)
        withdrawn = desk.register(people[5], 9, kind="copy", words="想要一份检查结果。")
        requests.withdraw(withdrawn, reason="已在自助机打印", actor=manager, now=now)


def _answer_a_guardian(desk: "_Desk", person: Patient, officer: Actor) -> None:
    relation = reach.add_relation(person, _GUARDIAN, actor=desk.manager)
    given = {"asked_by": "guardian", "asker_name": relation.name, "proof": "户口本，复印件存客服中心"}
    asked = desk.register(person, 10, kind="copy", words="代母亲申请全部资料。", **given)
    asked = desk.work_on(asked)
    prepared = requests.prepare(asked, answer="资料见附件。", language="zh-hans", actor=desk.manager, now=desk.now)
    requests.let_out(prepared, actor=officer, now=desk.now)


class _Desk:
    """Who takes the requests in, and when."""

    def __init__(self, manager: Actor, now: dt.datetime) -> None:
        self.manager, self.now = manager, now

    def register(self, person: Patient, days_ago: int, **given: str) -> PrivacyRequest:
        """It came in some days ago."""
        then = self.now - dt.timedelta(days=days_ago)
        said = {**_SELF, **given, "received_on": today(now=then)}
        return requests.register(person, **said, actor=self.manager, now=then)

    def work_on(self, asked: PrivacyRequest) -> PrivacyRequest:
        """The manager works on it."""
        return requests.assign(asked, assignee=self.manager.staff, actor=self.manager, now=self.now)
