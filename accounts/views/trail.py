"""The auditor's pages: the audit trail, read only."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import NotVisible, requires
from accounts.domain import seals, trail
from accounts.domain.saved_views import state_of
from accounts.domain.trail_line import whole_line
from accounts.domain.trail_lists import TITLES, chain_of, seal_words
from accounts.forms import TrailForm
from accounts.lists import FilteredList, lists
from accounts.views.list_state import with_views
from hospital_crm.typed import whole_number

SEALS_SHOWN = 20
SEALED = tuple(chain for chain in TITLES if chain_of(chain) in seals.CHAINS)


def _entry(chain: str = "events") -> FilteredList:
    return lists[f"trail-{chain}"]


@requires("audit.read")
@require_safe
@with_views(_entry)
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
        "chips": _chips(chain),
        "seals": seal_words(chain),
        "seals_url": reverse("accounts:seals", args=[chain]) if chain in SEALED else "",
        "export_url": _export_url(request, chain),
        "reset_url": here if kept else "",
        "older_url": f"{here}?{urlencode({**kept, 'after': found.older})}" if found.older else "",
        "newer_url": f"{here}?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "accounts/trail.html", context)


def _chips(chain: str) -> list[dict[str, Any]]:
    return [
        {"label": title, "url": reverse(f"accounts:trail-{key}"), "count": None, "is_on": key == chain}
        for key, title in TITLES.items()
    ]


@requires("audit.read")
@require_safe
def line(request: HttpRequest, chain: str, number: int) -> HttpResponse:
    """One line of the trail, whole. It opens no person's record."""
    found = whole_line(chain, number, actor=request.actor) if chain in TITLES else None  # type: ignore[attr-defined]
    if found is None:
        raise NotVisible(f"trail.{chain}"[:60], str(number))
    context = {"found": found, "line": found.line, "chain": chain, "title": TITLES[chain]}
    return render(request, "accounts/trail_line.html", context)


@requires("audit.read")
@require_safe
def seal_chain(request: HttpRequest, chain: str) -> HttpResponse:
    """The seals over one part of the trail, newest first; those shown are held against their rows as the page opens."""
    if chain not in SEALED:
        raise Http404
    asked = whole_number(request.GET.get("upto"))
    sealed, here = chain_of(chain), reverse("accounts:seals", args=[chain])
    checks, older = seals.newest_checked(sealed, upto=asked, count=SEALS_SHOWN)
    context = {
        "checks": checks,
        "faults": sum(bool(one.fault) for one in checks),
        "tail": next(iter(seals.tails((sealed,))), None),
        "chips": [
            {"label": TITLES[key], "url": reverse("accounts:seals", args=[key]), "count": None, "is_on": key == chain}
            for key in SEALED
        ],
        "chain": chain,
        "newer_url": here if asked else "",
        "older_url": f"{here}?upto={older}" if older else "",
    }
    return render(request, "accounts/seals.html", context)


def _export_url(request: HttpRequest, chain: str) -> str:
    """Where the narrowed trail is taken out of the house; "" for who may not."""
    if not request.actor.can("exports.make"):  # type: ignore[attr-defined]
        return ""
    return f"{reverse('accounts:export-new', args=[f'trail-{chain}'])}?{state_of(request.GET.urlencode())}"
