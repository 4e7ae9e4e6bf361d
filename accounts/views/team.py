"""The page of who leads staff: the own people, who is away when, who covers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import NotVisible, requires
from accounts.calendar import today
from accounts.domain import absences, overview
from accounts.forms import AbsenceForm
from accounts.models import Absence
from hospital_crm.shell.paging import page_urls

LEADS = ("followups.supervise", "followups.ward", "admin.organisation")


@requires(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest) -> HttpResponse:
    """The staff led, with absences that are not over; enters another absence."""
    actor = request.actor  # type: ignore[attr-defined]
    led = absences.staff_led_by(actor)
    form = AbsenceForm(request.POST or None, led=led)
    if request.method == "POST" and form.is_valid():
        try:
            absences.enter_absence(**form.cleaned_data, actor=actor, now=timezone.now())
        except absences.AbsenceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Absence entered."))
            return redirect("accounts:team")
    page = overview.staff_page(led, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    away = absences.upcoming([one.pk for one in page.rows], today())
    rows = [{"staff": one, "absences": away.get(one.pk, []), "roles": _roles(one)} for one in page.rows]
    title = _("Absences") if actor.can("admin.organisation") else _("My team")
    context = {"title": title, "rows": rows, "page": page_urls(request, page), "form": form, "today": today()}
    return render(request, "accounts/team.html", context, status=422 if form.errors else 200)


@requires(*LEADS)
@require_POST
def cancel(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Cancels an absence of one of the own people."""
    absence = Absence.objects.select_related("staff").filter(pk=absence_id).first()
    if absence is None:
        raise NotVisible("accounts.absence", str(absence_id))
    try:
        absences.cancel_absence(absence, actor=request.actor)  # type: ignore[attr-defined]
    except absences.AbsenceRefused as refused:
        raise NotVisible("accounts.absence", str(absence_id)) from refused
    messages.success(request, _("Absence cancelled."))
    return redirect("accounts:team")


def _roles(staff: object) -> list[str]:
    return [link.role.display_name for link in staff.role_links.all()]  # type: ignore[attr-defined]
