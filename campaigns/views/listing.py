"""The list of campaigns, beginning one, and copying one."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import get_visible_or_404, requires
from accounts.views.list_state import with_views
from campaigns.domain import editing, occasions, shipping
from campaigns.domain.errors import CampaignError
from campaigns.filtered_lists import CAMPAIGNS
from campaigns.forms import CampaignFilter, CopyForm, NewCampaignForm
from campaigns.models import Campaign
from hospital_crm.shell import paging
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain.segments.keeping import title_of

BY_ID = Key("id", int)
CHIPS: dict[str, tuple[str, ...]] = {
    "": tuple(Campaign.State.values),
    "draft": ("draft",),
    "in_approval": ("in_approval", "held"),
    "scheduled": ("scheduled",),
    "running": ("running", "paused"),
    "done": ("done", "cancelled"),
}


def visible_campaign(request: HttpRequest, public_id: uuid.UUID, **columns: Any) -> Campaign:
    """The campaign of the address, if the actor may see it; `columns` are read along."""
    rows = Campaign.objects.select_related("segment", "author", "approved_by", "copied_from").annotate(**columns)
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def address(campaign: Campaign) -> str:
    """The page of a campaign."""
    return reverse("campaigns:campaign", args=[campaign.public_id])


@requires("campaigns.view")
@require_GET
@with_views(CAMPAIGNS)
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns, the youngest first."""
    form = CampaignFilter(request.GET)
    rows = Campaign.objects.visible_to(request.actor).filter(**form.chosen())  # type: ignore[attr-defined]
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in CHIPS else ""
    lists = {key: rows.filter(state__in=states) if key else rows for key, states in CHIPS.items()}
    counts = dict(zip(CHIPS, capped_counts(*lists.values()), strict=True))
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    fetch = Campaign.objects.select_related("segment", "author")
    page = page_of(lists[chosen], BY_ID, fetch=fetch, **place)
    context = {
        "rows": [{"campaign": one, "segment": title_of(one.segment) if one.segment else ""} for one in page.rows],
        **paging.page_urls(request, page),
        "count": counts[chosen],
        "chips": _chips(request, chosen, counts),
        "form": form,
        "keep": [("list", chosen)] if chosen else [],
        "reset": f"?list={chosen}" if form.chosen() else "",
        "may_edit": request.actor.can("campaigns.edit"),  # type: ignore[attr-defined]
        "now": timezone.now(),
    }
    return TemplateResponse(request, "campaigns/list.html", context)


def _chips(request: HttpRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    named = {
        "": _("All"),
        "draft": _("Drafts"),
        "in_approval": _("In approval"),
        "scheduled": _("Scheduled"),
        "running": _("Under way"),
        "done": _("Over"),
    }
    return [
        {
            "label": named[key],
            "url": f"?{paging.query(request, list=key)}",
            "count": counts[key],
            "is_on": key == chosen,
        }
        for key in CHIPS
    ]


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A campaign, empty or with the words of a shipped text."""
    occasion = request.GET.get("occasion", "")
    form = NewCampaignForm(
        request.POST or None, initial={"occasion": occasion, "name": dict(occasions.choices()).get(occasion, "")}
    )
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        about = {name: said[name] for name in ("name", "kind", "channel", "occasion")}
        made = editing.create(actor=request.actor, now=now, **about)  # type: ignore[attr-defined]
        if said["template"]:
            shipping.write_into(made, said["template"])
        say(request, _("Draft saved."))
        return redirect(address(made))
    context = {"form": form, "back": reverse("campaigns:list")}
    return TemplateResponse(request, "campaigns/new.html", context, status=422 if form.errors else 200)


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A draft like this campaign."""
    one = visible_campaign(request, public_id)
    return act_page(
        request,
        CopyForm(request.POST or None, initial={"name": one.name}),
        lambda said: editing.copy(one, name=said["name"], actor=request.actor, now=timezone.now()),  # type: ignore[attr-defined]
        refusals=CampaignError,
        title=_("Copy the campaign"),
        action=_("Copy"),
        done=_("Copied as a draft."),
        back=address(one),
        landing=address,
    )
