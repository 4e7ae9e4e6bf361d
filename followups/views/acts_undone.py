"""What was done by mistake is taken back: a result by whoever sent it, filing or returning by the centre, a
reassignment by whoever made it.
"""

import datetime as dt
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from followups.domain import dispatch, refusals, taking_back
from followups.domain.errors import FollowUpError
from followups.forms import ReasonForm
from followups.models import FollowUpOrder, OrderState
from followups.views import rows
from followups.views.orders import visible_order
from followups.views.picks import MANAGE, back_of
from hospital_crm.shell import toasts

_EPOCH, _MICROSECOND = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.timedelta(microseconds=1)


@requires("followups.complete")
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whoever sent a result has it as a draft again, while it waits for review."""
    found, here = visible_order(request, public_id), _page(public_id)
    if request.method == "POST":
        try:
            taking_back.take_back_result(order=found, actor=request.actor, now=timezone.now())
        except FollowUpError as refusal:
            toasts.say(request, str(refusal), late=True)
            return redirect(here)
        toasts.say(request, _("Taken back. What was sent is your draft again."))
        return redirect("followups:result", public_id)
    if not taking_back.may_take_back(request.actor, found):
        raise Http404
    words = {
        "title": _("Take back the result of %(name)s?") % {"name": _name(request, found)},
        "note": _("It becomes your draft again and waits for review no more. The call stays in the history."),
        "action": _("Take the result back"),
    }
    return render(request, "followups/confirm.html", {**words, "cancel_url": here})


@requires("followups.review")
@require_http_methods(["GET", "HEAD", "POST"])
def undo_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A result that was filed or returned waits for review again, with the reason."""
    found, here = visible_order(request, public_id), _page(public_id)
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            taking_back.undo_review(order=found, reason=reason, actor=request.actor, now=timezone.now())
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.say(request, _("Undone. The result waits for review again."))
            return redirect(here)
    elif not form.is_bound and not taking_back.may_undo_review(request.actor, found):
        raise Http404
    is_filed = found.state == OrderState.FILED
    words = {
        "title": (_("Undo filing of %(name)s?") if is_filed else _("Undo the return of %(name)s?"))
        % {"name": _name(request, found)},
        "note": _("The result waits for review again, as long as nobody has begun to redo it."),
        "action": _("Undo filing") if is_filed else _("Undo the return"),
    }
    context = {**words, "cancel_url": here, "form": form}
    return render(request, "followups/confirm.html", context, status=422 if form.errors else 200)


def undo_url(at: dt.datetime) -> str:
    """Where what was given away at this moment is taken back."""
    return reverse("followups:undo-reassign", args=[(at - _EPOCH) // _MICROSECOND])


@requires(*MANAGE)
@require_POST
def undo_reassign(request: HttpRequest, stamp: int) -> HttpResponse:
    """All that the actor gave a colleague at one moment goes back."""
    try:
        at = _EPOCH + stamp * _MICROSECOND
        n = dispatch.undo_reassignment(at=at, actor=request.actor, now=timezone.now())
    except (OverflowError, refusals.NotAllowed) as unknown:
        raise Http404 from unknown
    except FollowUpError as refusal:
        toasts.say(request, str(refusal), late=True)
    else:
        toasts.say(request, ngettext("%(n)s step went back", "%(n)s steps went back", n) % {"n": n})
    return redirect(back_of(request, reverse("followups:home")))


def _page(public_id: UUID) -> str:
    return reverse("followups:order", args=[public_id])


def _name(request: HttpRequest, found: FollowUpOrder) -> str:
    return rows.row_of(found, actor=request.actor, now=timezone.now()).name
