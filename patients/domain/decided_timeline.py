"""What was decided about a person, on the timeline: consents given, refused and taken back; groups and stages."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.actors import Actor
from patients.domain.seldom import seldom_of
from patients.models import Axis, Patient
from patients.models.label_words import value_word
from patients.registry import TimelineEntry


def consents(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Each decision about a purpose, when it was made or from when it counts."""
    for row in seldom_of(patient)["consents"]:
        by = row.taken_by or row.get_source_display()
        said = _("%(purpose)s, %(channel)s") % {
            "purpose": row.get_purpose_display(),
            "channel": row.get_channel_display(),
        }
        title = _("Consent: %(decision)s") % {"decision": row.get_decision_display()}
        yield TimelineEntry(row.at, title, said, by=by, badge="" if row.is_dated else _("day in doubt"))


def labels(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Each change of group or stage, by the rules or by hand with its reason."""
    for row in seldom_of(patient)["labels"]:
        words = [value_word(row.axis, value) or _("none") for value in (row.previous, row.value)]
        moved = _("%(before)s → %(after)s") % {"before": words[0], "after": words[1]}
        by = row.set_by or (_("by hand") if row.by_hand else _("by the rules"))
        title = _("Changed: %(axis)s") % {"axis": Axis(row.axis).label}
        yield TimelineEntry(row.since_at, title, moved, row.reason, by=by)
