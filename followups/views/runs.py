"""Decisions on a whole run: it goes on after a stay that was none, or it ends because a physician agrees."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from followups.domain import closing
from followups.domain.errors import FollowUpError
from followups.forms import EndForm, ResumeForm
from followups.models import FollowUpOrder, FollowUpRun
from followups.views import rows
from followups.views.orders import visible_order
from hospital_crm.shell import toasts


@requires(*closing.RESUMING)
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A suspended run goes on, with the reason; after an error also the step that the readmission ended."""
    found = visible_order(request, public_id)
    if found.run.state != FollowUpRun.State.SUSPENDED:
        raise Http404
    form = ResumeForm(request.POST if request.POST.get("confirmed") else None)
    if form.is_bound and form.is_valid():
        try:
            n = closing.resume_run(run=found.run, actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.say(request, _("Follow-up goes on: %(n)s steps.") % {"n": n})
            return redirect(_page(found))
    words = {
        "title": _("Let the follow-up of %(name)s go on") % {"name": _name(request, found)},
        "note": _("The person is at home after all. A new discharge would open a new run by itself."),
        "action": _("Go on"),
    }
    return _asked(request, found, form, words)


@requires("followups.lower_tier")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """After the clean occurrences the protocol asks for: a physician agrees to the end, or keeps the person on."""
    found = visible_order(request, public_id)
    if found.run.end_proposed_at is None or found.run.state == FollowUpRun.State.CLOSED:
        raise Http404
    form = EndForm(request.POST if request.POST.get("confirmed") else None)
    if form.is_bound and form.is_valid():
        decide = closing.agree_end if form.cleaned_data["decision"] == "end" else closing.keep_on
        try:
            decide(run=found.run, reason=form.cleaned_data["reason"], actor=request.actor, now=timezone.now())
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            ended = decide is closing.agree_end
            toasts.say(request, _("Follow-up has ended.") if ended else _("Follow-up goes on."))
            return redirect(_page(found))
    words = {
        "title": _("End the follow-up of %(name)s?") % {"name": _name(request, found)},
        "note": _("The last occurrences were without a finding. Ended: what is not done is void."),
        "action": _("Decide"),
    }
    return _asked(request, found, form, words)


def _asked(request: HttpRequest, found: FollowUpOrder, form: ResumeForm | EndForm, words: dict) -> HttpResponse:
    context = {**words, "cancel_url": _page(found), "form": form}
    return render(request, "followups/confirm.html", context, status=422 if form.errors else 200)


def _page(found: FollowUpOrder) -> str:
    return reverse("followups:order", args=[found.public_id])


def _name(request: HttpRequest, found: FollowUpOrder) -> str:
    return rows.row_of(found, actor=request.actor, now=timezone.now()).name
