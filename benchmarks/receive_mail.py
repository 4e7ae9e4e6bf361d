"""How fast mails that came back are read, matched to our messages, kept and acted on.

Invented bounces, complaints, absences and ordinary mails about messages that were handed over. Beside it: the same
mails only parsed by the standard library. Then all are taken in again: nothing may change.
"""

import argparse
import datetime as dt
import email
import time
from typing import Any

from django.utils import timezone

from accounts.models import Hospital
from benchmarks.invented_mails import mails as invented
from benchmarks.own_database import hospital_of_its_own
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import bounces
from messaging.inbound.reading import read
from messaging.models import InboundMail, Message, State, Suppression

MUST = {"received_per_second": 200}
AT_ONCE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--messages", type=int, default=5_000)


def run(*, messages: int = 5_000, **options: Any) -> dict[str, Any]:
    """Takes the mails in, in a hospital of its own, and measures the limit."""
    with hospital_of_its_own("bench_receive_mail") as hospital:
        return _measured(hospital, messages)


def _measured(hospital: Hospital, messages: int) -> dict[str, Any]:
    now = timezone.now()
    with hospital_scope(hospital):
        references = _sent(messages, now)
    raws = list(invented(references))
    seconds, new = _timed(lambda: _take(hospital, raws, now))
    with hospital_scope(hospital):
        before = _size()
    _seconds, again = _timed(lambda: _take(hospital, raws, now))
    with hospital_scope(hospital):
        after = _size()
    parsing, _ = _timed(lambda: [email.message_from_bytes(raw) for raw in raws])
    figures = {
        "messages": len(raws),
        "received_per_second": round(len(raws) / seconds),
        "new": new,
        "new_again": again,
        **before,
        "changed_by_repeat": sum(abs(after[name] - count) for name, count in before.items()),
        "limit_parse_per_second": round(len(raws) / parsing),
    }
    enough = all(figures[name] >= figure for name, figure in MUST.items())
    return {**figures, "passed": enough and again == 0 and figures["changed_by_repeat"] == 0}


def _sent(messages: int, now: dt.datetime) -> list[tuple[str, str]]:
    """Messages that were handed over, to addresses of nobody in particular: reference and address of each."""
    rows = [
        Message(
            key=f"bench:{number}",
            purpose="exports",
            channel="email",
            template="exports",
            address=f"reader{number}@example.net",
            address_label="bench",
            address_source="bench",
            address_source_id=number,
            gateway="smtp",
            state=State.HANDED_OVER,
            not_before=now,
            created_at=now,
            state_at=now,
        )
        for number in range(messages)
    ]
    Message.objects.bulk_create(rows, batch_size=1_000)
    return [(str(row.public_id), row.address) for row in rows]


def _take(hospital: Hospital, raws: list[bytes], now: dt.datetime) -> int:
    """As the mailbox does it: a batch is read, then kept."""
    new = 0
    for start in range(0, len(raws), AT_ONCE):
        mails = [read(raw) for raw in raws[start : start + AT_ONCE]]
        with hospital_scope(hospital):
            new += bounces.take(mails, now=now)
    return new


def _size() -> dict[str, int]:
    return {
        "kept": InboundMail.objects.count(),
        "stopped": Suppression.objects.count(),
        "failed": Message.objects.filter(state=State.FAILED).count(),
    }


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer
