"""The list of units, on screen and on paper, by region, and the record's own form."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from accounts.domain.saved_views import EVERYTHING, VIEW
from accounts.views.list_state import list_state, opens_with
from groups.domain import duplicates
from groups.domain.errors import UnitError
from groups.domain.lists import CHIP_WORDS, CHIPS, NOWHERE, UnitList
from groups.domain.regions import Region, known_regions, regions_of
from groups.domain.states import MOVES, change_state
from groups.domain.unit_list import UNITS
from groups.domain.units import save_unit
from groups.forms import StateForm, UnitFilter, UnitForm
from groups.models import GroupCustomer
from groups.views.acting import act_page, address, bound, visible_unit
from groups.views.region_map import finding, region_map
from hospital_crm.shell import paging
from hospital_crm.shell.toasts import say
from patients.domain import divisions

PRINTED = 500


def list_from_address(request: HttpRequest) -> tuple[UnitList, UnitFilter]:
    """The list that the address describes. What it cannot mean filters nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = UnitFilter(request.GET, regions=known_regions(actor), may_see_owners=actor.sees == "all")
    return UnitList.described(actor, request.GET, today()), form


@requires("groups.view")
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """Units, the youngest first; the address holds state, name, region, relationship, worth and liaison, and the view.
    A bare address shows what the role opens first, where somebody chose that.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = list_state(request, UNITS)
    if first := opens_with(request, state):
        return redirect(first)
    units, form = list_from_address(request)
    counts = units.counts()
    page = units.page(**{name: request.GET.get(name, "") for name in ("after", "before")})
    context = {
        "rows": page.rows,
        **paging.page_urls(request, page),
        "count": counts[units.chip],
        "matching": counts[units.chip] if page.newer or page.older else 0,
        "chips": _chips(request, units.chip, counts),
        "form": form,
        "keep": [(key, request.GET[key]) for key in ("status", "sort", VIEW) if request.GET.get(key)],
        "sort": units.sort,
        "reset": state.everything if units.is_filtered else "",
        "state": state,
        "export_url": f"{reverse('accounts:export-new', args=[UNITS.key])}?{state.state}",
        "today": units.day,
        "may_edit": actor.can("groups.edit"),
        "query": paging.query(request),
        "hand_all_of": _all_of_one(units),
    }
    return TemplateResponse(request, "groups/list.html", context)


@requires("groups.view")
@require_GET
def step(request: HttpRequest, public_id: uuid.UUID, direction: str) -> HttpResponse:
    """The unit above or below in the list one came from."""
    unit = visible_unit(request, public_id)
    units, _form = list_from_address(request)
    found = units.neighbour(unit, newer=direction == "newer")
    if found is None:
        say(request, _("The list ends here."))
    query = paging.query(request)
    target = reverse("groups:detail", args=[(found or unit).public_id])
    return redirect(f"{target}?{query}" if query else target)


def _all_of_one(units: UnitList) -> str | None:
    """The query of all units of the liaison whom the list is of; None where it is of several."""
    if units.actor.sees != "all":
        return ""
    return None if units.owner is None else f"owner={units.owner}"


def _chips(request: HttpRequest, chosen: str, counts: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": CHIP_WORDS[key],
            "url": f"?{paging.query(request, status=key) or f'{VIEW}={EVERYTHING}'}",
            "count": counts[key],
            "is_on": key == chosen,
            "is_late": False,
        }
        for key in CHIPS
    ]


@requires("groups.view")
@require_GET
def print_list(request: HttpRequest) -> HttpResponse:
    """The list of the address on paper, at most five hundred units; printing is recorded."""
    units, _form = list_from_address(request)
    page = units.page(size=PRINTED)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    record("groups.units.print", actor=actor, units=len(page.rows))
    context = {
        "rows": page.rows,
        "is_cut": bool(page.older),
        "purpose": _("work with units"),
        "printed_by": actor.staff.name,
        "now": timezone.now(),
        "query": paging.query(request),
    }
    return TemplateResponse(request, "groups/print.html", context)


@requires("groups.view")
@require_GET
def regions(request: HttpRequest) -> HttpResponse:
    """Units by region: how many in each state, their staff, and what they brought this year."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    year = today().year
    found = regions_of(actor, year)
    most = max((one.units for one in found), default=1)
    urls = {one.key: url for one, url in zip(found, _region_urls(found), strict=True)}
    context = {
        "map": region_map(found, urls),
        "finding": finding(found) if found else "",
        "rows": [_region_row(one, most, urls[one.key]) for one in found],
        "year": year,
        "units": sum(one.units for one in found),
        "value": sum(one.value for one in found),
        "states": [(code, label) for code, label in GroupCustomer.Status.choices],
    }
    return TemplateResponse(request, "groups/regions.html", context)


def _region_urls(found: Sequence[Region]) -> Iterator[str]:
    """The units of each region."""
    every = reverse("groups:list")
    for one in found:
        place = one.key if divisions.is_prefix(one.key) else f"{NOWHERE}{one.key}"
        yield f"{every}?{urlencode({'region': place})}"


def _region_row(one: Region, most: int, url: str) -> dict[str, Any]:
    """A line of the table, with the parts of its bar: x and width of each state in 240 units."""
    parts, place = [], 0.0
    words = {code: str(label) for code, label in GroupCustomer.Status.choices}
    for code in ("signed", "negotiating", "nearby", "ended"):
        width = 240 * one.states.get(code, 0) / most
        if width:
            parts.append({"tone": code, "x": f"{place:.1f}", "width": f"{width:.1f}"})
        place += width
    said = _(", ").join(f"{words[code]} {one.states[code]}" for code in words if one.states.get(code))
    return {
        "name": one.name or _("No known region"),
        "url": url,
        "units": one.units,
        "counts": [
            {"n": one.states.get(code, 0), "label": words[code], "url": f"{url}&status={code}"} for code in words
        ],
        "staff": one.staff,
        "value": one.value,
        "parts": parts,
        "said": said,
    }


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A unit."""
    return _edit(request, GroupCustomer(), reverse("groups:list"))


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Changes the record of a unit."""
    return _edit(request, visible_unit(request, public_id), reverse("groups:detail", args=[public_id]))


def _edit(request: HttpRequest, group: GroupCustomer, back: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = GroupCustomer.objects.filter(pk=group.pk).first() or GroupCustomer()
    form = UnitForm(request.POST or None, instance=group, may_choose_owner=actor.sees == "all")
    alike = []
    if request.method == "POST" and form.is_valid():
        alike = [] if request.POST.get("is_another") else duplicates.alike(form.cleaned_data["name"], but=kept.pk)
        if not alike:
            try:
                saved = save_unit(kept, form.cleaned_data, actor=actor)
            except UnitError as refusal:
                form.add_error(None, str(refusal))
            else:
                say(request, _("Unit saved."))
                return redirect("groups:detail", saved.public_id)
    context = {"form": form, "group": kept if kept.pk else None, "back": back, "alike": alike}
    status = 422 if form.errors or alike else 200
    return TemplateResponse(request, "groups/form.html", context, status=status)


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another state of cooperation, with the reason."""
    group = visible_unit(request, public_id)
    form = bound(request, StateForm, before=group.status)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        form,
        lambda said: change_state(group, said["after"], reason=said["reason"], actor=actor, now=timezone.now()),
        title=_("Change the state of cooperation"),
        action=_("Change"),
        done=_("State changed."),
        back=address(group),
        text=_("“Signed” comes of a contract.") if MOVES[group.status] else "",
    )
