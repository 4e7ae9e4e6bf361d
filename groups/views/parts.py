"""What is written into a unit's record: contacts, visits, values, deals, files. Each page is one act."""

import uuid
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.audit import record
from accounts.calendar import today
from groups.domain import opportunities, papers, units, visits
from groups.forms import (
    CallOffForm,
    CloseForm,
    ContactForm,
    DayForm,
    DealForm,
    FileForm,
    ForwardForm,
    ValueForm,
    VisitForm,
    VisitResultForm,
)
from groups.models import GroupContact, GroupFile, GroupVisit, Opportunity
from groups.views.acting import act_page, address, bound, visible_unit
from hospital_crm.private_files.serving import download
from hospital_crm.shell.toasts import say


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody at the unit."""
    group, actor = visible_unit(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, ContactForm),
        lambda said: units.add_contact(group, said, actor=actor),
        title=_("Add a contact"),
        action=_("Add contact"),
        done=_("Contact added."),
        back=address(group),
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def contact_end(request: HttpRequest, public_id: uuid.UUID, contact_id: int) -> HttpResponse:
    """We speak to somebody else from now on."""
    group, actor = visible_unit(request, public_id), request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(GroupContact, group=group, pk=contact_id)
    return act_page(
        request,
        bound(request, DayForm, initial={"on": today()}),
        lambda said: units.end_contact(found, on=said["on"], actor=actor),
        title=_("%(name)s is no contact any more") % {"name": found.name},
        action=_("End"),
        done=_("Contact ended."),
        back=address(group),
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A contact with the unit, to be made."""
    group, actor = visible_unit(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, VisitForm, group=group, initial={"planned_on": today()}),
        lambda said: visits.plan_visit(group, said, actor=actor),
        title=_("Plan a contact"),
        action=_("Plan"),
        done=_("Planned."),
        back=address(group),
    )


def _open_visit(request: HttpRequest, public_id: uuid.UUID, visit_id: int) -> GroupVisit:
    rows = GroupVisit.objects.open().select_related("group")
    return get_visible_or_404(rows, request.actor, pk=visit_id, group__public_id=public_id)  # type: ignore[attr-defined]


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def visit_result(request: HttpRequest, public_id: uuid.UUID, visit_id: int) -> HttpResponse:
    """What came of a planned contact, and what follows."""
    planned, actor = _open_visit(request, public_id, visit_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, VisitResultForm, initial={"done_on": today()}),
        lambda said: visits.finish_visit(planned, actor=actor, **said),
        title=_("Write the result"),
        action=_("Save result"),
        done=_("Result saved."),
        back=_back_of(request, planned),
        text=f"{planned.group.name} {planned.purpose}",
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def visit_call_off(request: HttpRequest, public_id: uuid.UUID, visit_id: int) -> HttpResponse:
    """A planned contact is not made."""
    planned, actor = _open_visit(request, public_id, visit_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, CallOffForm),
        lambda said: visits.call_off(planned, on=today(), reason=said["reason"], actor=actor),
        title=_("Call the contact off"),
        action=_("Call off"),
        done=_("Called off."),
        back=_back_of(request, planned),
        text=f"{planned.group.name} {planned.purpose}",
    )


def _back_of(request: HttpRequest, planned: GroupVisit) -> str:
    """Where the act was begun: the day, or the unit."""
    return reverse("groups:day") if request.GET.get("back") == "day" else address(planned.group)


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def value(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the unit brought in a year."""
    group, actor = visible_unit(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, ValueForm, initial={"year": today().year}),
        lambda said: units.record_value(group, said, actor=actor),
        title=_("Value of a year"),
        action=_("Record it"),
        done=_("Value recorded."),
        back=address(group),
        text=_("The same year and source again corrects the figure."),
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def deal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Business that may come."""
    group, actor = visible_unit(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, DealForm),
        lambda said: opportunities.open_deal(group, said, actor=actor),
        title=_("Note an opportunity"),
        action=_("Note it"),
        done=_("Opportunity noted."),
        back=address(group),
    )


def _open_deal(request: HttpRequest, public_id: uuid.UUID, deal_id: int) -> Opportunity:
    rows = Opportunity.objects.open().select_related("group")
    return get_visible_or_404(rows, request.actor, pk=deal_id, group__public_id=public_id)  # type: ignore[attr-defined]


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def deal_forward(request: HttpRequest, public_id: uuid.UUID, deal_id: int) -> HttpResponse:
    """How far a deal is."""
    found, actor = _open_deal(request, public_id, deal_id), request.actor  # type: ignore[attr-defined]
    kept = Opportunity.objects.get(pk=found.pk)

    def act(said: dict[str, Decimal]) -> None:
        opportunities.bring_forward(kept, actor=actor, **said)  # type: ignore[arg-type]

    return act_page(
        request,
        bound(request, ForwardForm, instance=found),
        act,
        title=_("How far the deal is"),
        action=_("Save"),
        done=_("Deal saved."),
        back=address(kept.group),
        text=kept.title,
    )


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def deal_close(request: HttpRequest, public_id: uuid.UUID, deal_id: int) -> HttpResponse:
    """Won or lost."""
    found, actor = _open_deal(request, public_id, deal_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        bound(request, CloseForm, initial={"on": today()}),
        lambda said: opportunities.close_deal(
            found, won=said["outcome"] == "won", reason=said["reason"], on=said["on"], actor=actor
        ),
        title=_("Close the deal"),
        action=_("Close"),
        done=_("Deal closed."),
        back=address(found.group),
        text=found.title,
    )


@requires("groups.edit")
@require_POST
def attach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file to keep with the unit."""
    group = visible_unit(request, public_id)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        papers.attach(group, said["file"], note=said["note"], actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        say(request, _("File attached."))
    else:
        say(request, " ".join(" ".join(errors) for errors in form.errors.values()), late=True)
    return redirect("groups:history", group.public_id)


@requires("groups.view")
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file of a unit, for those who see the unit; taking it is recorded."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(GroupFile.objects.select_related("group"), actor, public_id=public_id)
    answer = download(found)
    record("groups.file.open", found.group, actor=actor, file=str(found.public_id))
    return answer


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def file_remove(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Delete a file of a unit."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(GroupFile.objects.select_related("group"), actor, public_id=public_id)
    return act_page(
        request,
        None,
        lambda said: papers.remove(found, actor=actor),
        title=_("Delete the file of the unit"),
        action=_("Delete"),
        done=_("File deleted."),
        back=address(found.group, "groups:history"),
        text=found.title,
        danger=True,
    )
