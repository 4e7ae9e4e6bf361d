"""Texts and purposes of the tests, a gateway that answers as told, and sending what is due."""

import datetime as dt
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.utils.translation import gettext_lazy as _

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from messaging import purposes, templates
from messaging.domain import dispatch
from messaging.domain.lines import Lines
from messaging.domain.outbox import enqueue
from messaging.gateways.base import Outcome
from messaging.models import Message, State
from messaging.recipients import ToPerson, ToStaff
from tests.messaging.factories import NOW
from tests.patients.factories import ContactPointFactory, PatientFactory

templates.register("test", _("Notices"), _("Outbox"))
purposes.register("test.at_once", "at once", at_once=True)
purposes.register("test.can_wait", "can wait")
for _basis in purposes.Basis:
    purposes.register(f"test.{_basis}", f"test {_basis}", basis=_basis)


@pytest.fixture(autouse=True)
def journals(settings, tmp_path, monkeypatch):
    """Every test has a worker and journals of its own."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(dispatch, "_WORKER", dispatch._Worker())
    return tmp_path / "outbox"


class ScriptedGateway:
    """Keeps what it is given; answers with the outcomes it was told, or raises them."""

    name = "scripted"
    calls_out = True

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []

    @contextmanager
    def session(self):
        yield self

    def deliver(self, outgoing):
        self.taken.append(outgoing)
        answer = self.answers.pop(0) if self.answers else Outcome(State.HANDED_OVER)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def queue(north, cast) -> Callable[..., Message]:
    """`queue(channel="email")`: a message of North, to nurse Li unless told otherwise; `person`: an e-mail of care."""

    def make(**given) -> Message:
        staff, person = given.pop("staff", None) or cast.li, given.pop("person", None)
        purpose, channel = ("test.care", "email") if person else ("test.at_once", "bell")
        values = {"purpose": purpose, "channel": channel, "template": "test", "key": "k1", "now": NOW, **given}
        recipient = ToPerson(person) if person else ToStaff(staff)
        with hospital_scope(staff.hospital):
            return enqueue(**{"recipient": recipient, **values})

    return make


@pytest.fixture
def send(north) -> Callable[..., bool]:
    """`send(gateway)`: one round of sending at North, e-mail over `gateway`."""

    def run(gateway=None, *, at: dt.datetime = NOW, hospital=north) -> bool:
        from messaging.gateways.bell import BellGateway

        return dispatch.send_due(
            hospital,
            clock=lambda: at,
            gateway_for=lambda _hospital, channel: BellGateway() if channel == "bell" else gateway,
            lines=Lines(),
        )

    return run


@pytest.fixture
def look() -> Callable[[Message], Message]:
    """The message as it stands in the database."""

    def read(message: Message) -> Message:
        with hospital_scope(message.hospital):
            return Message.objects.select_related("hospital").get(pk=message.pk)

    return read


def states_of(message: Message) -> list[tuple[str, str]]:
    """Every state and reason the message went through."""
    with hospital_scope(message.hospital):
        return list(message.changes.order_by("pk").values_list("state", "reason"))


@pytest.fixture
def person(north):
    """Somebody with a mobile number, a mail address and an address; care from eight to nine in the evening."""
    with hospital_scope(north):
        HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
        found = PatientFactory(address="清江县一号")
        ContactPointFactory(patient=found, value="13800005678")
        ContactPointFactory(patient=found, system="email", value="x@person.invalid", rank=2)
    return found
