"""What VIP membership adds to a person's timeline: its beginning and end, and each service received."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.actors import Actor
from patients.models import Membership, Patient, ServiceUse
from patients.registry import Span, TimelineEntry


def entries(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Memberships from their first day, those ended early on their last; services on the day they were received."""
    rows = Membership.objects.filter(patient=patient).exclude(state="void").select_related("level", "granted_by")
    for row in rows[: span.limit]:
        said = _("until %(day)s") % {"day": row.agreed_until}
        yield TimelineEntry(row.starts_on, _("VIP member"), row.level, said, by=row.granted_by or "")
        if row.state == Membership.State.ENDED:
            yield TimelineEntry(row.ends_on, _("VIP membership ended"), row.level, row.reason_words)
    uses = ServiceUse.objects.filter(membership__patient=patient).select_related("service", "by")
    for use in span.narrowed(uses, "used_on", by_day=True):
        yield TimelineEntry(use.used_on, _("Service received"), use.service, use.note, by=use.by or "")
