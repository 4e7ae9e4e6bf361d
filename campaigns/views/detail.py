"""One campaign: its words, its audience, how far it is, what came of it, and what can be done."""

import uuid
from typing import Any

from django.db.models import CharField, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today
from campaigns.domain import (
    audience,
    checks,
    deciding,
    editing,
    effect,
    kinds,
    occasions,
    renewing,
    sendings,
    states,
    variables,
)
from campaigns.domain.audience import Counted
from campaigns.domain.checks import Finding
from campaigns.domain.errors import CampaignError
from campaigns.forms import AboutForm, beside_fields
from campaigns.models import Campaign
from campaigns.views import effect_words
from campaigns.views.listing import address, visible_campaign
from content.models import Language
from hospital_crm.shell.toasts import say
from messaging.domain import letters, readings, withdrawals
from messaging.domain.sending_rules import rules_here
from messaging.models import Reason
from messaging.models import State as MessageState
from patients.domain.segments.keeping import title_of

State = Campaign.State
# `Campaign.batch`, as a column.
BATCH = Concat(Value("campaign:"), Cast("pk", CharField()))


@requires("campaigns.view")
@require_GET
def campaign(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The campaign as it stands."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    one = visible_campaign(request, public_id, sending=BATCH, withdrawn=withdrawals.counted(OuterRef("sending")))
    started = one.started_at is not None
    came = effect.effect_of(one, now=now)
    context: dict[str, Any] = {
        "campaign": one,
        "segment_title": title_of(one.segment) if one.segment else "",
        "languages": _languages(one, now),
        "changes": list(one.changes.select_related("by")),
        "counted": Counted(one.counted) if started and not one.stands else None,
        "occasion": occasions.words_of(one.occasion),
        "holds_out": not one.stands or one.occasion in occasions.COMES_LATE,
        "progress": _progress(one) if started else None,
        "effect": came,
        "finding": effect_words.finding(came) if came else "",
        "explained": kinds.EXPLAINED[one.kind],
        "is_advert": one.kind in kinds.ADVERTS,
        "acts": _acts(one, actor),
        "is_writer": actor.staff.pk in one.writers,
        "now": now,
    }
    return TemplateResponse(request, "campaigns/campaign.html", context)


def _languages(one: Campaign, now: Any) -> list[dict[str, Any]]:
    """Each language: whether it is written, its subject or words as they are read, and what was found in them."""
    texts = {text.language: text for text in one.texts.all()}
    is_open = one.started_at is None
    found = deciding.findings_of(one, now=now, texts=texts.values()) if is_open else {}
    said = {code: variables.in_words(text.subject or text.body) for code, text in texts.items()}
    return [
        {"code": code, "label": label, "text": texts.get(code), "said": said.get(code), "findings": found.get(code, [])}
        for code, label in Language.choices
    ]


def _progress(one: Campaign) -> dict[str, Any]:
    """How many have left of those to be sent, and what came of them in words."""
    came = effect.sent_of(one) or sendings.what_came(one.batch)
    to_send = one.greetings.written().count() if one.stands else one.counted.get("send", 0)
    named = dict(MessageState.choices)
    words = dict(Reason.choices)
    lines = [
        {"state": named.get(state, state), "reason": words.get(reason, reason) if reason else "", "n": n}
        for (state, reason), n in sorted(came.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return {
        "came": came,
        "to_send": to_send,
        "lines": lines,
        "withdrawn": one.withdrawn,
        "printed": letters.printed_of(one.batch) if _lies_printed(one) else 0,
        "missed": one.recipients.to_send().count() if one.ends_at and one.state == State.DONE else 0,
        "percent": round(100 * came.left / to_send) if to_send else 0,
        "read": readings.engagement_of(one.batch) if _is_read(one) else None,
    }


def _lies_printed(one: Campaign) -> bool:
    """Whether letters may lie printed that are not to be posted any more."""
    return one.channel == Campaign.Channel.LETTER and one.state == State.CANCELLED


def _is_read(one: Campaign) -> bool:
    """Whether it is written down what people open and click of it."""
    return one.channel == Campaign.Channel.EMAIL and rules_here().records_reading


def _acts(one: Campaign, actor: Actor) -> dict[str, bool]:
    """What this person may do to the campaign as it stands."""
    edits, approves = actor.can("campaigns.edit"), actor.can("campaigns.approve")
    return {
        "edit": edits and one.is_written,
        "submit": edits and states.may_follow(one, State.IN_APPROVAL),
        "take_back": edits and one.state in (State.IN_APPROVAL, State.SCHEDULED, State.HELD),
        "approve": deciding.may_approve(one, actor),
        "send_back": approves and one.state == State.IN_APPROVAL,
        "pause": edits and one.state == State.RUNNING,
        "resume": edits and one.state == State.PAUSED,
        "cancel": edits and states.may_follow(one, State.CANCELLED),
        "retry": edits and one.state in (State.RUNNING, State.DONE),
        "renew": approves and renewing.may_renew(one),
        "copy": edits,
    }


@requires("campaigns.view")
@require_GET
def audience_part(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How many would be written to today, and why the others would not: a part of the page, or a page of its own."""
    one, problem, counted = visible_campaign(request, public_id), "", None
    try:
        counted = audience.count(one, now=timezone.now())
    except CampaignError as refusal:
        problem = str(refusal)
    context = {"campaign": one, "counted": counted, "problem": problem, "now": timezone.now()}
    name = "campaigns/audience.html#part" if request.htmx else "campaigns/audience.html"  # type: ignore[attr-defined]
    return TemplateResponse(request, name, context)


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """To whom, when and how fast."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    form = AboutForm(request.POST or None, instance=Campaign.objects.get(pk=one.pk), actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            editing.describe(one, actor=actor, **form.about())
        except CampaignError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            say(request, _("Campaign saved."))
            return redirect(address(one))
    context = {"form": beside_fields(form, _lacks(one)), "campaign": one, "back": address(one)}
    return TemplateResponse(request, "campaigns/about.html", context, status=422 if form.errors else 200)


def _lacks(one: Campaign) -> list[Finding]:
    """What stops the campaign whatever it says, by the field it is about."""
    lacks = checks.of_sender(one, deciding.has_postal_address())
    return [*lacks, *checks.of_advert(one, today(now=timezone.now()))]
