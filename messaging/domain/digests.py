"""The morning digest: one per person and day, at the hospital's hour, by bell and by e-mail, about everything that
waits.
"""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import formats, translation

from accounts.models import HospitalSettings, StaffMember
from hospital_crm.tenancy.scope import required_hospital
from messaging import digest, purposes
from messaging.domain.outbox import enqueue
from messaging.models import Channel, DigestDay
from messaging.recipients import ToStaff

LATEST_HOURS = 5


def make_digests(*, now: dt.datetime) -> int | None:
    """Makes the digests of today where their hour has come, for everybody who works here, is not away, and has
    something waiting.

    Answers for how many people; None where it is not the time (before the hospital's hour, or so late that it is no
    morning digest any
    more) or today's were made already. All of them are one transaction, so there are all or none, and never two.
    """
    here = now.astimezone(required_hospital().tz)
    hour = HospitalSettings.objects.values_list("digest_hour", flat=True).first()
    if (
        hour is None
        or not hour <= here.hour < hour + LATEST_HOURS
        or DigestDay.objects.filter(day=here.date()).exists()
    ):
        return None
    try:
        with transaction.atomic():
            return _make(here.date(), now)
    except IntegrityError:
        return None


def _make(day: dt.date, now: dt.datetime) -> int:
    """Queues everybody's digest, then takes the day; of two runs at once the second finds it taken and undoes its
    own.
    """
    away = StaffMember.objects.away_on(day).values("pk")
    staff = StaffMember.objects.active().exclude(pk__in=away).select_related("user").order_by("pk")
    lines_of = digest.read(day)
    people = sum(_digest_of(member, lines_of, day, now) for member in staff)
    DigestDay.objects.create(day=day, made_at=now, people=people)
    return people


def _digest_of(staff: StaffMember, lines_of: digest.LinesOf, day: dt.date, now: dt.datetime) -> bool:
    """Queues one person's digest on both channels. False: nothing waits for this person."""
    language = staff.user.language or required_hospital().language or settings.LANGUAGE_CODE
    with translation.override(language):
        lines = lines_of(staff)
        context = {
            "day": formats.date_format(day, "SHORT_DATE_FORMAT"),
            "summary": " · ".join(f"{line.text} {line.count}" for line in lines),
        }
    if not lines:
        return False
    until = now + dt.timedelta(hours=12)
    for channel in (Channel.BELL, Channel.EMAIL) if staff.wants_digest else (Channel.BELL,):
        enqueue(
            purpose=purposes.DIGEST,
            recipient=ToStaff(staff),
            channel=channel,
            template="digest",
            context=context,
            key=f"digest:{staff.pk}:{day}:{channel}",
            link=("home",),
            lines=[(line.text, line.count, line.page) for line in lines],
            not_after=until,
            now=now,
        )
    return True
