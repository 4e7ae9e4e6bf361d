"""One's own account: language, appearance, active role, digest, sessions."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import NotVisible, public, staff_only
from accounts.domain import preferences, sessions
from accounts.forms import PreferencesForm
from accounts.middleware import ACTIVE_ROLE_KEY
from accounts.models import StaffMember

YEAR_SECONDS = 365 * 24 * 3600


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Own settings: language, appearance, morning digest; the roles held here; where one is signed in."""
    actor = request.actor  # type: ignore[attr-defined]
    form = PreferencesForm(request.POST or None, initial=preferences.of(actor))
    if request.method == "POST" and form.is_valid():
        preferences.change(actor, **form.cleaned_data)
        with override(form.cleaned_data["language"] or None):
            messages.success(request, _("Settings saved."))
        return redirect("accounts:me")
    context = {
        "form": form,
        "staff": StaffMember.objects.prefetch_related("department_links__department", "ward_links__ward").get(
            pk=actor.staff.pk
        ),
        "sessions": sessions.open_sessions(request.user),  # type: ignore[arg-type]
        "session_key": request.session.session_key,
    }
    return render(request, "accounts/me.html", context, status=422 if form.errors else 200)


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Reads on in another language: kept in this browser and, when signed in, with the account."""
    chosen = request.POST.get("language", "")
    response = redirect(_back(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
        preferences.choose_language(request.user, chosen)
    return response


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device: kept with the account; the browser keeps it for itself."""
    preferences.choose_theme(request.user, request.POST.get("theme", ""))
    return HttpResponse(status=204)


@public
@require_POST
def keepalive(request: HttpRequest) -> HttpResponse:
    """The browser tells that somebody is moving or typing. The idle middleware has noted it; signed out it is 401."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@staff_only
@require_POST
def role(request: HttpRequest) -> HttpResponse:
    """Acts in another of the roles held here."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = preferences.choose_role(actor, request.POST.get("role", ""))
    if chosen is not None:
        request.session[f"{ACTIVE_ROLE_KEY}:{request.hospital.pk}"] = chosen.code  # type: ignore[attr-defined]
    return redirect("home")


@staff_only
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Signs this account out in one place."""
    if not sessions.end_session(request.user, session_id):  # type: ignore[arg-type]
        raise NotVisible("usersessions.usersession", str(session_id))
    messages.success(request, _("Signed out there."))
    return redirect("accounts:me")


@staff_only
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Signs this account out everywhere else."""
    ended = sessions.end_all(request.user, but=request.session.session_key)  # type: ignore[arg-type]
    messages.success(request, _("Signed out in %(count)s other places.") % {"count": ended})
    return redirect("accounts:me")


def _back(request: HttpRequest) -> str:
    """The page one came from, never another site."""
    wished = request.POST.get("next") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure()):
        return wished
    return f"{request.META.get('SCRIPT_NAME', '')}/"
