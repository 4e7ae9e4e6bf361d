"""How fast HL7 messages are received over MLLP and acknowledged, and how fast they are applied.

Invented messages go over several connections, each waiting for its acknowledgement, to the real listener in a process
of its own; then all are applied in order. Beside it: the same bytes over the same sockets to a listener that only
answers, and the same messages only read. Then all are sent again: nothing may change.
"""

import argparse
import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Hospital
from benchmarks.invented_messages import messages as invented
from benchmarks.own_database import environment, hospital_of_its_own
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.inbox import apply_due
from integrations.models import Feed, InboundRecord
from integrations.readers.hl7.events import read
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.framing import framed
from patients.models import Encounter, Patient

MUST = {"received_per_second": 300, "applied_per_second": 150}
_MANAGE = Path(__file__).resolve().parents[1] / "manage.py"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=8)


def run(*, messages: int = 20_000, connections: int = 8, **options: Any) -> dict[str, Any]:
    """Receives and applies the messages in a hospital of their own, and measures both limits."""
    with hospital_of_its_own("bench_hl7") as hospital:
        return _measured(hospital, messages, connections)


def _measured(hospital: Hospital, messages: int, connections: int) -> dict[str, Any]:
    with hospital_scope(hospital):
        Feed.objects.create(kind="hl7", name="bench", title="基准")
    wire = [framed(message) for message in invented(messages)]
    with _listener(hospital) as port:
        receiving, refused = _sent(port, wire, connections)
    applying, states = _timed(lambda: apply_due(hospital, timezone.now()))
    before = _size(hospital)
    with _listener(hospital) as port:
        again, _ = _sent(port, wire, connections)
    apply_due(hospital, timezone.now())
    figures = {
        "messages": messages,
        "connections": connections,
        "received_per_second": round(messages / receiving),
        "applied_per_second": round(messages / applying),
        "received_again_per_second": round(messages / again),
        "refused": refused,
        **{f"messages_{state}": count for state, count in sorted(states.items())},
        **before,
        "changed_by_repeat": sum(abs(count - before[name]) for name, count in _size(hospital).items()),
        "limit_socket_per_second": round(messages / _socket_only(wire, connections)),
        "limit_parse_per_second": round(messages / _parse_only(wire)),
    }
    enough = all(figures[name] >= figure for name, figure in MUST.items())
    return {**figures, "passed": enough and refused == 0 and figures["changed_by_repeat"] == 0}


class _Process:
    """A listener in a process of its own; answers its port."""

    def __init__(self, *command: str) -> None:
        self.command = [sys.executable, *command]

    def __enter__(self) -> int:
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, text=True, cwd=_MANAGE.parent, env=environment()
        )
        assert self.process.stdout is not None
        return int("".join(char for char in self.process.stdout.readline() if char.isdigit()))

    def __exit__(self, *error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def _listener(hospital: Hospital) -> _Process:
    """The listener as it runs at a hospital."""
    where = ("--hospital", hospital.slug, "--feed", "bench", "--host", "127.0.0.1", "--port", "0")
    return _Process(str(_MANAGE), "run_mllp", *where)


def _sent(port: int, wire: list[bytes], connections: int) -> tuple[float, int]:
    """Seconds until everything is acknowledged, and how much was refused."""
    seconds, refused = _timed(lambda: asyncio.run(_send_all(port, wire, connections)))
    return seconds, refused


async def _send_all(port: int, wire: list[bytes], connections: int) -> int:
    shares = (wire[place::connections] for place in range(connections))
    return sum(await asyncio.gather(*(_send(port, share) for share in shares)))


async def _send(port: int, wire: list[bytes]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    refused = 0
    for message in wire:
        writer.write(message)
        refused += b"|AA|" not in await reader.readuntil(b"\x1c\r")
    writer.close()
    return refused


def _socket_only(wire: list[bytes], connections: int) -> float:
    """The same bytes to a listener that reads to the end block and answers."""
    with _Process("-m", "benchmarks.answer_only") as port:
        return _sent(port, wire, connections)[0]


def _parse_only(wire: list[bytes]) -> float:
    options = Options()
    seconds, _ = _timed(lambda: [read(message[1:-2], options) for message in wire])
    return seconds


def _size(hospital: Hospital) -> dict[str, int]:
    with hospital_scope(hospital):
        return {
            "people": Patient.objects.count(),
            "visits": Encounter.objects.count(),
            "kept": InboundRecord.objects.count(),
        }


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer
