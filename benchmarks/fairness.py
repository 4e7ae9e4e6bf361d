"""How long an urgent message of one hospital waits while another, or the same one, has a backlog.

Hospital A has a million mails that are due; two worker processes send them as they do in an installation. Meanwhile B
and A queue urgent mails, one after the other, and the time from the commit to the record of the hand-over is taken.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital, StaffMember, User
from benchmarks.dispatch_mail import mail_sink
from benchmarks.own_database import environment, hospital_of_its_own
from hospital_crm.celery import app
from hospital_crm.tenancy.queue import send
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.outbox import enqueue
from messaging.models import Message
from messaging.recipients import ToStaff

MUST = {"slowest_seconds": 1.0}
_BROKER_DATABASE = "13"
_BACKLOG = """
insert into messaging_message (
    hospital_id, public_id, key, purpose, channel, staff_id, template, context, link, lines, urgency, not_before,
    created_at, state, reason, detail, state_at, attempts, gateway, address, language, subject, body)
select %(h)s, gen_random_uuid(), 'backlog:' || n, 'digest', 'email', %(staff)s, 'digest',
       '{"day": "11-23", "summary": "5"}', '[]', '[]', 2, now(), now(), 'planned', '', '', now(), 0, '', '', '', '', ''
  from generate_series(1, %(n)s) n
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--backlog", type=int, default=1_000_000)
    parser.add_argument("--urgent", type=int, default=40)


def run(*, backlog: int = 1_000_000, urgent: int = 40, **options: Any) -> dict[str, Any]:
    """Both hospitals in a database of their own, with real workers."""
    with hospital_of_its_own("bench_fairness") as busy, mail_sink() as port:
        other = create_hospital("other", "另一医院")
        staff = {hospital.pk: _staff(hospital) for hospital in (busy, other)}
        _backlog(busy, staff[busy.pk], backlog)
        with _workers(port):
            send("messaging.send_due", busy.pk)
            time.sleep(3)
            waits = {name: [] for name in ("other", "same")}
            for number in range(urgent):
                for name, hospital in (("other", other), ("same", busy)):
                    waits[name].append(_waited(hospital, staff[hospital.pk], number))
        left = _left(busy)
    slowest = {f"{name}_slowest_seconds": round(max(found), 3) for name, found in waits.items()}
    usual = {f"{name}_usual_seconds": round(sorted(found)[len(found) // 2], 3) for name, found in waits.items()}
    return {
        "backlog": backlog,
        "urgent": urgent,
        "sent_of_backlog_meanwhile": backlog - left,
        **usual,
        **slowest,
        "must": MUST,
        "passed": max(slowest.values()) <= MUST["slowest_seconds"] and backlog > left > 0,
    }


def _staff(hospital: Hospital) -> int:
    with hospital_scope(hospital):
        user = User.objects.create(username=f"bench.{hospital.slug}", email="li@bench.invalid")
        return StaffMember.objects.create(user=user, name="基准").pk


def _backlog(hospital: Hospital, staff: int, number: int) -> None:
    with hospital_scope(hospital), connection.cursor() as cursor:
        cursor.execute(_BACKLOG, {"h": hospital.pk, "staff": staff, "n": number})
    with connection.cursor() as cursor:
        cursor.execute("analyze messaging_message")


@contextmanager
def _workers(port: int) -> Iterator[None]:
    """The workers of an installation, with a broker of their own; what this process queues goes there too."""
    path, _question, _database = settings.REDIS_URL.partition("?")
    broker = f"{path.replace('unix://', 'redis+socket://')}?virtual_host={_BROKER_DATABASE}"
    app.conf.broker_url = broker
    given = {**environment(), "CELERY_BROKER_URL": broker, "CRM_SMTP_HOST": "127.0.0.1", "CRM_SMTP_PORT": str(port)}
    where = ("--queues", "interactive,default", "--concurrency", "2", "--without-gossip", "--without-mingle")
    with subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "hospital_crm", "worker", *where], env=given
    ) as worker:
        try:
            time.sleep(8)
            yield
        finally:
            worker.terminate()
            worker.wait(60)
            with app.connection_for_write() as line:
                line.default_channel.client.flushdb()


def _waited(hospital: Hospital, staff: int, number: int) -> float:
    """Seconds from the commit of an urgent message to the record that it was handed over."""
    with hospital_scope(hospital):
        message = enqueue(
            purpose="digest", recipient=ToStaff(staff), channel="email", template="digest", urgency="interactive",
            context={"day": "11-23", "summary": "1"}, key=f"urgent:{number}",
        )  # fmt: skip
    begun = timezone.now()
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with hospital_scope(hospital):
            found = Message.objects.get(pk=message.pk)
        if found.state == "handed_over":
            return (found.state_at - begun).total_seconds()
        time.sleep(0.02)
    return 60.0


def _left(hospital: Hospital) -> int:
    with hospital_scope(hospital):
        return Message.objects.filter(state="planned", urgency=2).count()
