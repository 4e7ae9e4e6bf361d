"""What those who look after a member do: the sheet of a visit day, on the phone and on paper; the thread."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import NotVisible, get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number
from patients.domain import masking, member_threads, visit_sheets
from patients.domain.memberships import MembershipError
from patients.member_forms import MessageForm, SheetForm, SkipForm, StepForm
from patients.models import Membership, VisitSheet, VisitStep
from patients.views.memberships import membership_of

_MAY = ("patients.members", "patients.memberships")


def _sheet(request: HttpRequest, public_id: uuid.UUID, *, kind: str = "view") -> VisitSheet:
    rows = VisitSheet.objects.select_related("membership__patient", "membership__contact", "membership__level")
    row = get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    log_access(request.actor, kind, [row.membership.patient_id], page="visit-sheet")  # type: ignore[attr-defined]
    return row


def _step(request: HttpRequest, public_id: uuid.UUID) -> VisitStep:
    """A step of a sheet that the actor may see."""
    step = VisitStep.objects.select_related("sheet__membership__patient", "companion").filter(public_id=public_id)
    if (found := step.first()) is None:
        raise NotVisible("patients.visitstep", str(public_id))
    found.sheet = _sheet(request, found.sheet.public_id)
    return found


@requires(*_MAY)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A sheet for a visit day."""
    row, actor = membership_of(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        SheetForm(request.POST or None, initial={"day": today()}),
        lambda said: visit_sheets.make_sheet(row, **said, actor=actor, now=timezone.now()),
        refusals=MembershipError,
        title=_("One-stop visit sheet"),
        action=_("Make the sheet"),
        done=_("Sheet made."),
        back=reverse("patients:detail", args=[row.patient.public_id]),
        text=_("It begins with registration, tests, pharmacy and payment."),
        note=masking.mask_name(row.patient.name),
        landing=lambda sheet: reverse("patients:visit-sheet", args=[sheet.public_id]),
    )


@requires(*_MAY)
@require_GET
def sheet(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The steps of the day, to be ticked on the phone."""
    return TemplateResponse(request, "patients/visit_sheet.html", _sheet_context(_sheet(request, public_id)))


@requires(*_MAY)
@require_GET
def print_sheet(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The sheet on paper, masked; printing is recorded."""
    context = _sheet_context(_sheet(request, public_id, kind="print"))
    context |= {"printed_by": request.actor.staff, "purpose": _("one-stop visit sheet")}  # type: ignore[attr-defined]
    return TemplateResponse(request, "patients/visit_sheet_print.html", context)


def _sheet_context(row: VisitSheet) -> dict[str, Any]:
    now = timezone.now()
    steps = list(row.steps.select_related("companion", "done_by"))
    return {
        "sheet": row,
        "patient": row.membership.patient,
        "name": masking.mask_name(row.membership.patient.name),
        "steps": steps,
        "done": sum(1 for step in steps if step.state == "done"),
        "needed": sum(1 for step in steps if step.state != "skipped"),
        "may_tick": row.day <= today(now=now),
        "now": now,
    }


@requires(*_MAY)
@require_http_methods(["GET", "POST"])
def add_step(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One more step of the day."""
    row, actor = _sheet(request, public_id), request.actor  # type: ignore[attr-defined]
    return _step_page(
        request,
        row,
        StepForm(request.POST or None, initial={"kind": "other", "companion": row.membership.contact_id}),
        lambda said: visit_sheets.add_step(row, said, actor=actor),
        title=_("One more step"),
        done=_("Step added."),
    )


@requires(*_MAY)
@require_http_methods(["GET", "POST"])
def change_step(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where, with whom and when a step is."""
    step, actor = _step(request, public_id), request.actor  # type: ignore[attr-defined]
    names = ("kind", "title", "place", "planned_at")
    first = {**{name: getattr(step, name) for name in names}, "companion": step.companion_id}
    return _step_page(
        request,
        step.sheet,
        StepForm(request.POST or None, initial=first),
        lambda said: visit_sheets.change_step(step, said, actor=actor),
        title=str(step),
        done=_("Step changed."),
    )


@requires(*_MAY)
@require_http_methods(["GET", "POST"])
def skip_step(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A step is not needed."""
    step, actor = _step(request, public_id), request.actor  # type: ignore[attr-defined]
    return _step_page(
        request,
        step.sheet,
        SkipForm(request.POST or None),
        lambda said: visit_sheets.skip_step(step, **said, actor=actor),
        title=_("Skip: %(step)s") % {"step": step},
        done=_("Step skipped."),
    )


def _step_page(
    request: HttpRequest, row: VisitSheet, form: Any, act: Callable[[dict], Any], *, title: str, done: str
) -> HttpResponse:
    back = reverse("patients:visit-sheet", args=[row.public_id])
    save = _("Save")
    return act_page(request, form, act, refusals=MembershipError, title=title, action=save, done=done, back=back)


@requires(*_MAY)
@require_POST
def tick(request: HttpRequest, public_id: uuid.UUID, is_done: bool) -> HttpResponse:
    """A step is done, or planned again."""
    step, actor = _step(request, public_id), request.actor  # type: ignore[attr-defined]
    try:
        if is_done:
            visit_sheets.tick_step(step, actor=actor, now=timezone.now())
        else:
            visit_sheets.reopen_step(step, actor=actor)
    except MembershipError as refusal:
        say(request, str(refusal), late=True)
    return redirect("patients:visit-sheet", step.sheet.public_id)


def _threaded(request: HttpRequest, public_id: uuid.UUID) -> Membership:
    """The membership whose thread the actor may read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = Membership.objects.select_related("patient", "contact", "deputy", "level").filter(public_id=public_id).first()
    if row is None or not member_threads.may_read_thread(row, actor):
        raise Http404
    log_access(actor, "view", [row.patient_id], page="member-thread")
    return row


@requires(*_MAY)
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The messages about a member, newest first; a POST adds one."""
    row, actor = _threaded(request, public_id), request.actor  # type: ignore[attr-defined]
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member_threads.send(row, form.cleaned_data["text"], actor=actor, now=timezone.now())
            _read_to_newest(request, row)
        except MembershipError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Message sent."))
            return redirect("patients:member-thread", row.public_id)
    page = member_threads.messages_of(row, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    readings = [one for one in member_threads.readings_of(row) if one.staff_id != actor.staff.pk]
    context = {
        "membership": row,
        "name": masking.mask_name(row.patient.name),
        "form": form,
        "messages_shown": [
            {
                "row": message,
                "is_own": message.author_id == actor.staff.pk,
                "read_by": [
                    one.staff.name
                    for one in readings
                    if one.read_until >= message.sent_at and one.staff_id != message.author_id
                ],
            }
            for message in page.rows
        ],
        "newest": page.rows[0].pk if page.rows else None,
        "unread": member_threads.unread_of(row, actor.staff).count(),
        "page": page_urls(request, page),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/member_thread.html", context, status=422 if form.errors else 200)


@requires(*_MAY)
@require_POST
def thread_read(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was on the page has been read."""
    row = _threaded(request, public_id)
    _read_to_newest(request, row)
    return redirect("patients:member-thread", row.public_id)


def _read_to_newest(request: HttpRequest, row: Membership) -> None:
    """The reader has seen the page up to the message that the form names."""
    if (newest := whole_number(request.POST.get("newest"))) is not None:
        member_threads.mark_read(row, newest=newest, actor=request.actor)  # type: ignore[attr-defined]
