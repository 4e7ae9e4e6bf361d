"""What somebody had written when the order turned out to be another than the page showed: who did what meanwhile, and
the own words, to be sent again, copied, or kept as a note. And what another has left in the order, to be read.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.actors import Actor
from followups.domain import result_drafts
from followups.forms import AskedAgain, ResultForm
from followups.models import FollowUpOrder
from followups.views.history import history_of
from hospital_crm.shell import wording
from patients.models import Patient

UNTOLD = frozenset({"contact_point"})  # the key of a number, which says nothing to a reader


@dataclass(frozen=True)
class Kept:
    """The input by label, and where it may be kept as a note on the person; empty where the reader may not."""

    lines: list[tuple[str, str]]
    note_url: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join(_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in self.lines)


def kept_of(form: forms.Form, *, order: FollowUpOrder, actor: Actor) -> Kept | None:
    """What the form brought; None where nothing was written or chosen."""
    lines = _lines(form)
    return Kept(lines, _note_url(order, actor)) if lines else None


def draft_of_another(order: FollowUpOrder, *, actor: Actor, now: dt.datetime) -> str:
    """Who has begun a result of this order and not sent it, when, and what was written; nothing where nobody has."""
    left = result_drafts.of_another(order, actor)
    lines = _lines(ResultForm(dict(left.fields))) if left else []
    if left is None or not lines:
        return ""
    said = _("; ").join(_("%(label)s: %(value)s") % {"label": label, "value": words} for label, words in lines)
    at = wording.moment(left.at, now) if left.at else ""
    return _("%(by)s wrote %(at)s and did not send it: %(said)s") % {"by": left.by or "—", "at": at, "said": said}


def _lines(form: forms.Form) -> list[tuple[str, str]]:
    """What was written or chosen, by label."""
    told = {name: field for name, field in form.fields.items() if name not in UNTOLD and not field.widget.is_hidden}
    lines = [(capfirst(str(field.label)), _words(field, form.data.get(name, ""))) for name, field in told.items()]
    answers = AskedAgain.read(form.data).values()
    lines += [(_("Settled now"), _("content now") if is_content else _("still stands")) for is_content in answers]
    return [(label, words) for label, words in lines if words]


def _words(field: forms.Field, value: str) -> str:
    """A value as the page shows it; what no choice of the field knows stays as it came."""
    if isinstance(field, forms.ChoiceField):
        return str({str(key): label for key, label in field.choices}.get(value, value)) if value else ""
    return value.strip().replace("T", " ") if isinstance(field, forms.DateTimeField) else value.strip()


def _note_url(order: FollowUpOrder, actor: Actor) -> str:
    """Where the person's notes are written, for who may open the person."""
    if not actor.can("patients.view") or not Patient.objects.visible_to(actor).filter(pk=order.patient_id).exists():
        return ""
    return reverse("patients:note", args=[order.patient.public_id])


def standing_words(order: FollowUpOrder, read: Mapping[str, list[Any]], *, clinical: bool, now: dt.datetime) -> str:
    """How the order stands, and the last thing on its record: when, who, what. `read`: what `history_lists` brought."""
    words = _("The order is now: %(state)s.") % {"state": order.get_state_display()}
    events = history_of(read, clinical=clinical, now=now)
    if not events:
        return words
    last = events[-1]
    parts = {"at": wording.moment(last.at, now), "by": last.by or "—", "kind": last.kind, "what": last.title}
    return f"{words} {_('Last on record: %(at)s, %(by)s, %(kind)s: %(what)s.') % parts}"


def nothing_saved(standing: str) -> str:
    """What is said above input that can no longer be sent."""
    return f"{_('This order was dealt with in the meantime. Nothing of yours was saved; it stands below.')} {standing}"
