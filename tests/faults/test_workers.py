"""Workers with a real broker and a real mail server: sent after the commit, once, whoever is killed meanwhile."""

import random
import signal
import threading
import time

import pytest
from aiosmtpd.controller import Controller

from tests.faults.house import free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

QUEUE = """
from django.db import transaction
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff
with hospital_scope(north):
    li = StaffMember.objects.get(user__username="li")
    for number in range(given["count"]):
        enqueue(purpose="digest", recipient=ToStaff(li), channel=given["channel"], template="digest",
                context={"day": "11-23", "summary": str(number), "lines": "x"}, key=f"{given['key']}:{number}",
                urgency=given.get("urgency", "default"))
    time.sleep(given.get("seconds", 0))
    if given.get("roll_back"):
        transaction.set_rollback(True)
"""
SEND = "from hospital_crm.tenancy.queue import send\nsend('messaging.send_due', north.pk)"
SETTLE = """
import datetime as dt
from messaging.domain.recording import settle_interrupted
with hospital_scope(north):
    result = settle_interrupted(now=timezone.now() + dt.timedelta(hours=1))
"""


class Mailbox:
    """A mail server that takes its time and remembers every letter."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.letters: list[str] = []
        self.began = threading.Event()
        self.seconds = seconds

    async def handle_DATA(self, server, session, envelope) -> str:
        import asyncio

        head = envelope.content.decode("ascii", "replace")
        self.letters.append(next(line for line in head.splitlines() if line.lower().startswith("message-id:")))
        self.began.set()
        await asyncio.sleep(self.seconds)
        return "250 OK"


@pytest.fixture
def mailbox():
    """`mailbox(seconds)` starts a mail server; answers with it and the worker's environment for it."""
    controllers = []

    def start(seconds: float = 0.0):
        controllers.append(Controller(Mailbox(seconds), hostname="127.0.0.1", port=free_port()))
        controllers[-1].start()
        return controllers[-1].handler, {"CRM_SMTP_HOST": "127.0.0.1", "CRM_SMTP_PORT": str(controllers[-1].port)}

    yield start
    for controller in controllers:
        controller.stop()


def states(house, key: str) -> dict[str, int]:
    """How many messages of this key are in which state."""
    found = house.rows(f"select state, count(*) from messaging_message where key like '{key}:%' group by 1")
    return dict(found)


def test_work_is_sent_after_the_commit(house):
    """Sent before it, the worker would have found nothing, and no beat job runs here to find it later."""
    house.start_worker()
    house.python(QUEUE, channel="bell", key="after", count=1, seconds=2)
    house.wait_for(lambda: states(house, "after") == {"delivered": 1}, "the notice", seconds=20)


def test_rolled_back_work_sends_nothing(house):
    house.start_worker()
    house.python(QUEUE, channel="bell", key="rolled", count=1, roll_back=True)
    time.sleep(2)
    house.python(QUEUE, channel="bell", key="marker", count=1)
    house.wait_for(lambda: states(house, "marker") == {"delivered": 1}, "the notice after it", seconds=20)
    assert states(house, "rolled") == {}
    assert house.log("worker").count("messaging.send_due[") >= 1


def test_worker_that_is_asked_to_end_finishes_its_letter(house, mailbox):
    box, environment = mailbox(seconds=2)
    house.start_worker(**environment)
    house.python(QUEUE, channel="email", key="polite", count=1)
    assert box.began.wait(30)
    assert house.stop("worker") == 0
    assert states(house, "polite") == {"handed_over": 1}


def test_worker_killed_between_calling_and_recording(house, mailbox):
    """The letter is out, nobody wrote it down: unknown, and never sent again."""
    box, environment = mailbox(seconds=5)
    house.start_worker(**environment)
    house.python(QUEUE, channel="email", key="killed", count=1)
    assert box.began.wait(30)
    house.stop("worker", signal.SIGKILL)
    assert states(house, "killed") == {"claimed": 1}
    house.start_worker(**environment)
    house.python(SEND)
    house.wait_for(lambda: states(house, "killed") == {"unknown": 1}, "the journal to be settled", seconds=20)
    house.python(SEND)
    time.sleep(2)
    assert (states(house, "killed"), len(box.letters)) == ({"unknown": 1}, 1)


def test_machine_that_is_lost_with_its_journal_leaves_the_batch_unknown(house, mailbox):
    box, environment = mailbox(seconds=5)
    house.start_worker(**environment)
    house.python(QUEUE, channel="email", key="lost", count=3)
    assert box.began.wait(30)
    house.stop("worker", signal.SIGKILL)
    for journal in (house.folder / "outbox").glob("*.journal"):
        journal.unlink()
    assert states(house, "lost") == {"claimed": 3}
    assert house.python(SETTLE) == 3
    house.start_worker(**environment)
    house.python(SEND)
    time.sleep(2)
    assert (states(house, "lost"), len(box.letters)) == ({"unknown": 3}, 1)


def test_workers_killed_again_and_again(house, mailbox):
    """Sixty letters, six kills: each letter at most once, at most one unknown per kill and worker process, none
    lost.
    """
    box, environment = mailbox(seconds=0.1)
    house.start_worker(**environment)
    house.python(QUEUE, channel="email", key="storm", count=40)
    choice = random.Random(7)
    for _ in range(3):
        time.sleep(choice.uniform(0.2, 1.5))
        house.stop("worker", signal.SIGKILL)
        house.start_worker(**environment)
        house.python(SEND)
    house.wait_for(lambda: "planned" not in states(house, "storm"), "the rest of the letters")
    time.sleep(2)
    house.python(SETTLE)
    found = states(house, "storm")
    assert set(found) <= {"handed_over", "unknown"}
    assert sum(found.values()) == 40
    assert found.get("unknown", 0) <= 6
    assert len(box.letters) == len(set(box.letters))
    assert found["handed_over"] <= len(box.letters) <= 40
