"""Incidents in a demo hospital: two with people, one that concerns nobody, one left to the worker."""

import datetime as dt

from accounts.actors import Actor
from accounts.domain import incidents
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope


def look_into(hospital: Hospital, *, officer: Actor, agent: Actor, now: dt.datetime) -> None:
    """Whom somebody's account reached, whom a night concerns, and a question for the worker."""
    day = dt.timedelta(days=1)
    asked = (
        ("staff", agent.staff.name, 7 * day, now, "账号疑似被他人使用，核查涉及客户"),
        ("everybody", "", 3 * day, now, "夜间网络异常，核查期间被查看的客户"),
        ("everybody", "", 400 * day, now - 390 * day, "旧系统停用期间有无查看"),
    )
    for source, about, back, until, reason in asked:
        with hospital_scope(hospital):
            given = {"since": now - back, "until": until, "reason": reason}
            found = incidents.ask(source=source, about=about, **given, actor=officer, now=now)
        incidents.find(hospital, found.pk, now=now)
    with hospital_scope(hospital):
        given = {"since": now - day, "until": now, "reason": "待核：外出设备遗失"}
        incidents.ask(source="staff", about=agent.staff.name, **given, actor=officer, now=now)
