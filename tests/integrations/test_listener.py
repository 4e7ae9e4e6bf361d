"""The MLLP listener: acknowledged only when safe, whatever a sender does."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations import listener as listening
from integrations.domain.inbox import apply_due
from integrations.listener import Limits, Listener, tls_context
from integrations.models import Feed, InboundRecord
from integrations.readers.hl7.framing import framed
from patients.models import Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
LIMITS = Limits(message=20_000, message_seconds=0.6, idle_seconds=5, ask_seconds=60, connections=300)


def run_apart(work: Any) -> Any:
    """In a thread of its own: a browser test before may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture
def north(transactional_db: None) -> Hospital:
    return Hospital.objects.filter(slug="north").first() or create_hospital("north", "北方医院", short_name="北院")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is applied while the listener is looked at."""
    monkeypatch.setattr(listening, "send", lambda *args, **kwargs: None)


@pytest.fixture
def feed(north: Hospital) -> Feed:
    with hospital_scope(north):
        return FeedFactory()


@pytest.fixture
def listener(north: Hospital, feed: Feed) -> Iterator[Listener]:
    with running(Listener(north, feed.pk, LIMITS)) as one:
        yield one


class running:  # noqa: N801 - reads as a verb
    """A listener in a thread of its own."""

    def __init__(self, listener: Listener, tls: Any = None) -> None:
        self.listener, self.tls = listener, tls

    def __enter__(self) -> Listener:
        ready = threading.Event()

        async def serve() -> None:
            self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
            task = asyncio.create_task(self.listener.serve("127.0.0.1", 0, tls=self.tls, stop=self.stop))
            while not self.listener.port and not task.done():
                await asyncio.sleep(0.01)
            ready.set()
            await task

        self.thread = threading.Thread(target=lambda: asyncio.run(serve()))
        self.thread.start()
        assert ready.wait(10)
        return self.listener

    def __exit__(self, *error: object) -> None:
        with suppress(RuntimeError):  # it has ended by itself
            self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(15)
        connection.close()
        assert not self.thread.is_alive()


def talk(listener: Listener, *wires: bytes, pause: float = 0, answers: int | None = None, tls: Any = None) -> list[str]:
    """Send these bytes one after the other; the MSA segments that came back."""

    async def exchange() -> list[str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port, ssl=tls)
        for wire in wires:
            writer.write(wire)
            await writer.drain()
            await asyncio.sleep(pause)
        found = await _answers(reader, len(wires) if answers is None else answers)
        writer.close()
        return found

    return run_apart(exchange())


async def _answers(reader: asyncio.StreamReader, count: int) -> list[str]:
    found = []
    for _ in range(count):
        with suppress(asyncio.IncompleteReadError):
            answer = await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 10)
            found.append(answer.decode().split("\r")[1])
    return found


def kept(north: Hospital) -> int:
    with hospital_scope(north):
        return InboundRecord.objects.count()


def test_a_message_is_acknowledged_and_safe(north: Hospital, listener: Listener) -> None:
    assert talk(listener, framed(adt("A01", "C1"))) == ["MSA|AA|C1"]
    assert kept(north) == 1


def test_a_replay_is_acknowledged_and_kept_once(north: Hospital, listener: Listener) -> None:
    wire = framed(adt("A01", "C1"))
    assert talk(listener, wire, wire) == ["MSA|AA|C1"] * 2
    assert talk(listener, wire) == ["MSA|AA|C1"]
    assert kept(north) == 1


def test_messages_in_one_piece_are_answered_in_their_order(north: Hospital, listener: Listener) -> None:
    wire = b"".join(framed(adt("A08", f"C{number}")) for number in range(5))
    assert talk(listener, wire, answers=5) == [f"MSA|AA|C{number}" for number in range(5)]
    with hospital_scope(north):
        ids = list(InboundRecord.objects.order_by("id").values_list("external_id", flat=True))
    assert ids == [f"C{number}" for number in range(5)]


def test_a_message_in_small_pieces_is_one_message(north: Hospital, listener: Listener) -> None:
    wire = framed(adt("A01", "C1"))
    pieces = [wire[start : start + 40] for start in range(0, len(wire), 40)]
    assert talk(listener, *pieces, pause=0.001, answers=1) == ["MSA|AA|C1"]


def test_what_is_no_message_is_refused_with_the_reason(north: Hospital, listener: Listener) -> None:
    assert talk(listener, framed(b"PID|1||5")) == ["MSA|AR||no MSH segment"]
    assert talk(listener, framed(b"")) == ["MSA|AR||nothing between start and end block"]
    assert talk(listener, framed(adt("A01", "C1", pid="ZZZ|1"))) == ["MSA|AE|C1|no PID segment"]
    with hospital_scope(north):
        assert sorted(InboundRecord.objects.values_list("reason", flat=True)) == ["no_header", "no_person"]


def test_wrong_framing_is_told_and_the_connection_closed(north: Hospital, listener: Listener) -> None:
    told = talk(listener, adt("A01", "C1"), answers=2)
    assert told == ["MSA|AE|C1|bytes outside a frame: start block 0x0B expected"]
    assert talk(listener, b"\x0b" + adt("A01", "C2") + framed(adt("A01", "C3")), answers=2) == [
        "MSA|AE|C2|start block inside a message: the one before did not end"
    ]
    assert kept(north) == 0


def test_half_a_message_is_given_up_after_its_time(north: Hospital, listener: Listener) -> None:
    assert talk(listener, framed(adt("A01", "C1"))[:-20], answers=2) == ["MSA|AE|C1|the message did not end in time"]
    assert kept(north) == 0


def test_a_slow_sender_does_not_get_more_time_by_dripping(north: Hospital, listener: Listener) -> None:
    """It hears so while it still drips, not only once it has stopped."""

    async def exchange() -> tuple[list[str], int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"\x0b" + adt("A01", "C1"))
        answer, dripped = asyncio.ensure_future(_answers(reader, 1)), 0
        while not answer.done() and dripped < 60:
            writer.write(b"x")
            dripped += 1
            await asyncio.sleep(0.05)
        writer.close()
        return await answer, dripped

    told, dripped = run_apart(exchange())
    assert told == ["MSA|AE|C1|the message did not end in time"]
    assert dripped < 60


def test_fifty_megabytes_are_refused_and_the_next_message_is_taken(north: Hospital, feed: Feed) -> None:
    large = framed(adt("A01", "C1") + b"\rNTE|1||" + b"x" * 50_000_000)
    with running(Listener(north, feed.pk)) as listener:
        assert talk(listener, large, framed(adt("A01", "C2"))) == [
            "MSA|AE|C1|the message is larger than this listener takes",
            "MSA|AA|C2",
        ]
    assert kept(north) == 1


@pytest.mark.parametrize("envelope", [b"", b"FHS|^~\\&|A\rBHS|^~\\&|A\r"])
def test_two_messages_in_one_frame_are_refused_and_nothing_of_them_is_applied(
    north: Hospital, listener: Listener, envelope: bytes
) -> None:
    wire = framed(envelope + adt("A01", "C1") + b"\r" + adt("A01", "C2", processing="T") + b"\r")
    assert talk(listener, wire, framed(adt("A01", "C3")))[1] == "MSA|AA|C3"
    (told,) = talk(listener, wire)
    assert told.startswith("MSA|AR|") and told.endswith(
        "|several messages or a batch in one frame: each message needs a frame of its own"
    )
    apply_due(north)
    with hospital_scope(north):
        rows = InboundRecord.objects.order_by("id").values_list("state", "reason")
        assert list(rows) == [("set_aside", "several_messages"), ("applied", "")]
        assert Patient.objects.count() == 1


def test_two_hundred_connections_at_once(north: Hospital, listener: Listener) -> None:
    async def one(number: int, started: asyncio.Event) -> list[str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        await started.wait()
        writer.write(framed(adt("A08", f"C{number}")))
        found = await _answers(reader, 1)
        writer.close()
        return found

    async def all_of_them() -> list[list[str]]:
        started = asyncio.Event()
        tasks = [asyncio.create_task(one(number, started)) for number in range(200)]
        await asyncio.sleep(0.5)
        started.set()
        return await asyncio.gather(*tasks)

    assert run_apart(all_of_them()) == [[f"MSA|AA|C{number}"] for number in range(200)]
    assert kept(north) == 200


FULL = replace(LIMITS, connections=200, refused_seconds=0.5)


async def opened(listener: Listener, count: int, begun: bytes = b"") -> list[Any]:
    """So many connections, each of which has sent this."""
    found = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(count)]
    for _reader, writer in found:
        writer.write(begun)
    await asyncio.sleep(0.3)
    return found


async def said(listener: Listener, message: bytes) -> list[str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(framed(message))
    found = await _answers(reader, 1)
    writer.close()
    return found


def test_the_connection_that_was_silent_longest_makes_room(north: Hospital, feed: Feed) -> None:
    async def exchange() -> tuple[list[str], bytes, list[str]]:
        silent = await opened(listener, 200)
        await asyncio.sleep(FULL.refused_seconds)
        silent[0][1].write(framed(adt("A01", "C1")))
        await _answers(silent[0][0], 1)
        told = await said(listener, adt("A01", "C2"))
        closed = await asyncio.wait_for(silent[1][0].read(), 5)
        silent[0][1].write(framed(adt("A01", "C3")))
        still_there = await _answers(silent[0][0], 1)
        for _reader, writer in silent:
            writer.close()
        return told, closed, still_there

    with running(Listener(north, feed.pk, FULL)) as listener:
        assert run_apart(exchange()) == (["MSA|AA|C2"], b"", ["MSA|AA|C3"])


def test_a_sender_for_whom_there_is_no_room_hears_why(north: Hospital, feed: Feed) -> None:
    async def exchange() -> list[str]:
        busy = await opened(listener, 200, b"\x0bMSH|")
        told = await said(listener, adt("A01", "C1"))
        for _reader, writer in busy:
            writer.close()
        return told

    with running(Listener(north, feed.pk, replace(FULL, message_seconds=20))) as listener:
        assert run_apart(exchange()) == ["MSA|AE|C1|more connections than this listener takes, try again later"]
    assert kept(north) == 0


def test_nothing_is_acknowledged_that_could_not_be_stored(
    north: Hospital, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(listening, "receive", fail)
        assert talk(listener, framed(adt("A01", "C1"))) == ["MSA|AE|C1|the message could not be stored, send it again"]
    assert talk(listener, framed(adt("A01", "C1"))) == ["MSA|AA|C1"]


def test_a_control_character_in_the_header_is_refused_and_the_others_are_taken(
    north: Hospital, listener: Listener
) -> None:
    wire = framed(adt("A01", "C1")) + framed(adt("A01", "C\x002")) + framed(adt("A01", "C3"))
    assert talk(listener, wire, answers=3) == [
        "MSA|AA|C1",
        "MSA|AR|C2|the header holds control characters",
        "MSA|AA|C3",
    ]
    with hospital_scope(north):
        rows = InboundRecord.objects.order_by("id").values_list("external_id", "state", "reason")
        assert list(rows) == [("C1", "received", ""), ("C2", "set_aside", "control_characters"), ("C3", "received", "")]


def test_whatever_one_message_provokes_is_answered_to_its_sender_alone(
    north: Hospital, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listening.receive

    def receive(feed: Feed, messages: list[Any], **how: Any) -> list[bool]:
        if any(one.external_id == "C2" for one in messages):
            raise ValueError("bad")
        return whole(feed, messages, **how)

    monkeypatch.setattr(listening, "receive", receive)
    wire = b"".join(framed(adt("A01", f"C{number}")) for number in (1, 2, 3))
    assert talk(listener, wire, answers=3) == [
        "MSA|AA|C1",
        "MSA|AE|C2|the message could not be stored, send it again",
        "MSA|AA|C3",
    ]


def test_where_nothing_can_be_written_any_more_the_listener_ends(
    north: Hospital, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Exception):
        pass

    def fail(self: Listener, raws: object) -> list[str]:
        raise Broken

    monkeypatch.setattr(Listener, "_store", fail)
    listener = Listener(north, feed.pk, LIMITS)

    async def exchange() -> None:
        serving = asyncio.create_task(listener.serve("127.0.0.1", 0))
        while not listener.port:
            await asyncio.sleep(0.01)
        _reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(framed(adt("A01", "C1")))
        with pytest.raises(Broken):
            await asyncio.wait_for(serving, 5)
        writer.close()

    run_apart(exchange())


def test_a_feed_taken_out_of_use_is_told_so(north: Hospital, listener: Listener, feed: Feed) -> None:
    with hospital_scope(north):
        Feed.objects.update(is_active=False)
    assert talk(listener, framed(adt("A01", "C1"))) == ["MSA|AE|C1|this feed is not in use"]


def test_stopping_answers_what_was_complete(north: Hospital, feed: Feed) -> None:
    holder = running(Listener(north, feed.pk, LIMITS))
    with holder as listener:

        async def exchange() -> list[str]:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(b"".join(framed(adt("A08", f"C{number}")) for number in range(20)))
            await writer.drain()
            await asyncio.sleep(0.05)
            holder.loop.call_soon_threadsafe(holder.stop.set)
            return await _answers(reader, 20)

        assert run_apart(exchange()) == [f"MSA|AA|C{number}" for number in range(20)]
    assert kept(north) == 20


def test_tls(north: Hospital, feed: Feed, certificate: Callable[[], tuple[Path, Path]]) -> None:
    import ssl

    chain, key = certificate()
    with running(Listener(north, feed.pk, LIMITS), tls=tls_context(str(chain), str(key))) as listener:
        trusting = ssl.create_default_context(cafile=str(chain))
        trusting.check_hostname = False
        assert talk(listener, framed(adt("A01", "C1")), tls=trusting) == ["MSA|AA|C1"]
