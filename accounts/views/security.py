"""The security officer's page: staff with rights and open sessions; signing out, lost second factors."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import NotVisible, requires
from accounts.domain import overview, sessions
from accounts.domain.rights import decide_proposals, proposals_for
from accounts.domain.second_factor import reset_second_factor
from accounts.domain.shared_accounts import SharedAccount, is_shared
from accounts.models import StaffMember
from hospital_crm.shell.acting import decided
from hospital_crm.shell.paging import page_urls
from hospital_crm.typed import whole_numbers

AT_MOST = 200


@requires("security.rights")
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Staff with roles, second factor and open sessions; found by name or staff number."""
    text = request.GET.get("q", "").strip()
    proposals = proposals_for(request.actor)[:AT_MOST]  # type: ignore[attr-defined]
    staff = overview.named(text)
    page = overview.staff_page(staff, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "rows": overview.rights_of(page.rows),
        "page": page_urls(request, page),
        "q": text,
        "proposals": proposals,
        "now": timezone.now(),
    }
    return render(request, "accounts/rights.html", context)


@requires("admin.roles")
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Grants or refuses the chosen roles that sheets asked for."""
    ids = whole_numbers(request.POST.getlist("picked"))
    act = decided(request, "grant", "refuse")
    if not act:
        return redirect("accounts:rights")
    is_granted = act == "grant"
    number = decide_proposals(ids, is_granted=is_granted, actor=request.actor)  # type: ignore[attr-defined]
    words = _("%(count)s roles granted.") if is_granted else _("%(count)s roles refused.")
    messages.success(request, words % {"count": number})
    return redirect("accounts:rights")


@requires("security.rights")
@require_safe
def member_sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a member of staff is signed in, each place to be ended; not of an account that other hospitals use too."""
    staff = _member(public_id)
    if is_shared(staff.user):
        messages.error(request, str(SharedAccount()))
        return redirect("accounts:rights")
    context = {
        "staff": staff,
        "sessions": sessions.open_sessions(staff.user),
        "session_key": request.session.session_key,
    }
    return render(request, "accounts/sessions.html", context)


@requires("security.rights")
@require_POST
def end_session(request: HttpRequest, public_id: str, session_id: int) -> HttpResponse:
    """Signs a member of staff out in one place."""
    staff = _member(public_id)
    try:
        if not sessions.revoke_one(staff, session_id, actor=request.actor):  # type: ignore[attr-defined]
            raise NotVisible("usersessions.usersession", str(session_id))
    except SharedAccount as refused:
        messages.error(request, str(refused))
        return redirect("accounts:rights")
    messages.success(request, _("%(name)s: signed out there.") % {"name": staff.name})
    return redirect("accounts:sessions", staff.public_id)


@requires("security.rights")
@require_POST
def sign_out(request: HttpRequest, public_id: str) -> HttpResponse:
    """Signs somebody out everywhere."""
    staff = _member(public_id)
    try:
        ended = sessions.revoke(staff, actor=request.actor)  # type: ignore[attr-defined]
    except SharedAccount as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s: %(count)s sessions ended.") % {"name": staff.name, "count": ended})
    return redirect("accounts:rights")


@requires("security.rights")
@require_POST
def reset_factor(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a lost authenticator away."""
    staff = _member(public_id)
    try:
        reset_second_factor(staff, actor=request.actor)  # type: ignore[attr-defined]
    except SharedAccount as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s: second factor reset.") % {"name": staff.name})
    return redirect("accounts:rights")


def _member(public_id: str) -> StaffMember:
    staff = StaffMember.objects.select_related("user").filter(public_id=public_id).first()
    if staff is None:
        raise NotVisible("accounts.staffmember", str(public_id))
    return staff
