"""A feed whose listener or worker is killed: what was acknowledged is there, nothing is there twice."""

import signal
import socket
import time

import pytest

from integrations.readers.hl7.framing import framed
from tests.faults.house import House, free_port
from tests.integrations.hl7_messages import adt, pv1

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
FEED = """
from integrations.models import Feed
with hospital_scope(north):
    Feed.objects.get_or_create(kind="hl7", name=given["name"], defaults={"title": given["name"]})
"""
APPLY = """
from integrations.domain import inbox
if given.get("die"):
    mark, chunks = inbox._mark, []
    def die(records):
        chunks.append(records)
        if len(chunks) == given["die"]:
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
        mark(records)
    inbox._mark = die
inbox.CHUNK = 25
inbox.apply_due(north, timezone.now())
"""


def listen(house: House, name: str) -> int:
    """The listener of a feed; answers its port."""
    house.python(FEED, name=name)
    port = free_port()
    house.start(
        name, "django", "run_mllp", "--hospital", "north", "--feed", name, "--host", "127.0.0.1", "--port", str(port)
    )
    house.wait_for(lambda: _answers(port), "the listener")
    return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def story(count: int) -> list[bytes]:
    """Admissions and discharges of so many people."""
    return [
        adt(event, f"{event}-{number}", number=f"F{number}", name="甘书远", pv1=pv1(f"FV{number}", ended=ended))
        for number in range(count)
        for event, ended in (("A01", ""), ("A03", "20260603"))
    ]


def send_until_gone(port: int, messages: list[bytes]) -> list[bytes]:
    """Sends one after the other and answers those acknowledged, until the listener is gone."""
    safe: list[bytes] = []
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            for message in messages:
                line.sendall(framed(message))
                answer = b""
                while not answer.endswith(b"\x1c\r"):
                    piece = line.recv(4096)
                    if not piece:
                        return safe
                    answer += piece
                if b"MSA|AA|" in answer:
                    safe.append(message)
    except OSError:
        pass
    return safe


def test_a_listener_killed_between_message_and_answer_loses_nothing_acknowledged(house: House) -> None:
    import threading

    port, messages = listen(house, "killed"), story(400)
    acknowledged: list[bytes] = []
    sender = threading.Thread(target=lambda: acknowledged.extend(send_until_gone(port, messages)))
    sender.start()
    time.sleep(1.5)
    house.stop("killed", signal.SIGKILL)
    sender.join(60)
    ids = {message.split(b"|")[9].decode() for message in acknowledged}
    assert ids
    kept = {row[0] for row in house.rows("select external_id from integrations_inboundrecord")}
    assert ids <= kept
    again = listen(house, "killed")
    assert len(send_until_gone(again, messages)) == len(messages)
    found = house.rows("select count(*), count(distinct external_id) from integrations_inboundrecord")
    assert found == [(800, 800)]


def test_a_worker_killed_between_apply_and_commit_applies_nothing_twice(house: House) -> None:
    port = listen(house, "applied")
    messages = [message.replace(b"|F", b"|G").replace(b"FV", b"GV") for message in story(60)]
    assert len(send_until_gone(port, messages)) == 120
    with pytest.raises(AssertionError):
        house.python(APPLY, die=2)
    done = house.rows(
        "select count(*) from integrations_inboundrecord r join integrations_feed f on f.id = r.feed_id"
        " where r.state = 'applied' and f.name = 'applied'"
    )
    assert done[0][0] < 120
    house.python(APPLY)
    house.python(APPLY)
    visits = house.rows("select count(*), count(discharged_on) from patients_encounter where source_key like 'his|GV%'")
    assert visits == [(60, 60)]
    left = house.rows("select count(*) from integrations_inboundrecord where state <> 'applied'")
    assert left == [(0,)]
