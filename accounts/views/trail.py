"""The auditor's pages: the audit trail, read only."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.domain import trail
from accounts.forms import TrailForm

TITLES = {
    "events": _("What was done"),
    "accesses": _("Who saw whom"),
    "changes": _("Changed rows"),
    "failures": _("Failed sign-ins"),
}


@requires("audit.read")
@require_safe
def audit_trail(request: HttpRequest, chain: str = "events") -> HttpResponse:
    """One chain of the trail with its filters; the address holds the state. Reading it opens no person's record."""
    if chain not in TITLES:
        raise Http404
    form = TrailForm(request.GET, chain=chain)
    wanted = trail.Wanted(**form.cleaned_data) if form.is_valid() else trail.Wanted()
    found = trail.page(chain, wanted, after=request.GET.get("after", ""))
    kept = {name: value for name, value in request.GET.items() if value and name != "after"}
    here = reverse("accounts:trail", args=[chain])
    context = {
        "form": form,
        "found": found,
        "chain": chain,
        "chips": [
            {"label": title, "url": reverse("accounts:trail", args=[key]), "count": None, "is_on": key == chain}
            for key, title in TITLES.items()
        ],
        "reset_url": here if kept else "",
        "older_url": f"{here}?{urlencode({**kept, 'after': found.older})}" if found.older else "",
        "newer_url": f"{here}?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "accounts/trail.html", context)
