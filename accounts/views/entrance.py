"""The two first pages: the entrance of the installation and the home of a hospital."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts import navigation
from accounts.access import public, staff_only
from accounts.domain.hospitals import hospitals_of_user
from hospital_crm.tenancy.urls import start_of


@public
@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Signed out: to the sign-in page. Working at one hospital: there. At several, or with `?choose=1`: the choice."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    hospitals = hospitals_of_user(request.user)  # type: ignore[arg-type]
    if len(hospitals) == 1 and "choose" not in request.GET:
        return redirect(start_of(hospitals[0], request))
    if not hospitals and request.user.is_operator and "choose" not in request.GET:  # type: ignore[union-attr]
        return redirect("admin:index")
    places = [(hospital, start_of(hospital, request)) for hospital in hospitals]
    return render(request, "accounts/choose_hospital.html", {"places": places})


@staff_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the active role's navigation; one's own settings where the role has none."""
    for entry in navigation.entries(request.actor):  # type: ignore[attr-defined]
        try:
            return redirect(reverse(entry.url_name))
        except NoReverseMatch:
            continue
    return redirect("accounts:me")
