"""The win-back list: who is on it, who is not, and what a call leaves."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from accounts.calendar import today
from accounts.models import AccessLog, Hospital
from patients.domain import classification
from patients.models import Patient, WinBackContact
from tests.cast import MountedClient
from tests.patients.factories import ConsentFactory, EncounterFactory, PatientFactory

ClientAs = Callable[[str], MountedClient]
PAGES = ("classification", "stages", "classified", "win-back", "label-rules", "strategies")


def lapsed(**values: object) -> Patient:
    """Somebody who has not come for four years, labelled."""
    patient = PatientFactory(**values)
    on = today() - dt.timedelta(days=4 * 365)
    EncounterFactory(patient=patient, admitted_on=on, discharged_on=on, fees=1200)
    classification.classify(patient_ids=[patient.pk], now=timezone.now())
    return patient


def test_the_win_back_list_leaves_out_whom_nobody_may_call(client_as: ClientAs, in_north: Hospital) -> None:
    patient = lapsed(name="谢小平")
    lapsed(contact_state="stopped")
    lapsed(death_in_doubt_since=timezone.now())
    dead = lapsed()
    Patient.objects.filter(pk=dead.pk).update(contact_state="deceased", deceased_source="his")
    agent = client_as("agent")
    answer = agent.get(agent.url("patients:win-back"))
    assert [row["person"].public_id for row in answer.context["rows"]] == [patient.public_id]
    row = answer.context["rows"][0]["lost"]
    assert (row.reason, float(row.fees), row.outcome) == ("三年没有来", 1200.0, "")
    assert "谢*平" in answer.content.decode() and "谢小平" not in answer.content.decode()
    assert AccessLog.objects.filter(page="win-back", patient_id=patient.pk).count() == 1


def test_the_win_back_list_leaves_out_who_refuses_such_calls(client_as: ClientAs, in_north: Hospital) -> None:
    never_asked, granted, refused, taken_back, by_channel, again = (lapsed() for _ in range(6))
    later = {"purpose": "calls", "at": timezone.now()}
    ConsentFactory(patient=granted, purpose="calls")
    ConsentFactory(patient=refused, purpose="calls", channel="phone", decision="refused")
    ConsentFactory(patient=taken_back, purpose="calls")
    ConsentFactory(patient=taken_back, decision="withdrawn", **later)
    ConsentFactory(patient=by_channel, purpose="calls", channel="email", decision="refused")
    ConsentFactory(patient=again, purpose="calls", decision="refused", said_by="staff")
    ConsentFactory(patient=again, channel="phone", **later)
    agent = client_as("agent")
    listed = {row["person"].public_id for row in agent.get(agent.url("patients:win-back")).context["rows"]}
    assert listed == {one.public_id for one in (never_asked, granted, by_channel, again)}
    url = agent.url("patients:win-back-call", refused.public_id)
    assert agent.post(url, {"outcome": "will_come"}).status_code == 422


def test_a_win_back_call_is_noted(client_as: ClientAs, in_north: Hospital) -> None:
    patient, agent = lapsed(), client_as("agent")
    url = agent.url("patients:win-back-call", patient.public_id)
    assert agent.get(url).status_code == 200
    assert agent.post(url, {"outcome": "nothing"}).status_code == 422
    assert agent.post(url, {"outcome": "elsewhere", "words": "搬到外地"}).status_code == 302
    assert list(WinBackContact.objects.values_list("patient_id", "outcome", "words")) == [
        (patient.pk, "elsewhere", "搬到外地")
    ]
    assert agent.get(agent.url("patients:win-back")).context["rows"] == []
    WinBackContact.objects.update(called_at=timezone.now() - dt.timedelta(days=7))
    assert agent.get(agent.url("patients:win-back")).context["rows"][0]["lost"].outcome == "已在别处就诊"
    Patient.objects.filter(pk=patient.pk).update(contact_state="stopped")
    assert agent.post(url, {"outcome": "will_come"}).status_code == 422
    assert WinBackContact.objects.count() == 1
