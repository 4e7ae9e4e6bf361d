"""Acts on one or many orders: hand out, remind, return, file. The number and the consequence are shown before
anything is done.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups.domain import dispatch, in_hand, reminders, reviews
from followups.domain.errors import FollowUpError
from followups.domain.handing import hand_over_one
from followups.domain.holding import may_work_on
from followups.forms import ReasonForm, TransferForm
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
from followups.views import acts_undone, dispatch_board, rows
from followups.views.orders import visible_order
from followups.views.picks import MANAGE, MOST_AT_ONCE, Pick, back_of, candidates, demand, manageable, picked
from hospital_crm.shell import toasts, wording


@dataclass(frozen=True)
class Reach:
    """How many orders an act changes, in words of how many of the marked ones it does not and why, and where it is
    taken back. `nothing`: what is said where none was changed, in place of the words of the act.
    """

    n: int
    left: str = ""
    nothing: str = ""
    undo_url: str = ""


def _every(_request: HttpRequest, ids: list[int]) -> Reach:
    return Reach(len(ids))


@dataclass(frozen=True)
class Act:
    """A bulk act: who may, its words, its form, and what it does. `done(n)` is said afterwards, `nothing` where no
    order was changed; `reach`: how many it would change, as far as that is known beforehand.
    """

    capabilities: tuple[str, ...]
    title: Any
    note: Any
    button: Callable[[int], str]
    done: Callable[[int], str]
    form: Callable[[HttpRequest, Any, list[int]], forms.Form | None]
    run: Callable[..., Reach]
    nothing: Any
    reach: Callable[[HttpRequest, list[int]], Reach] = _every


def _transfer_form(request: HttpRequest, data: Any, ids: list[int]) -> TransferForm:
    return TransferForm(data, candidates=candidates(request.actor, ids))


def _assign(request: HttpRequest, ids: list[int], values: dict[str, Any]) -> Reach:
    now = timezone.now()
    n = give(ids, values, actor=request.actor, now=now)
    undo_url = "" if values["to_centre"] or not n else acts_undone.undo_url(now)
    left = _left_in_hand(ids)
    return Reach(n, left=left, undo_url=undo_url) if n else Reach(n, nothing=left)


def give(ids: list[int], values: dict[str, Any], *, actor: Actor, now: dt.datetime) -> int:
    """To the colleague of the form, or to the centre's pool."""
    orders = _orders(ids)
    if values["to_centre"]:
        return dispatch.give_to_pool(orders=orders, reason=values["reason"], actor=actor, now=now)
    return dispatch.reassign(orders=orders, to=values["to"], reason=values["reason"], actor=actor, now=now)


def _left_in_hand(ids: list[int]) -> str:
    """How many were left because somebody is calling; nothing where none was."""
    n = in_hand.left_in_hand(_orders(ids), now=timezone.now())
    words = ngettext("%(n)s left: somebody is calling", "%(n)s left: somebody is calling them", n)
    return words % {"n": n} if n else ""


def _remind(request: HttpRequest, ids: list[int], _values: dict[str, Any]) -> Reach:
    return _reached(reminders.remind(orders=_orders(ids), actor=request.actor, now=timezone.now()))


def _would_remind(request: HttpRequest, ids: list[int]) -> Reach:
    return _reached(reminders.foresee(orders=_orders(ids), actor=request.actor, now=timezone.now()))


def _reached(found: reminders.Reminding) -> Reach:
    """Of the others: 未催办3步：今天已催办2步，没有可通知的人1步."""
    reasons = (
        (_("reminded today: %(n)s"), found.reminded_today),
        (_("nobody else to tell: %(n)s"), found.nobody),
        (_("done meanwhile: %(n)s"), found.done),
    )
    why = pgettext("between facts", ", ").join(words % {"n": wording.number(n)} for words, n in reasons if n)
    n = sum(n for _words, n in reasons)
    left = ngettext("Not reminded: %(n)s step (%(why)s).", "Not reminded: %(n)s steps (%(why)s).", n)
    return Reach(found.count, left % {"n": wording.number(n), "why": why} if n else "")


def _return(request: HttpRequest, ids: list[int], values: dict[str, Any]) -> Reach:
    now = timezone.now()
    return Reach(reviews.return_many(orders=_orders(ids), reason=values["reason"], actor=request.actor, now=now))


def _orders(ids: list[int]) -> FollowUpOrderQuerySet:
    return FollowUpOrder.objects.filter(pk__in=ids).order_by("pk")


def _no_form(_request: HttpRequest, _data: Any, _ids: list[int]) -> None:
    return None


ACTS = {
    "reassign": Act(
        MANAGE,
        gettext_lazy("Reassign"),
        gettext_lazy("The colleague is told. Orders that somebody has finished meanwhile stay as they are."),
        lambda n: ngettext("Reassign %(n)s step", "Reassign %(n)s steps", n) % {"n": n},
        lambda n: ngettext("%(n)s step reassigned", "%(n)s steps reassigned", n) % {"n": n},
        _transfer_form,
        _assign,
        gettext_lazy("Nothing changed: they are with this colleague already, or done."),
    ),
    "remind": Act(
        (*MANAGE, "followups.quality"),
        gettext_lazy("Remind"),
        gettext_lazy(
            "Each assignee gets a notice, of steps in the pool the head of the service centre, at most once a day"
            " per step. It stays on record."
        ),
        lambda n: ngettext("Remind %(n)s step", "Remind %(n)s steps", n) % {"n": n},
        lambda n: ngettext("%(n)s step reminded", "%(n)s steps reminded", n) % {"n": n},
        _no_form,
        _remind,
        gettext_lazy("No further notice."),
        _would_remind,
    ),
    "return": Act(
        ("followups.supervise", "followups.review", "followups.quality"),
        gettext_lazy("Return for redo"),
        gettext_lazy(
            "The order goes back to the assignee with your words. Only results that were sent can be returned."
        ),
        lambda n: ngettext("Return %(n)s step", "Return %(n)s steps", n) % {"n": n},
        lambda n: ngettext("%(n)s step returned", "%(n)s steps returned", n) % {"n": n},
        lambda _request, data, _ids: ReasonForm(data),
        _return,
        gettext_lazy("Nothing returned: no result was sent for these."),
    ),
}


@requires(*MANAGE, "followups.review", "followups.quality")
def act(request: HttpRequest) -> HttpResponse:
    """First the number and what follows, then, confirmed, the act itself. Only orders the role may act on are
    touched.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    pick = picked(
        request, manageable(request.actor), matching=lambda query: dispatch_board.filtered(query, request.actor).orders
    )
    chosen = ACTS.get(pick.act)
    if chosen is None:
        raise Http404
    demand(request, *chosen.capabilities)
    back = back_of(request, reverse("followups:home"))
    if not pick.ids:
        toasts.say(request, _("Mark the steps first."), late=True)
        return redirect(back)
    confirmed = request.POST.get("confirmed") == "1"
    form = chosen.form(request, request.POST if confirmed else None, pick.ids)
    if confirmed and (form is None or form.is_valid()):
        try:
            reached = chosen.run(request, pick.ids, form.cleaned_data if form else {})
        except FollowUpError as refusal:
            if form is None:
                toasts.say(request, str(refusal), late=True)
                return redirect(back)
            form.add_error(None, str(refusal))
        else:
            _tell(request, chosen, reached)
            return redirect(back)
    reach = chosen.reach(request, pick.ids)
    if not reach.n:
        _tell(request, chosen, reach)
        return redirect(back)
    return _confirm(request, chosen, pick, form, back, reach)


def _tell(request: HttpRequest, chosen: Act, reach: Reach) -> None:
    """How many were changed, and why others were not."""
    words = chosen.done(reach.n) if reach.n else reach.nothing or str(chosen.nothing)
    toasts.say(request, " ".join(filter(None, [words, reach.left])), undo_url=reach.undo_url, late=not reach.n)


def _confirm(
    request: HttpRequest, chosen: Act, pick: Pick, form: forms.Form | None, back: str, reach: Reach
) -> HttpResponse:
    names = [("act", pick.act), ("back", back)]
    names.append(("picked", ",".join(str(one) for one in _public_ids(pick.ids))))  # one field: a server limits them
    notes = [*filter(None, [reach.left]), str(chosen.note)]
    if len(pick.ids) == MOST_AT_ONCE:
        most = {"n": wording.number(MOST_AT_ONCE)}
        notes.append(_("At most %(n)s at a time, the first to close; choose the rest afterwards.") % most)
    context = {
        "title": chosen.title,
        "text": _kinds(pick.ids),
        "note": " ".join(notes),
        "action": chosen.button(reach.n),
        "url": reverse("followups:act"),
        "cancel_url": back,
        "fields": names,
        "form": form,
    }
    return render(request, "followups/confirm.html", context, status=422 if form is not None and form.errors else 200)


def _public_ids(ids: list[int]) -> list[UUID]:
    return list(FollowUpOrder.objects.filter(pk__in=ids).order_by("latest_on").values_list("public_id", flat=True))


def _kinds(ids: list[int]) -> str:
    """12步：A级4步，B级8步；3人经办."""
    found = FollowUpOrder.objects.filter(pk__in=ids).values_list("tier", "assignee_id")
    tiers = Counter(tier for tier, _assignee in found)
    people = {assignee for _tier, assignee in found if assignee}
    parts = [_("tier %(tier)s: %(n)s") % {"tier": tier, "n": tiers[tier]} for tier in sorted(tiers)]
    words = ngettext("%(n)s step", "%(n)s steps", len(ids)) % {"n": len(ids)}
    held = ngettext("held by %(n)s person", "held by %(n)s people", len(people)) % {"n": len(people)}
    joined = pgettext("between facts", ", ")
    return joined.join([_("%(what)s (%(why)s)") % {"what": words, "why": joined.join(parts)}, held])


@requires("followups.work", *MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand one order over to a colleague or to the service centre, with a reason."""
    found, actor, now = visible_order(request, public_id), request.actor, timezone.now()
    holds = may_work_on(actor, found, today=hospital_today(now=now))
    if not holds and not manageable(actor).filter(pk=found.pk).exists():
        raise Http404
    back = back_of(request, reverse("followups:home"))
    form = _transfer_form(request, request.POST if request.POST.get("confirmed") else None, [found.pk])
    if form.is_bound and form.is_valid():
        try:
            values = form.cleaned_data
            if holds:
                hand_over_one(order=found, to=values["to"], reason=values["reason"], actor=actor, now=now)
            else:
                in_hand.check(found, actor, now=now)
                give([found.pk], values, actor=actor, now=now)
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.say(request, _("Handed over."))
            return redirect(back)
    row = rows.row_of(found, actor=actor, now=now)
    context = {
        "title": _("Hand over %(name)s") % {"name": row.name},
        "text": f"{row.step} · {row.assignee}",
        "note": _("The order leaves your list and stands on the colleague's."),
        "action": _("Hand over"),
        "cancel_url": back,
        "fields": [("back", back)],
        "form": form,
    }
    return render(request, "followups/confirm.html", context, status=422 if form.errors else 200)
