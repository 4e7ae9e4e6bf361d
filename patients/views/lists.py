"""The list of people and the one search box."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from accounts.audit import log_access
from accounts.calendar import today
from accounts.domain.saved_views import EVERYTHING, VIEW
from accounts.views.list_state import list_state, opens_with
from hospital_crm.shell import wording
from hospital_crm.shell.later import later_numbers
from hospital_crm.shell.waiting import only_asks
from patients.domain.lists import CHIP_WORDS, PARAMETERS, PeopleList, chips_for, closed_words
from patients.domain.people_filters import sorts_for
from patients.domain.people_list import PEOPLE, USUAL
from patients.domain.rows import person_rows
from patients.domain.search import SHOWN, SUGGESTED, find_people
from patients.domain.search_marks import mark_of, text_of
from patients.domain.segment_filter import segment_words
from patients.domain.tags import tags_of
from patients.list_forms import PeopleFilter

FILTERS = PARAMETERS
PRINTED = 500
_NOBODY = uuid.UUID(int=0)


def list_from_address(request: HttpRequest) -> tuple[PeopleList, PeopleFilter]:
    """The list that the address describes. What it cannot mean filters nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    return PeopleList.described(actor, request.GET), PeopleFilter(request.GET, actor=actor)


@requires("patients.list")
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """The list of people; filters hold together and stand in the address, and so do order and view. A bare address
    shows what the role opens first, where somebody chose that.
    """
    actor = request.actor  # type: ignore[attr-defined]
    state = list_state(request, PEOPLE)
    if first := opens_with(request, state):
        return redirect(first)
    people, form = list_from_address(request)
    page = people.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    log_access(actor, "list", [patient.pk for patient in page.rows], page="patients")
    day, has_more = today(), bool(page.newer or page.older)
    tags = tags_of([patient.pk for patient in page.rows]) if "tags" in state.shown else None
    context = {
        "rows": person_rows(page.rows, actor, day, address_of_record(kept_query(request)), tags),
        "today": day,
        "newer": _address(request, before=page.newer) if page.newer else "",
        "older": _address(request, after=page.older) if page.older else "",
        "chips": _chips(request, people),
        "counts_url": _counts_url(request, has_more=has_more and bool(state.acts)),
        "form": form,
        "segment": _segment_chip(request, people),
        "closed": [(closed_words(label), _address(request, **{key: ""})) for key, label in people.closed.items()],
        "keep": [(key, request.GET[key]) for key in ("tier", "sort", VIEW) if request.GET.get(key)],
        "reset": state.everything if people.chip or people.values or people.closed else "",
        "has_more": has_more,
        "state": state,
        "sorts": _sorts(request, people),
        "may_add": actor.can("patients.edit"),
        "may_tag": actor.can("patients.tags"),
        "print_url": f"{reverse('patients:list-print')}?{state.state}",
        "export_url": f"{reverse('accounts:export-new', args=[PEOPLE.key])}?{state.state}",
    }
    return TemplateResponse(request, "patients/list.html", context)


@requires("patients.list")
@require_GET
def list_counts(request: HttpRequest) -> HttpResponse:
    """The numbers of a list, which come after its rows: behind each chip, in the heading, and of all that match."""
    people = PeopleList.described(request.actor, request.GET)  # type: ignore[attr-defined]
    counts = people.counts()
    count = counts.get(people.chip)
    return later_numbers(
        request,
        {key or "all": counts.get(key) for key in chips_for(people.actor)},
        words="" if count is None else _("%(count)s people") % {"count": wording.capped(count)},
        matching=count if "picks" in request.GET else None,
    )


@requires("patients.list")
@require_GET
def print_list(request: HttpRequest) -> HttpResponse:
    """The list on paper, masked, at most five hundred people; printing is recorded."""
    actor = request.actor  # type: ignore[attr-defined]
    state = list_state(request, PEOPLE)
    people, _form = list_from_address(request)
    ids = list(people.rows().order_by(*people.order.order).values_list("pk", flat=True)[: PRINTED + 1])
    log_access(actor, "print", ids[:PRINTED], purpose="list", page="patients")
    keys = [column.key for column in state.columns]
    context = {
        "columns": state.columns,
        "lines": PEOPLE.cells(actor, ids[:PRINTED], keys, False),
        "words": people.words(),
        "is_cut": len(ids) > PRINTED,
        "most": PRINTED,
        "now": timezone.now(),
        "purpose": _("list of people"),
        "printed_by": actor.staff,
    }
    return TemplateResponse(request, "patients/print_list.html", context)


def _sorts(request: HttpRequest, people: PeopleList) -> list[dict[str, Any]]:
    """The orders of the list as links."""
    return [
        {"label": sort.label, "url": _address(request, sort=sort.key), "is_on": sort.key == people.sorted_by}
        for sort in sorts_for(people.actor)
    ]


def address_of_record(query: str = "") -> Callable[[uuid.UUID], str]:
    """Where the record of a person is, for whole lists at once; the query of the list is carried along."""
    before, after = reverse("patients:detail", args=[_NOBODY]).split(str(_NOBODY))
    after = f"{after}?{query}" if query else after
    return lambda public_id: f"{before}{public_id}{after}"


def kept_query(request: HttpRequest) -> str:
    """Filters and order of the list one came from, without the place in it."""
    return _kept(request).urlencode()


def _kept(request: HttpRequest) -> Any:
    kept = request.GET.copy()
    for key in [key for key in kept if key not in FILTERS or not any(kept.getlist(key))]:
        del kept[key]
    return kept


def _address(request: HttpRequest, **changes: str) -> str:
    query = _kept(request)
    if request.GET.get(VIEW):
        query[VIEW] = request.GET[VIEW]
    for key, value in changes.items():
        query[key] = value
        if not value:
            del query[key]
    path = reverse("patients:list")
    return f"{path}?{query.urlencode()}" if query else f"{path}?{VIEW}={EVERYTHING}"


def _counts_url(request: HttpRequest, *, has_more: bool) -> str:
    """Where the numbers of this list are; whether all that match can be marked is told along."""
    query = _kept(request)
    if has_more:
        query["picks"] = "1"
    return f"{reverse('patients:list-counts')}?{query.urlencode()}"


def _chips(request: HttpRequest, people: PeopleList) -> list[dict[str, Any]]:
    """The chips as links; their numbers come after the rows."""
    return [
        {
            "key": key or "all",
            "label": CHIP_WORDS[key],
            "url": _address(request, tier=key),
            "is_on": people.chip == key,
        }
        for key in chips_for(people.actor)
    ]


def _segment_chip(request: HttpRequest, people: PeopleList) -> dict[str, Any]:
    """The segment that the list is held to, and the list without it; empty where it is held to none."""
    if "segment" not in people.values:
        return {}
    return {"words": segment_words(people.values["segment"], timezone.now()), "url": _address(request, segment="")}


@only_asks
@requires("patients.list")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Results of the search box. What was typed is sent by POST and kept nowhere: the address holds a mark of it, no
    name or number.
    """
    actor = request.actor  # type: ignore[attr-defined]
    place = f"{request.session.session_key}:{actor.staff.hospital_id}"
    if request.method == "POST":
        text = request.POST.get("q", "").strip()[:60]
        mark = urlencode({"sought": mark_of(text, place)}) if text else ""
        return redirect(f"{reverse('patients:search')}?{mark}")
    text = text_of(request.GET.get("sought", ""), place)
    found = find_people(actor, text, limit=SHOWN + 1) if text else []
    day = today()
    context = {
        "text": text,
        "rows": person_rows(found[:SHOWN], actor, day, address_of_record()),
        "today": day,
        "is_cut": len(found) > SHOWN,
        "shown": SHOWN,
        "columns": {column.key for column in PEOPLE.chosen(actor, USUAL)},
        "may_add": actor.can("patients.edit"),
    }
    return TemplateResponse(request, "patients/search.html", context)


@only_asks
@requires("patients.list")
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Up to eight people while somebody types."""
    actor = request.actor  # type: ignore[attr-defined]
    found = find_people(actor, request.POST.get("q", "")[:60], limit=SUGGESTED, page="suggest")
    context = {
        "rows": person_rows(found, actor, today(), address_of_record()),
        "all_url": reverse("patients:search"),
        "text": request.POST.get("q", ""),
    }
    return TemplateResponse(request, "patients/suggest.html", context)
