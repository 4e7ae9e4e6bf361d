"""Incidents: whom one concerns, for the security officer and the auditor. People stand there by their numbers, as in
the audit trail; no record is opened here.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import NotVisible, requires
from accounts.domain import incidents
from accounts.domain.trail_lists import incident_of, seal_words, source_words
from accounts.forms import IncidentForm
from accounts.models import Incident, IncidentPerson
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import page_of


@requires("security.incidents")
@require_http_methods(["GET", "POST"])
def incident_list(request: HttpRequest) -> HttpResponse:
    """Asks whom an incident concerns, and shows what was asked before, newest first."""
    form = IncidentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = incidents.ask(**form.cleaned_data, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        except incidents.IncidentError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Incident %(number)s is being worked out.") % {"number": made.number})
            return redirect(f"{reverse('accounts:affected')}?incident={made.public_id}")
    page = page_of(
        Incident.objects.all(),
        incidents.NEWEST,
        fetch=Incident.objects.select_related("asked_by"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "form": form,
        "rows": [{"row": row, "words": source_words(row)} for row in page.rows],
        "page": page_urls(request, page),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "accounts/incidents.html", context, status=422 if form.errors else 200)


@requires("security.incidents")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The people of one incident, whom it reached last in front."""
    query = request.GET.urlencode()
    found = incident_of(query)
    if found is None:
        raise NotVisible("accounts.incident", request.GET.get("incident", "")[:40])
    page = page_of(
        incidents.found_people(found),
        incidents.LATEST,
        fetch=IncidentPerson.objects.all(),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "found": found,
        "words": source_words(found),
        "rows": page.rows,
        "page": page_urls(request, page),
        "seals": seal_words("accesses"),
        "export_url": f"{reverse('accounts:export-new', args=['affected'])}?incident={found.public_id}"
        if actor.can("exports.make") and found.people
        else "",
        "now": timezone.now(),
    }
    return TemplateResponse(request, "accounts/affected.html", context)
