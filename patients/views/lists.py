"""The list of people and the one search box."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from accounts.audit import log_access
from accounts.calendar import today
from patients.domain.lists import PeopleList, chips_for, may_filter_by_disease
from patients.domain.rows import person_rows
from patients.domain.search import SHOWN, SUGGESTED, find_people
from patients.forms import PeopleFilter

FILTERS = ("tier", "department", "disease", "region")
_NOBODY = uuid.UUID(int=0)
_QUERY = "people_search"


def list_from_address(request: HttpRequest) -> tuple[PeopleList, PeopleFilter]:
    """The list that the address describes. What it cannot mean filters nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    form = PeopleFilter(request.GET, with_disease=may_filter_by_disease(actor), with_care=actor.can("patients.care"))
    form.is_valid()
    values = form.cleaned_data
    chip = request.GET.get("tier", "")
    people = PeopleList(
        actor=actor,
        chip=chip if chip in chips_for(actor) else "",
        department=values.get("department"),
        disease=values.get("disease", ""),
        region=values.get("region", ""),
    )
    return people, form


@requires("patients.list")
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """People, latest visit first; filters hold together and stand in the address."""
    actor = request.actor  # type: ignore[attr-defined]
    people, form = list_from_address(request)
    page = people.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    counts = people.counts()
    log_access(actor, "list", [patient.pk for patient in page.rows], page="patients")
    day, query = today(), _kept(request).urlencode()
    context = {
        "rows": person_rows(page.rows, actor, day, address_of_record(query)),
        "today": day,
        "newer": _address(request, before=page.newer) if page.newer else "",
        "older": _address(request, after=page.older) if page.older else "",
        "count": counts.get(people.chip),
        "chips": _chips(request, people, counts),
        "form": form,
        "keep": [("tier", people.chip)] if people.chip else [],
        "is_filtered": bool(people.chip or people.department or people.disease or people.region),
        "clinical": actor.can("patients.clinical"),
        "care": actor.can("patients.care"),
        "may_add": actor.can("patients.edit"),
    }
    return TemplateResponse(request, "patients/list.html", context)


def address_of_record(query: str = "") -> Callable[[uuid.UUID], str]:
    """Where the record of a person is, for whole lists at once; the query of the list is carried along."""
    before, after = reverse("patients:detail", args=[_NOBODY]).split(str(_NOBODY))
    after = f"{after}?{query}" if query else after
    return lambda public_id: f"{before}{public_id}{after}"


def _kept(request: HttpRequest) -> Any:
    """The filters of the address, without its place in the list."""
    kept = request.GET.copy()
    for key in [key for key in kept if key not in FILTERS or not kept[key]]:
        del kept[key]
    return kept


def _address(request: HttpRequest, **changes: str) -> str:
    query = _kept(request)
    for key, value in changes.items():
        query[key] = value
        if not value:
            del query[key]
    return f"{request.path}?{query.urlencode()}"


def _chips(request: HttpRequest, people: PeopleList, counts: Any) -> list[dict[str, Any]]:
    words = {
        "": _("All"),
        "A": _("A key"),
        "B": _("B routine"),
        "C": _("C general"),
        "stopped": _("Contact stopped"),
        "deceased": _("Deceased"),
    }
    return [
        {
            "label": words[key],
            "url": _address(request, tier=key),
            "count": counts.get(key),
            "is_on": people.chip == key,
            "is_late": False,
        }
        for key in chips_for(people.actor)
    ]


@requires("patients.list")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Results of the search box. What was typed is sent by POST and kept in the session: no name or number stands
    in an address.
    """
    if request.method == "POST":
        request.session[_QUERY] = request.POST.get("q", "")[:60]
        return redirect("patients:search")
    actor = request.actor  # type: ignore[attr-defined]
    text = request.session.get(_QUERY, "")
    found = find_people(actor, text, limit=SHOWN + 1) if text else []
    day = today()
    context = {
        "text": text,
        "rows": person_rows(found[:SHOWN], actor, day, address_of_record()),
        "today": day,
        "is_cut": len(found) > SHOWN,
        "shown": SHOWN,
        "clinical": actor.can("patients.clinical"),
        "care": actor.can("patients.care"),
        "may_add": actor.can("patients.edit"),
    }
    return TemplateResponse(request, "patients/search.html", context)


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
