"""Going on leave: the own orders due until a day are handed over together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.calendar import today as hospital_today
from followups.domain import dispatch
from followups.domain.errors import FollowUpError
from followups.forms import LeaveForm
from followups.views.picks import candidates
from hospital_crm.shell import toasts


@requires("followups.complete")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Whom, until when, why; then back to the own list."""
    actor, now = request.actor, timezone.now()
    colleagues = candidates(actor).exclude(pk=actor.staff.pk).order_by("name_order", "pk")
    form = LeaveForm(request.POST or None, candidates=colleagues, today=hospital_today(now=now))
    if form.is_bound and form.is_valid():
        try:
            moved = dispatch.hand_over(**form.cleaned_data, actor=actor, now=now)
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = ngettext("%(n)s order handed over.", "%(n)s orders handed over.", moved)
            toasts.say(request, words % {"n": moved})
            return redirect("followups:mine")
    context = {"form": form, "back": reverse("followups:mine")}
    return render(request, "followups/leave.html", context, status=422 if form.errors else 200)
