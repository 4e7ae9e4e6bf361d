"""A feed in HL7 with a morning's messages: most applied, one waiting for a decision, two set aside. One in FHIR with a
bundle applied and an appointment kept for later.
"""

import datetime as dt
import json
from typing import Any

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import fhir
from integrations.domain.feeds import enter_feed
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from patients.models import Identifier

_NAMES = ("霍知秋", "蒲星河", "桑亦禾", "阮清辞", "卓然之", "郗望舒")


def send_messages(hospital: Hospital, *, now: dt.datetime) -> None:
    """The hospital's system tells of admissions, moves and discharges of the last days."""
    with hospital_scope(hospital):
        values = {"title": "门诊住院系统", "is_active": True, "number_domain": "his", "silence_minutes": 120}
        feed = enter_feed(kind="hl7", name="his", values=values, actor=None)
        taken = Identifier.objects.filter(system="mrn").values_list("value", flat=True).first() or "900001"
        messages = [one for number, name in enumerate(_NAMES) for one in _course(number, name, now)]
        messages += [
            _message("A08", 90, "闵乐天", now, number=taken),
            _message("A29", 0, _NAMES[0], now),
            _message("A01", 92, "端木清越", now, number=""),
        ]
        receive(feed, [one for one, _head in as_inbound(messages)], now=now, ask=False)
        values = {"title": "互联互通平台", "is_active": True, "number_domain": "platform", "silence_minutes": None}
        platform = enter_feed(kind="fhir", name="platform", values=values, actor=None)
        receive(platform, [fhir.as_inbound(json.dumps(one).encode()) for one in _resources(now)], now=now, ask=False)
    apply_due(hospital, now)


def _resources(now: dt.datetime) -> list[dict[str, Any]]:
    """A person with a visit, and an appointment."""
    person = {
        "resourceType": "Patient", "id": "p-1", "name": [{"use": "official", "text": "樊问渠"}], "gender": "female",
        "birthDate": "1974-03-02", "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "FH000001"}],
    }  # fmt: skip
    began = (now - dt.timedelta(days=2)).isoformat()
    visit = {
        "resourceType": "Encounter", "id": "e-1", "status": "finished", "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p-1"}, "period": {"start": began, "end": began},
    }  # fmt: skip
    entries = [{"resource": one} for one in (person, visit)]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return [bundle, {"resourceType": "Appointment", "id": "a-1", "status": "booked"}]


def _course(number: int, name: str, now: dt.datetime) -> list[bytes]:
    events = ("A01", "A02", "A08", "A03") if number % 2 else ("A01", "A08")
    return [_message(event, number, name, now) for event in events]


def _message(event: str, place: int, name: str, now: dt.datetime, *, number: str | None = None) -> bytes:
    at = f"{now:%Y%m%d%H%M%S}"
    admitted = now - dt.timedelta(days=3 + place % 5)
    number = f"HL{place:06d}" if number is None else number
    fields = [""] * 46
    fields[0], fields[1], fields[2], fields[3] = "PV1", "1", "I", f"心血管内科^{place + 1}^{place + 11}"
    fields[19], fields[44] = f"HV{place:06d}", f"{admitted:%Y%m%d%H%M%S}"
    if event == "A03":
        fields[36], fields[45] = "1", f"{now - dt.timedelta(hours=5):%Y%m%d%H%M%S}"
    identifier = f"{number}^^^H^MR" if number else ""
    lines = (
        f"MSH|^~\\&|HIS|H|CRM|H|{at}||ADT^{event}|{place:04d}{event}|P|2.4||||||UNICODE UTF-8",
        f"EVN|{event}|{at}",
        f"PID|1||{identifier}||{name}||{1950 + place % 40}0512|{'MF'[place % 2]}|||清屿市云台区望海路{place + 1}号",
        "|".join(fields),
    )
    return "\r".join(lines).encode()
