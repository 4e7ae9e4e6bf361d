"""What VIP membership adds to a person's timeline: its beginning and end, and each service received. Why it ended is
for whoever manages memberships.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.actors import Actor
from patients.domain.memberships import may_look_after, may_read_notes
from patients.models import Membership, Patient, ServiceUse, VisitSheet
from patients.registry import Span, TimelineEntry


def entries(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Memberships from their first day, those ended early on their last; services on the day they were received."""
    rows = Membership.objects.filter(patient=patient).exclude(state="void").select_related("level", "granted_by")
    if not (memberships := list(rows[: span.limit])):
        return
    for row in memberships:
        said = _("until %(day)s") % {"day": row.agreed_until}
        yield TimelineEntry(row.starts_on, _("VIP member"), row.level, said, by=row.granted_by or "")
        if row.state == Membership.State.ENDED:
            why = row.reason_words if actor.can("patients.memberships") else ""
            yield TimelineEntry(row.ends_on, _("VIP membership ended"), row.level, why)
    uses = ServiceUse.objects.filter(membership__patient=patient).select_related("service", "by", "membership")
    for use in span.narrowed(uses, "used_on", by_day=True):
        use.membership.patient = patient
        note = use.note if may_read_notes(use.membership, actor) else ""
        yield TimelineEntry(use.used_on, _("Service received"), use.service, note, by=use.by or "")
    sheets = VisitSheet.objects.filter(membership__patient=patient).select_related("membership", "made_by")
    counted = sheets.annotate(
        done=Count("steps", filter=Q(steps__state="done")), needed=Count("steps", filter=~Q(steps__state="skipped"))
    )
    for sheet in span.narrowed(counted, "day", by_day=True):
        sheet.membership.patient = patient
        note = sheet.note if may_read_notes(sheet.membership, actor) else ""
        may_open = may_look_after(sheet.membership, actor)
        url = reverse_lazy("patients:visit-sheet", args=[sheet.public_id]) if may_open else ""
        said = _("%(done)s of %(needed)s steps done") % {"done": sheet.done, "needed": sheet.needed}
        yield TimelineEntry(sheet.day, _("One-stop visit"), said, note, by=sheet.made_by or "", url=url)
