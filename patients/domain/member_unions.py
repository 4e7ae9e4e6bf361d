"""Memberships of two records that become one person, and of a union that is taken apart."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_date, parse_datetime

from accounts.calendar import today
from patients.domain.memberships import GONE, follow_category
from patients.models import Membership, Patient, PersonMerger

_CATEGORY = "vip"


@transaction.atomic
def bring_together(*, kept: Patient, merged: Patient, now: dt.datetime) -> None:
    """Of two memberships that would run on the same days the higher level stays, then the one that runs longer: the
    other ends the day before it begins, or is withdrawn where it began later. What was received stays with each. What
    runs on the kept record gives that record's former category back one day.
    """
    rows = list(
        Membership.objects.filter(patient__in=[kept.pk, merged.pk]).exclude(state="void").select_related("level")
    )
    of_kept = [row for row in rows if row.patient_id == kept.pk]
    former = next((row.former_category for row in of_kept if row.makes_vip), kept.category)
    for other in (row for row in rows if row.patient_id == merged.pk):
        for own in of_kept:
            if own.state != "void" and own.starts_on <= other.ends_on and other.starts_on <= own.ends_on:
                _make_room(*sorted((own, other), key=_standing), now=now)
    day = today(now=now)
    running = [row for row in rows if row.is_running_on(day)]
    for row in running:
        if row.patient_id == merged.pk and former != _CATEGORY:
            row.former_category = former
            row.save(update_fields=["former_category"])
    if running and kept.category != _CATEGORY and kept.contact_state not in GONE:
        kept.category = _CATEGORY
        Patient.objects.filter(pk=kept.pk).update(category=_CATEGORY)


def _standing(row: Membership) -> tuple[Any, ...]:
    return row.level.rank, -row.ends_on.toordinal(), row.pk


def _make_room(higher: Membership, lower: Membership, *, now: dt.datetime) -> None:
    if lower.starts_on < higher.starts_on:
        lower.state, lower.ends_on = Membership.State.ENDED, higher.starts_on - dt.timedelta(days=1)
    else:
        lower.state, lower.makes_vip = Membership.State.VOID, False
    lower.end_reason, lower.ended_at, lower.ended_by = Membership.BY_UNION, now, None
    lower.save()


@transaction.atomic
def take_apart(*, kept: Patient, other: Patient, merger: PersonMerger, now: dt.datetime) -> None:
    """What the union had ended runs on as agreed, unless another membership was granted since for one of its days; both
    categories say what the memberships say.
    """
    before = {row["id"]: row for row in merger.before.get("patients.membership.patient", [])}
    ended = Membership.objects.filter(pk__in=before, end_reason=Membership.BY_UNION)
    for row in ended.exclude(ended_at__lt=merger.at):
        _as_before(row, before[row.pk])
    for row in Membership.objects.filter(patient=other, pk__in=before, makes_vip=True):
        Membership.objects.filter(pk=row.pk).update(former_category=before[row.pk]["former_category"])
    follow_category([kept.pk, other.pk], now=now)
    day = today(now=now)
    for person in (kept, other):
        latest = Membership.objects.filter(patient=person).order_by("-starts_on", "-id").first()
        person.refresh_from_db(fields=["category"])
        if latest is None:
            continue
        runs = Membership.objects.running_on(day).filter(patient=person, makes_vip=True).exists()
        fitting = _CATEGORY if runs else latest.former_category if person.category == _CATEGORY else person.category
        Patient.objects.filter(pk=person.pk).exclude(category=fitting).update(category=fitting)


def _as_before(row: Membership, was: dict[str, Any]) -> None:
    row.state, row.end_reason, row.makes_vip = was["state"], was["end_reason"], was["makes_vip"]
    row.former_category, row.ended_by_id = was["former_category"], was["ended_by_id"]
    row.ends_on = parse_date(was["ends_on"]) or row.ends_on
    row.ended_at = parse_datetime(was["ended_at"]) if was["ended_at"] else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return
