"""The outbox in bad weather: whoever is killed and whatever the mail server does, everybody gets each mail once, and
what nobody knows is listed and never sent again.
"""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections import Counter

import pytest
from aiosmtpd.controller import Controller

from tests.faults.house import free_port
from tests.faults.test_workers import SEND, states

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

QUEUE_MANY = """
from messaging.domain.outbox import Notice, enqueue_all
from messaging.recipients import ToStaff
li = None
for start in range(0, given["count"], 5000):
    with hospital_scope(north):
        li = li or StaffMember.objects.get(user__username="li")
        enqueue_all([Notice("digest", ToStaff(li), "email", "digest", f"{given['key']}:{number}",
                            {"day": "11-23", "summary": str(number)}, urgency="bulk")
                     for number in range(start, min(start + 5000, given["count"]))], now=timezone.now())
"""
DUE_NOW = (
    """
from messaging.models import Message
with hospital_scope(north):
    Message.objects.filter(state="planned").update(not_before=timezone.now())
"""
    + SEND
)


class Moody:
    """A mail server that remembers what it took; `mood(reference, times)` says how it answers: '', 4xx, 5xx, hang or
    close in the middle of the text.
    """

    def __init__(self, mood=lambda reference, times: "") -> None:
        self.taken: list[str] = []
        self.seen: Counter[str] = Counter()
        self.mood = mood

    async def handle_DATA(self, server, session, envelope) -> str:
        head = envelope.content.decode("ascii", "replace")
        line = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        reference = line.partition("<")[2].partition("@")[0]
        self.seen[reference] += 1
        mood = self.mood(reference, self.seen[reference])
        if mood == "hang":
            await asyncio.sleep(40)
        elif mood == "close":
            server.transport.abort()
        if mood in ("", "close after"):
            self.taken.append(reference)
        if mood == "close after":
            server.transport.abort()
        return mood if mood[:1].isdigit() else "250 OK"


@pytest.fixture
def moody():
    """`moody(mood)` starts a server; answers with it and the worker's environment."""
    controllers = []

    def start(*mood):
        controllers.append(Controller(Moody(*mood), hostname="127.0.0.1", port=free_port()))
        controllers[-1].start()
        return controllers[-1].handler, {"CRM_SMTP_HOST": "127.0.0.1", "CRM_SMTP_PORT": str(controllers[-1].port)}

    yield start
    for controller in controllers:
        controller.stop()


def outcomes(house, key: str) -> dict[str, set[str]]:
    """State → references of the messages in it."""
    found: dict[str, set[str]] = {}
    for state, reference in house.rows(
        f"select state, public_id::text from messaging_message where key like '{key}:%'"
    ):
        found.setdefault(state, set()).add(reference)
    return found


def children(house) -> list[int]:
    """The processes of the worker that send."""
    pid = house.processes["worker"].pid
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def is_settled(house, key: str) -> bool:
    """Nothing of this key is on its way."""
    return not {"planned", "claimed"} & states(house, key).keys()


def nudge(house) -> None:
    house.python(SEND)


def assert_once(box: Moody, found: dict[str, set[str]], *, total: int, unknown: int) -> None:
    """Each message once; what was taken and is not recorded is unknown; nothing is lost."""
    assert sum(map(len, found.values())) == total
    assert set(found) <= {"handed_over", "unknown"}
    assert len(box.taken) == len(set(box.taken))
    taken = set(box.taken)
    assert found["handed_over"] <= taken
    assert taken - found["handed_over"] <= found.get("unknown", set())
    assert len(found.get("unknown", ())) <= unknown


def test_fifty_kills_during_twenty_thousand_mails(house, moody):
    """Each kill leaves at most one unknown per connection: one of a killed process, two of a killed worker."""
    total = int(os.environ.get("FAULT_MAILS", "20000"))
    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    house.python(QUEUE_MANY, key="storm20k", count=total)
    nudge(house)
    choice, lines, kills = random.Random(11), 0, 0
    while kills < 50 and not is_settled(house, "storm20k"):
        house.wait_for(lambda: children(house), "a process that sends")
        time.sleep(choice.uniform(0.05, 1.2))
        if kills % 10 == 9:
            house.stop("worker", signal.SIGKILL)
            lines += 2
            house.start_worker(**environment)
        else:
            pids = children(house)
            if not pids:
                continue
            os.kill(choice.choice(pids), signal.SIGKILL)
            lines += 1
        kills += 1
    house.wait_for(lambda: is_settled(house, "storm20k"), "the rest of the mails", seconds=1200)
    assert kills == 50
    assert_once(box, outcomes(house, "storm20k"), total=total, unknown=lines)


def test_server_that_says_later_no_and_goes_away_in_the_middle(house, moody):
    """4xx is tried again, 5xx is final, a connection closed in or after the text is unknown and never tried again."""

    def mood(reference: str, times: int) -> str:
        answers = {"0": "451 4.7.1 later", "1": "550 5.1.1 nobody", "2": "close", "3": "close after"}
        wanted = answers.get(reference[0], "")
        return "" if wanted[:1] == "4" and times > 1 else wanted

    box, environment = moody(mood)
    house.start_worker(**environment)
    house.python(QUEUE_MANY, key="moods", count=400)
    nudge(house)

    def is_over() -> bool:
        house.python(DUE_NOW)
        return is_settled(house, "moods")

    house.wait_for(is_over, "every mail to be settled", seconds=300)
    found = outcomes(house, "moods")
    by_first = {state: {one[0] for one in some} for state, some in found.items()}
    assert by_first["failed"] == {"1"}
    assert by_first["unknown"] == {"2", "3"}
    assert len(box.taken) == len(set(box.taken))
    assert found["handed_over"] == {one for one in box.taken if one[0] not in "3"}
    assert max(times for one, times in box.seen.items() if one[0] != "0") == 1
    assert sum(map(len, found.values())) == 400


def test_server_that_hangs_in_the_middle_of_the_answer(house, moody):
    """The worker gives up after its patience: the one mail is unknown, the others go."""
    box, environment = moody(lambda reference, times: "hang" if not box.taken and len(box.seen) == 1 else "")
    house.start_worker(**environment)
    house.python(QUEUE_MANY, key="hang", count=20)
    nudge(house)
    house.wait_for(lambda: states(house, "hang").get("unknown") == 1, "the end of patience", seconds=90)
    house.start_beat()
    house.wait_for(lambda: is_settled(house, "hang"), "the other mails", seconds=120)
    found = outcomes(house, "hang")
    assert (len(found["handed_over"]), len(found["unknown"])) == (19, 1)
    assert set(box.taken) >= found["handed_over"]
    assert max(box.seen.values()) == 1


@pytest.mark.parametrize("engine", ["postgres", "valkey"])
def test_database_or_redis_restarted_while_mails_go(house, moody, engine):
    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    house.python(QUEUE_MANY, key=engine, count=3000)
    nudge(house)
    for _ in range(3):
        time.sleep(1)
        house.kill_engine(engine)
        house.restart_engines()
    house.wait_for(lambda: is_settled(house, engine), "all mails", seconds=600)
    assert_once(box, outcomes(house, engine), total=3000, unknown=0)


def test_redis_emptied_while_mails_go(house, moody):
    import redis

    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    house.python(QUEUE_MANY, key="emptied", count=3000)
    nudge(house)
    for _ in range(5):
        time.sleep(0.5)
        with redis.Redis.from_url(house.urls.redis) as line:
            line.flushall()
    house.wait_for(lambda: is_settled(house, "emptied"), "all mails", seconds=300)
    assert_once(box, outcomes(house, "emptied"), total=3000, unknown=0)


def test_two_beats_and_a_flood_of_nudges(house, moody):
    box, environment = moody()
    house.start_worker(**environment)
    house.start_beat()
    house.processes["beat2"] = house.processes.pop("beat")
    house.start_beat()
    house.python(QUEUE_MANY, key="beats", count=1500)
    house.python(
        "from hospital_crm.tenancy.queue import send\nfor _ in range(200): send('messaging.send_due', north.pk)"
    )
    house.wait_for(lambda: is_settled(house, "beats"), "all mails", seconds=300)
    assert_once(box, outcomes(house, "beats"), total=1500, unknown=0)
