"""Flagged viewings: the queue of those to be answered, the answer, and the rules behind."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.tenancy import keyset
from patients.domain.watching import rules_of
from patients.models import ViewingFlag, ViewingRules

NEWEST_FIRST = keyset.Key("first_at", dt.datetime.fromisoformat)
RULE_FIELDS = (
    *("watches_vip", "watches_vip_at_home", "watches_colleagues", "watches_night", "watches_departments"),
    *("watches_bulk", "night_from", "night_until", "bulk_people", "bulk_minutes"),
)


class ViewingError(Exception):
    """Refused, with a sentence for whoever asked."""


@dataclass(frozen=True)
class FlagList:
    """Flagged viewings in a state, for one reason or all; newest first."""

    actor: Actor
    state: str = "open"
    reason: str = ""

    @property
    def rows(self) -> QuerySet[ViewingFlag]:
        """The rows."""
        rows = ViewingFlag.objects.visible_to(self.actor).filter(state=self.state)
        return rows.filter(reasons__contains=[self.reason]) if self.reason else rows

    def page(self, *, after: str, before: str) -> keyset.Page[ViewingFlag]:
        """One page with the people it shows."""
        fetch = ViewingFlag.objects.select_related("staff", "patient", "answered_by")
        return keyset.page_of(self.rows, NEWEST_FIRST, fetch=fetch, after=after, before=before)


def open_flags(actor: Actor) -> QuerySet[ViewingFlag]:
    """What waits for an answer of somebody who may give it: everything but the own viewings."""
    return FlagList(actor).rows.exclude(staff_id=actor.staff.pk)


@transaction.atomic
def answer(flag: ViewingFlag, *, finding: str, note: str, actor: Actor, now: dt.datetime) -> ViewingFlag:
    """What came of looking into it. Refused without the right, for the own viewing, without a word, and for one that is
    answered.
    """
    flag = ViewingFlag.objects.select_for_update().get(pk=flag.pk)
    if not actor.can("security.viewings"):
        raise ViewingError(_("Your role does not allow this."))
    if flag.staff_id == actor.staff.pk:
        raise ViewingError(_("Nobody answers for the own viewing: somebody else does."))
    if flag.state != ViewingFlag.State.OPEN:
        raise ViewingError(_("This viewing was answered already."))
    if not note.strip():
        raise ViewingError(_("Say what was found."))
    flag.state, flag.finding, flag.note = ViewingFlag.State.ANSWERED, ViewingFlag.Finding(finding), note.strip()
    flag.answered_by, flag.answered_at = actor.staff, now
    flag.save()
    record("patients.viewing.answer", flag, actor=actor, after={"finding": flag.finding}, staff=flag.staff_id)
    return flag


@transaction.atomic
def change_rules(values: Mapping[str, Any], *, actor: Actor, now: dt.datetime) -> ViewingRules:
    """Other rules, for what is seen from the next look on. Refused without the right."""
    if not actor.can("security.viewings"):
        raise ViewingError(_("Your role does not allow this."))
    if values["night_from"] == values["night_until"]:
        raise ViewingError(_("The night begins and ends at different hours."))
    rules = rules_of(now=now, for_update=True)
    before = {name: getattr(rules, name) for name in RULE_FIELDS if getattr(rules, name) != values[name]}
    if before:
        for name in before:
            setattr(rules, name, values[name])
        rules.save()
        after = {name: values[name] for name in before}
        record("patients.viewing_rules.change", rules, actor=actor, before=before, after=after)
    return rules
