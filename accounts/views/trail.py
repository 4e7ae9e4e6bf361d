"""The auditor's pages: the audit trail, read only."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.domain import trail
from accounts.domain.saved_views import state_of
from accounts.domain.trail_lists import TITLES, seal_words
from accounts.forms import TrailForm


@requires("audit.read")
@require_safe
def audit_trail(request: HttpRequest, chain: str = "events") -> HttpResponse:
    """One chain of the trail with its filters; the address holds the state. Reading it opens no person's record.

    Filters that cannot be read show no line and say why.
    """
    form = TrailForm(request.GET, chain=chain)
    found = trail.NOTHING
    if form.is_valid():
        found = trail.page(chain, trail.Wanted(**form.cleaned_data), after=request.GET.get("after", ""))
    kept = {name: value for name, value in request.GET.items() if value and name != "after"}
    here = reverse(f"accounts:trail-{chain}")
    context = {
        "form": form,
        "found": found,
        "chain": chain,
        "chips": [
            {"label": title, "url": reverse(f"accounts:trail-{key}"), "count": None, "is_on": key == chain}
            for key, title in TITLES.items()
        ],
        "seals": seal_words(chain),
        "export_url": _export_url(request, chain),
        "reset_url": here if kept else "",
        "older_url": f"{here}?{urlencode({**kept, 'after': found.older})}" if found.older else "",
        "newer_url": f"{here}?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "accounts/trail.html", context)


def _export_url(request: HttpRequest, chain: str) -> str:
    """Where the narrowed trail is taken out of the house; "" for who may not."""
    if not request.actor.can("exports.make"):  # type: ignore[attr-defined]
        return ""
    return f"{reverse('accounts:export-new', args=[f'trail-{chain}'])}?{state_of(request.GET.urlencode())}"
