"""The MLLP listener: messages arrive over many connections, are committed together, and only then acknowledged.

One thread writes to the database, in the order in which messages were complete, so that order is kept over all
connections and many messages share one commit. A sender that is too slow, sends too much, or frames wrongly is told
why; it never holds up the others.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.queue import send
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.errors import ImportRefused
from integrations.domain.hl7 import as_inbound
from integrations.domain.receiving import TASK, receive
from integrations.models import Feed
from integrations.readers.hl7.answers import Head, acknowledgement, head_of
from integrations.readers.hl7.framing import START, Unframer, WrongFraming, framed

log = logging.getLogger("crm.mllp")
MEGABYTE = 1024 * 1024
_PIECE = 64 * 1024
_BATCH = 200
_BATCH_BYTES = 32 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sender may ask for. Sizes in bytes, times in seconds.

    message_seconds: from the first byte of a message to its last. idle_seconds: between messages. refused_seconds: how
    long a sender for whom there is no room is listened to, so that it hears why, and how long another must have been
    silent to make room. held: bytes of all connections together that wait for the end of their message.
    """

    message: int = 10 * MEGABYTE
    held: int = 256 * MEGABYTE
    connections: int = 400
    message_seconds: float = 30.0
    idle_seconds: float = 3600.0
    refused_seconds: float = 5.0
    ask_seconds: float = 0.5


@dataclass(slots=True, eq=False)
class _Kept:
    """A message on its way to the database, and where its problem ('' = safe) is told."""

    raw: bytes
    done: "asyncio.Future[str]"


@dataclass(eq=False)
class Listener:
    """Listens for one feed of one hospital."""

    hospital: Hospital
    feed_id: int
    limits: Limits = field(default_factory=Limits)
    port: int = 0
    accepted: int = 0
    refused: int = 0
    _held: int = 0
    _answers: int = 0
    _asked: float = 0.0
    _wants_asking: bool = False
    _unanswered: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _talks: list["_Talk"] = field(default_factory=list)

    async def serve(
        self, host: str, port: int, *, tls: ssl.SSLContext | None = None, stop: asyncio.Event | None = None
    ) -> None:
        """Listen until `stop` is set; what was complete by then is still committed and acknowledged.

        Where nothing can be written any more, it ends and raises why: senders must not wait for an answer that never
        comes.
        """
        self._queue: asyncio.Queue[_Kept] = asyncio.Queue(maxsize=4 * _BATCH)
        self._writer_thread = ThreadPoolExecutor(1, "mllp-writer")
        stop = stop or asyncio.Event()
        server = await asyncio.start_server(self._connected, host, port, ssl=tls, limit=_PIECE, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        writer = asyncio.create_task(self._write())
        log.info("mllp_listening", extra={"port": self.port, "feed": self.feed_id})
        try:
            await _first(stop.wait(), writer)
        finally:
            server.close()
            await _first(self._queue.join(), writer)
            if not writer.done():
                await self._all_answered()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            writer.cancel()
            (ended,) = await asyncio.gather(writer, return_exceptions=True)
            self._writer_thread.submit(_hang_up).result()
            self._writer_thread.shutdown()
        if isinstance(ended, Exception):
            raise ended

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talk = _Talk(self, reader, writer)
        has_room = len(self._talks) < self.limits.connections or self._close_idlest()
        if has_room:
            self._talks.append(talk)
        else:
            log.warning("mllp_too_many_connections", extra={"open": len(self._talks)})
        self._tasks.add(task)
        try:
            await (talk.run() if has_room else talk.turn_away())
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError, TimeoutError):
            pass
        finally:
            if talk in self._talks:
                self._talks.remove(talk)
            self._tasks.discard(task)
            self._held -= talk.held
            writer.close()

    def _close_idlest(self) -> bool:
        """Makes room where a connection has been silent for some time: the one that has been so longest is closed; its
        sender opens another one when it has something to say.
        """
        since = time.monotonic() - self.limits.refused_seconds
        idle = [talk for talk in self._talks if talk.is_idle and talk.idle_since < since]
        if idle:
            idlest = min(idle, key=lambda talk: talk.idle_since)
            self._talks.remove(idlest)
            idlest.writer.close()
        return bool(idle)

    async def keep(self, raw: bytes) -> str:
        """Answers when the message is safe: '' or the code of a problem."""
        kept = _Kept(raw, asyncio.get_running_loop().create_future())
        self._unanswered += 1
        await self._queue.put(kept)
        return await kept.done

    def answered(self, raw: bytes) -> None:
        """The acknowledgement of a message has been handed to its connection."""
        self._unanswered -= bool(raw.strip())

    async def _all_answered(self) -> None:
        """Until what is safe has been acknowledged, or its sender has been slow for too long."""
        until = time.monotonic() + 5
        while self._unanswered and time.monotonic() < until:
            await asyncio.sleep(0.01)

    def answer(self, head: Head, problem: str = "") -> bytes:
        """The framed acknowledgement."""
        self._answers += 1
        if problem or head.problem:
            self.refused += 1
        else:
            self.accepted += 1
        return framed(acknowledgement(head, now=timezone.now(), problem=problem, number=str(self._answers)))

    async def _write(self) -> None:
        """Commits what is complete, many messages at once; while one batch is written the next gathers."""
        loop = asyncio.get_running_loop()
        getting = asyncio.ensure_future(self._queue.get())
        while True:
            await asyncio.wait({getting}, timeout=self.limits.ask_seconds)
            if not getting.done():
                await loop.run_in_executor(self._writer_thread, self._ask)
                continue
            batch = [getting.result()]
            size = len(batch[0].raw)
            while not self._queue.empty() and len(batch) < _BATCH and size < _BATCH_BYTES:
                batch.append(self._queue.get_nowait())
                size += len(batch[-1].raw)
            raws = [kept.raw for kept in batch]
            problems = await loop.run_in_executor(self._writer_thread, self._store, raws)
            for kept, problem in zip(batch, problems, strict=True):
                if not kept.done.cancelled():
                    kept.done.set_result(problem)
                self._queue.task_done()
            getting = asyncio.ensure_future(self._queue.get())

    def _store(self, raws: Sequence[bytes]) -> list[str]:
        """In the writer's thread: one commit for all of them; where that fails, one for each, so that whatever one
        message provokes is answered to its sender alone.
        """
        try:
            with hospital_scope(self.hospital):
                feed = Feed.objects.get(pk=self.feed_id)
                receive(feed, [inbound for inbound, _ in as_inbound(raws)], now=timezone.now(), ask=False)
        except ImportRefused:
            return ["not_in_use"] * len(raws)
        except Exception as error:
            log.warning("mllp_not_stored", extra={"messages": len(raws), "error": type(error).__name__})
            connection.close()
            return [self._store([raw])[0] for raw in raws] if len(raws) > 1 else ["not_stored"]
        self._wants_asking = True
        if time.monotonic() - self._asked >= self.limits.ask_seconds:
            self._ask()
        return [""] * len(raws)

    def _ask(self) -> None:
        """Has what was stored applied, at most every so often."""
        if self._wants_asking:
            self._wants_asking, self._asked = False, time.monotonic()
            send(TASK, self.hospital.pk)

    async def room(self) -> None:
        """Waits while messages that have not ended hold too much memory."""
        while self._held > self.limits.held:
            await asyncio.sleep(0.05)

    def hold(self, more: int) -> None:
        """Counts bytes that wait for the end of their message."""
        self._held += more


@dataclass(eq=False)
class _Talk:
    """One connection: messages in, acknowledgements out, in the same order."""

    listener: Listener
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    held: int = 0
    is_idle: bool = True
    idle_since: float = field(default_factory=time.monotonic)

    async def run(self) -> None:
        """Until the sender goes, or has to be sent away."""
        limits = self.listener.limits
        unframer = Unframer(limits.message)
        deadline = time.monotonic() + limits.idle_seconds
        while True:
            await self.listener.room()
            try:
                data = await asyncio.wait_for(self.reader.read(_PIECE), max(deadline - time.monotonic(), 0.001))
            except TimeoutError:
                if unframer.size:
                    await self._refuse(unframer.waiting, "too_slow")
                return
            if not data:
                return
            self.is_idle, was_waiting = False, bool(unframer.size)
            try:
                messages = unframer.feed(data)
            except WrongFraming as wrong:
                start = unframer.waiting
                goes_on = wrong.code == "too_large" and await self._passed_over(unframer, deadline)
                await self._refuse(start, wrong.code)
                if not goes_on:
                    return
                messages = _complete(unframer)
            self._hold(unframer.size)
            await self._answer(messages)
            self.is_idle, self.idle_since = not unframer.size, time.monotonic()
            if messages or not unframer.size or not was_waiting:
                wait = limits.message_seconds if unframer.size else limits.idle_seconds
                deadline = time.monotonic() + wait

    async def turn_away(self) -> None:
        """Tells a sender for whom there is no room, by its first message where it has one to send."""
        limits = self.listener.limits
        began = b""
        with suppress(TimeoutError):
            began = await asyncio.wait_for(self.reader.read(_PIECE), limits.refused_seconds)
        await self._refuse(began, "too_many")

    async def _answer(self, messages: list[bytes]) -> None:
        """Keeps messages that came together and acknowledges each when it is safe."""
        safe = [asyncio.ensure_future(self._kept(raw)) for raw in messages]
        for raw, kept in zip(messages, safe, strict=True):
            problem = await kept
            self.writer.write(self.listener.answer(head_of(raw), problem))
            self.listener.answered(raw)
        await asyncio.wait_for(self.writer.drain(), self.listener.limits.message_seconds)

    async def _kept(self, raw: bytes) -> str:
        """A message that is none is refused without being kept: nobody could do anything with it."""
        return await self.listener.keep(raw) if raw.strip() else "empty"

    async def _passed_over(self, unframer: Unframer, deadline: float) -> bool:
        """Reads a message that is too large to its end and keeps nothing of it, so that the sender hears why and may go
        on. Answers False where its end does not come in time.
        """
        has_ended = unframer.drop_message()
        while not has_ended:
            try:
                data = await asyncio.wait_for(self.reader.read(_PIECE), max(deadline - time.monotonic(), 0.001))
            except TimeoutError:
                return False
            if not data:
                return False
            has_ended = unframer.drop_message(data)
        return True

    async def _refuse(self, waiting: bytes, problem: str) -> None:
        head = head_of(waiting.lstrip(START))
        self.writer.write(self.listener.answer(head if head.control_id else Head(), problem))
        await asyncio.wait_for(self.writer.drain(), self.listener.limits.message_seconds)

    def _hold(self, size: int) -> None:
        self.listener.hold(size - self.held)
        self.held = size


async def _first(waiting: Coroutine[Any, Any, Any], other: "asyncio.Task[None]") -> None:
    """Until one of the two has ended."""
    task = asyncio.ensure_future(waiting)
    try:
        await asyncio.wait({task, other}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        task.cancel()


def _hang_up() -> None:
    """Closes the database connection of the thread that calls."""
    connection.close()


def _complete(unframer: Unframer) -> list[bytes]:
    """Messages that came together with the end of one that was given up."""
    try:
        return unframer.feed(b"")
    except WrongFraming:
        return []


def tls_context(certificate: str, key: str, client_ca: str = "") -> ssl.SSLContext:
    """TLS 1.2 or later; with `client_ca` only senders with a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
