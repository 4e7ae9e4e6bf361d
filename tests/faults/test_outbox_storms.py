"""The outbox in more bad weather: lines cut in the middle of a text, wrong clocks, Redis away, a sending paused a
hundred times while people withdraw.
"""

import asyncio
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.faults.house import free_port
from tests.faults.test_outbox import (  # noqa: F401
    DUE_NOW,
    QUEUE_MANY,
    Moody,
    assert_once,
    is_settled,
    moody,
    nudge,
    outcomes,
)
from tests.faults.test_workers import SETTLE, states

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

QUEUE_TO_PEOPLE = """
from messaging.domain.outbox import Notice, enqueue_all
from messaging.recipients import ToPerson
from patients.models import ContactPoint, Patient
with hospital_scope(north):
    people = Patient.objects.bulk_create(Patient(name=f"客户{n}", mrn=f"w{n}") for n in range(given["count"]))
    ContactPoint.objects.bulk_create(
        ContactPoint(patient=one, system="email", value=f"p{one.pk}@person.invalid") for one in people)
    enqueue_all([Notice("followups.contact", ToPerson(one.pk), "email", "followups.unreached",
                        f"{given['key']}:{one.pk}", urgency="bulk", batch=given["key"]) for one in people],
                now=timezone.now())
"""
PAUSES = """
from messaging.domain import batches
done = 0
while done < 100:
    for verb in (batches.pause, batches.resume):
        with hospital_scope(north):
            verb(given["key"], now=timezone.now())
        send('messaging.send_due', north.pk)
        time.sleep(0.02)
    done += 1
result = done
"""
WITHDRAWALS = """
import random
from patients.domain.consents import withdraw
from patients.models import Consent, Patient
with hospital_scope(north):
    people = list(Patient.objects.filter(mrn__startswith="w").order_by("pk"))
for person in random.Random(5).sample(people, given["count"]):
    with hospital_scope(north):
        withdraw(person=person, purpose="care", channel="email", source="call", now=timezone.now())
"""
# Whoever was written to although the withdrawal was on record before the message was claimed.
WRONGED = """
select count(*) from messaging_message m
  join patients_consent c on c.patient_id = m.person_id and c.decision = 'withdrawn'
  join messaging_messagechange k on k.message_id = m.id and k.state = 'claimed'
 where m.batch = '{key}' and m.state in ('handed_over', 'unknown') and k.at > c.at + interval '1 second'
"""


class Cutting(SMTP):
    """Goes away while the text is coming, at every fifth mail."""

    asked = 0

    async def smtp_DATA(self, arg):
        Cutting.asked += 1
        if Cutting.asked % 5:
            return await super().smtp_DATA(arg)
        await self.push("354 go ahead")
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 10)
        line = next(one for one in head.decode("ascii", "replace").splitlines() if one.startswith("Message-ID:"))
        self.event_handler.cut.append(line.partition("<")[2].partition("@")[0])
        self.transport.abort()
        return None


@pytest.fixture
def cutting():
    """A server that cuts the line; answers with its handler and the worker's environment."""

    class Knives(Controller):
        def factory(self):
            return Cutting(self.handler)

    Cutting.asked = 0
    controller = Knives(Moody(), hostname="127.0.0.1", port=free_port())
    controller.handler.cut = []
    controller.start()
    yield controller.handler, {"CRM_SMTP_HOST": "127.0.0.1", "CRM_SMTP_PORT": str(controller.port)}
    controller.stop()


def test_server_that_goes_away_in_the_middle_of_a_text(house, cutting):
    """Exactly the mails that were cut are unknown; the others go once."""
    box, environment = cutting
    house.start_worker(**environment)
    house.start_beat()
    house.python(QUEUE_MANY, key="cut", count=500)
    nudge(house)
    house.wait_for(lambda: is_settled(house, "cut"), "all mails", seconds=300)
    found = outcomes(house, "cut")
    assert found["unknown"] == set(box.cut)
    assert (found["handed_over"], len(box.cut) >= 100) == (set(box.taken), True)
    assert_once(box, found, total=500, unknown=len(box.cut))


def test_a_machine_whose_clock_is_an_hour_ahead_loses_and_doubles_nothing(house, moody):  # noqa: F811
    """It takes what the other machine is sending for left behind."""
    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    for command in ("worker", "beat"):
        given = ["-Q", "interactive,default,bulk", "--concurrency", "2"] if command == "worker" else ["--pidfile="]
        house.start(
            f"ahead_{command}", "tests.faults.other_clock", "3600", "celery", "-A", "hospital_crm", command, *given,
            **environment,
        )  # fmt: skip
    house.python(QUEUE_MANY, key="clock", count=3000)
    nudge(house)
    for _turn in range(10):
        house.python(SETTLE)
    house.wait_for(lambda: is_settled(house, "clock"), "all mails", seconds=300)
    assert_once(box, outcomes(house, "clock"), total=3000, unknown=0)


def test_a_clock_that_is_set_back_delays_and_doubles_nothing(house, moody):  # noqa: F811
    box, environment = moody()
    house.start(
        "yesterday", "tests.faults.other_clock", "-86400", "celery", "-A", "hospital_crm", "worker", "-Q",
        "interactive,default,bulk", "--concurrency", "1", **environment,
    )  # fmt: skip
    house.python(QUEUE_MANY, key="back", count=200)
    nudge(house)
    time.sleep(8)
    assert (states(house, "back"), box.taken) == ({"planned": 200}, [])
    house.stop("yesterday")
    house.start_worker(**environment)
    nudge(house)
    house.wait_for(lambda: is_settled(house, "back"), "all mails", seconds=120)
    assert_once(box, outcomes(house, "back"), total=200, unknown=0)


def test_redis_gone_while_mails_go(house, moody, away):  # noqa: F811
    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    house.python(QUEUE_MANY, key="away", count=3000)
    nudge(house)
    time.sleep(1)
    house.kill_engine("valkey")
    time.sleep(away)
    house.restart_engines()
    house.wait_for(lambda: is_settled(house, "away"), "all mails", seconds=300)
    assert_once(box, outcomes(house, "away"), total=3000, unknown=0)


def test_paused_a_hundred_times_while_people_withdraw(house, moody):  # noqa: F811
    """Everybody gets it once, but for those who withdrew before it was claimed: they get nothing."""
    import threading

    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    house.python(QUEUE_TO_PEOPLE, key="paused", count=3000)
    nudge(house)
    withdrawing = threading.Thread(target=lambda: house.python(WITHDRAWALS, count=300))
    withdrawing.start()
    assert house.python("from hospital_crm.tenancy.queue import send\n" + PAUSES, key="paused") == 100
    withdrawing.join(120)

    def is_over() -> bool:
        house.python(DUE_NOW)
        return is_settled(house, "paused")

    house.wait_for(is_over, "all mails", seconds=300)
    found = outcomes(house, "paused")
    held = found.pop("held", set())
    assert_once(box, found, total=3000 - len(held), unknown=0)
    assert held.isdisjoint(box.taken)
    assert 0 < len(held) <= 300
    assert house.rows(WRONGED.format(key="paused")) == [(0,)]
    reasons = house.rows("select distinct reason from messaging_message where batch = 'paused' and state = 'held'")
    assert reasons == [("refused_kind",)]
