"""How fast personal mails are handed over and recorded by two worker processes, beside what the mail server takes.

Every person has a name and an address of the own, consent, hours, stops and budget are asked of each, and every state
stands in the history. The limit is `smtp-source` of postfix with eight kept connections into `smtp-sink`, the same sink
and size; where postfix is not installed, a plain sender of our own into a plain sink, and the figures say so.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from accounts.models import Hospital, HospitalSettings
from benchmarks.mail_sink import send_plainly
from benchmarks.own_database import environment, hospital_of_its_own
from hospital_crm.tenancy.scope import hospital_scope
from messaging import purposes, templates
from messaging.domain.outbox import Notice, enqueue_all
from messaging.models import Message, Touch
from messaging.recipients import ToPerson
from patients.models import Consent, ContactPoint, Patient

MUST = {"per_second": 1000, "megabytes": 300, "part_of_limit": 0.15}
_CHUNK = 5000
_CONNECTIONS = 8
_TEXT = (
    "%(name)s，您好！\n\n入冬后血压容易波动，请按医嘱服药，并在每天早晨起床后测量一次。\n\n%(hospital)s 健康服务中心"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)


def run(*, messages: int = 100_000, workers: int = 2, **options: Any) -> dict[str, Any]:
    """Queues, sends and measures in a hospital of its own."""
    register()
    with hospital_of_its_own("bench_dispatch_mail") as hospital:
        people(hospital, messages)
        begun = time.perf_counter()
        _queue(hospital)
        queueing = time.perf_counter() - begun
        with mail_sink() as port:
            seconds, megabytes = _sent(hospital, port, workers)
        states = _states(hospital)
    limit, by = _limit(min(messages, 50_000))
    figures = {
        "messages": messages,
        "workers": workers,
        "queued_per_second": round(messages / queueing),
        "per_second": round(messages / seconds),
        "megabytes": max(megabytes),
        **states,
        "limit_per_second": limit,
        "limit_by": by,
        "part_of_limit": round(messages / seconds / limit, 3),
    }
    fast = figures["per_second"] >= MUST["per_second"] and figures["part_of_limit"] >= MUST["part_of_limit"]
    whole = states["handed_over"] == states["touches"] == messages
    return {**figures, "must": MUST, "passed": fast and whole and figures["megabytes"] <= MUST["megabytes"]}


def register() -> None:
    """The purpose and the text of this benchmark, in every process that takes part."""
    purposes.register("bench", "bench", basis="care")
    templates.register("bench", "%(name)s，入冬血压提醒", _TEXT)


def people(hospital: Hospital, number: int) -> None:
    """So many people with an address, a number and a consent each."""
    with hospital_scope(hospital):
        HospitalSettings.objects.update(care_from_hour=0, care_until_hour=24)
    for start in range(0, number, _CHUNK):
        with hospital_scope(hospital):
            some = Patient.objects.bulk_create(
                Patient(name=f"基准{place}", mrn=str(place)) for place in range(start, min(start + _CHUNK, number))
            )
            ContactPoint.objects.bulk_create(
                ContactPoint(patient=one, system="email", value=f"p{one.pk}@bench.invalid") for one in some
            )
            Consent.objects.bulk_create(
                Consent(patient=one, purpose="care", decision="granted", wording_version="1", source="paper")
                for one in some
            )


def _queue(hospital: Hospital) -> None:
    with hospital_scope(hospital):
        ids = list(Patient.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        with hospital_scope(hospital):
            notices = (
                Notice("bench", ToPerson(pk), "email", "bench", f"bench:{pk}", urgency="bulk", batch="bench")
                for pk in ids[start : start + _CHUNK]
            )
            enqueue_all(notices, now=timezone.now())


@contextmanager
def mail_sink() -> Iterator[int]:
    """A sink in a process of its own, that of postfix where it is installed; answers its port."""
    sink = shutil.which("smtp-sink")
    if sink:
        port = _free_port()
        with subprocess.Popen([sink, "-u", "nobody", f"127.0.0.1:{port}", "200"]) as process:
            try:
                time.sleep(1)
                yield port
            finally:
                process.terminate()
        return
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _sent(hospital: Hospital, port: int, workers: int) -> tuple[float, list[int]]:
    """Seconds until everything is handed over and recorded, and the memory of each worker."""
    given = {**environment(), "CRM_SMTP_HOST": "127.0.0.1", "CRM_SMTP_PORT": str(port)}
    command = [sys.executable, "-m", "benchmarks.mail_worker", hospital.slug]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=given)
        for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    begun = time.perf_counter()
    told = [process.communicate("\n")[0] for process in processes]
    return time.perf_counter() - begun, [json.loads(one)["megabytes"] for one in told]


def _states(hospital: Hospital) -> dict[str, int]:
    with hospital_scope(hospital):
        return {"handed_over": Message.objects.filter(state="handed_over").count(), "touches": Touch.objects.count()}


def _limit(messages: int) -> tuple[int, str]:
    """Messages a second without us into the same sink, and by what they were sent."""
    text = ("x" * 76 + "\r\n").encode() * 12 + b".\r\n"
    source = shutil.which("smtp-source")
    with mail_sink() as port:
        if not source:
            seconds = send_plainly(port, text, messages, _CONNECTIONS)
            return round(messages / seconds), "our own plain sender and sink: postfix is not installed"
        how = ("-s", str(_CONNECTIONS), "-d", "-m", str(messages), "-l", str(len(text)))
        begun = time.perf_counter()
        subprocess.run([source, *how, f"127.0.0.1:{port}"], check=True)
        return round(messages / (time.perf_counter() - begun)), "smtp-source into smtp-sink of postfix"
