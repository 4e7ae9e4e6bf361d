"""Journeys by segment: shipped ones to begin with, and all steps of one sent for approval or approved together.

A step is a campaign that stands for so many days in the segment (`campaigns.domain.occasions`); each is a draft like
any other, which can be rewritten, left out, or joined by more.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.actors import Actor
from campaigns.domain import deciding, editing, occasions, shipping
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign
from campaigns.models.querysets import CampaignQuerySet
from patients.models import Segment

State = Campaign.State


@dataclass(frozen=True)
class Shipped:
    """A journey as shipped: for which shipped segment, and its steps as days in the segment with the code of a shipped
    text.
    """

    code: str
    label: Any
    explained: Any
    segment: str
    steps: tuple[tuple[int, str], ...]


SHIPPED = (
    Shipped(
        "chronic",
        gettext_lazy("Living with a chronic disease"),
        gettext_lazy("Measuring at home, medicines, eating, the next check-up: over three months."),
        "chronic",
        ((3, "knowledge"), (21, "chronic-medicine"), (45, "chronic-plate"), (90, "own-reminder")),
    ),
    Shipped(
        "parents",
        gettext_lazy("Parents of young children"),
        gettext_lazy("Fever, vaccinations, growing: over two months."),
        "young_parents",
        ((3, "parents-fever"), (21, "parents-vaccine"), (60, "parents-growing")),
    ),
    Shipped(
        "older",
        gettext_lazy("Older people"),
        gettext_lazy("Safe at home, medicines, check-up, vaccination: over three months."),
        "older",
        ((3, "older-falls"), (21, "chronic-medicine"), (45, "own-reminder"), (90, "older-vaccine")),
    ),
)
BY_CODE = {one.code: one for one in SHIPPED}


@transaction.atomic
def begin(code: str, *, segment: Segment | None, actor: Actor, now: dt.datetime) -> list[Campaign]:
    """Drafts of all steps, in the words of the shipped texts, for a segment; None: for the one it was made for. Refuses
    a journey that is none, and one whose steps this segment has already.
    """
    journey = BY_CODE.get(code)
    if journey is not None and segment is None:
        segment = Segment.objects.visible_to(actor).in_use().filter(code=journey.segment).first()
    if journey is None or segment is None or segment.is_retired:
        raise CampaignError(_("Choose a journey and a segment."), "segment")
    texts, label = shipping.shipped(get_language() or ""), str(journey.label)
    names = [f"{label} {n} · {texts[text].head['name']}"[:60] for n, (_day, text) in enumerate(journey.steps, 1)]
    if steps_of(segment).filter(name__in=names).exists():
        raise CampaignError(_("This segment has the steps of this journey already."), "journey")
    return [_step(day, text, name, segment, actor, now) for (day, text), name in zip(journey.steps, names, strict=True)]


def _step(day: int, text: str, name: str, segment: Segment, actor: Actor, now: dt.datetime) -> Campaign:
    head = shipping.shipped("")[text].head
    about: dict[str, Any] = {"segment": segment, "occasion": occasions.JOURNEY, "occasion_number": day}
    made = editing.create(name=name, kind=head["kind"], channel=head["channel"], actor=actor, now=now, **about)
    shipping.write_into(made, text)
    return made


def steps_of(segment: Segment) -> CampaignQuerySet:
    """The steps of a segment's journey, in the order of their days; what was cancelled is none any more."""
    rows = Campaign.objects.filter(occasion=occasions.JOURNEY, segment=segment).exclude(state=State.CANCELLED)
    return rows.order_by("occasion_number", "pk")


def to_approve(segment: Segment, actor: Actor) -> CampaignQuerySet:
    """Steps that wait for this person's approval."""
    return steps_of(segment).filter(state=State.IN_APPROVAL).exclude(writers__contains=[actor.staff.pk])


@transaction.atomic
def submit_all(segment: Segment, *, actor: Actor, now: dt.datetime) -> int:
    """Every draft of the journey goes to a second person, or none; answers how many. Refused with the step that
    something stops.
    """
    drafts = list(steps_of(segment).filter(state=State.DRAFT))
    for one in drafts:
        with _named(one):
            deciding.submit(one, actor=actor, now=now)
    return len(drafts)


@transaction.atomic
def approve_all(segment: Segment, *, seen_at: dt.datetime | None, actor: Actor, now: dt.datetime) -> int:
    """Every step that waits for this person is approved, or none; answers how many. `seen_at`: since when the last of
    those waits that the actor has read.
    """
    waiting = list(to_approve(segment, actor))
    for one in waiting:
        with _named(one):
            deciding.approve(one, seen_at=seen_at, actor=actor, now=now)
    return len(waiting)


@contextmanager
def _named(step: Campaign) -> Iterator[None]:
    """A refusal says which step it is about."""
    try:
        yield
    except CampaignError as problem:
        raise CampaignError(f"{step.name}: {problem}") from problem
