"""Who belongs to a unit: joining, leaving, key persons, and those a complete roster did not name."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.calendar import today
from groups.domain import members
from groups.forms import DayForm, MemberForm
from groups.models import GroupCustomer, GroupMember
from groups.views.acting import act_page, bound, visible_unit
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_numbers
from patients.domain.search import person_with_number


def add_member(request: HttpRequest, group: GroupCustomer, form: MemberForm) -> bool:
    """Somebody joins, named by record number: the person need not be visible to the liaison before. Answers whether it
    was done; what is wrong is said in the form.
    """
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.can("groups.edit"):
        form.add_error(None, _("You may not change members."))
        return False
    if not form.is_valid():
        return False
    values = form.cleaned_data
    patient = person_with_number(values.pop("number"))
    if patient is None:
        form.add_error("number", _("No person has this record number."))
        return False
    try:
        members.add_member(group, patient, joined_on=today(), actor=actor, **values)
    except members.MemberError as refusal:
        form.add_error(None, str(refusal))
        return False
    say(request, _("Member added."))
    return True


def _member_or_404(request: HttpRequest, public_id: uuid.UUID, member_id: int) -> GroupMember:
    current = GroupMember.objects.current().select_related("group")
    return get_visible_or_404(current, request.actor, pk=member_id, group__public_id=public_id)  # type: ignore[attr-defined]


@requires("groups.edit")
@require_POST
def key_person(request: HttpRequest, public_id: uuid.UUID, member_id: int) -> HttpResponse:
    """Marks or unmarks a key person."""
    row = _member_or_404(request, public_id, member_id)
    members.set_key_person(row, not row.is_key_person, actor=request.actor)  # type: ignore[attr-defined]
    say(request, _("No key person any more.") if row.is_key_person else _("Marked as key person."))
    return redirect("groups:members", public_id)


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def remove_member(request: HttpRequest, public_id: uuid.UUID, member_id: int) -> HttpResponse:
    """The person leaves the unit, on a day."""
    row = _member_or_404(request, public_id, member_id)
    form = bound(request, DayForm, initial={"on": today()})
    form.fields["on"].label = _("Left on")
    actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        form,
        lambda said: members.remove_member(row, on=said["on"], actor=actor),
        title=_("Member leaves the unit"),
        action=_("Has left"),
        done=_("Member removed."),
        back=reverse("groups:members", args=[public_id]),
        text=_("From that day on the benefits of the unit do not apply any more."),
    )


@requires("groups.edit")
@require_POST
def absent(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Of members a complete roster did not name: those marked, or all of them, have left or stay."""
    group = visible_unit(request, public_id)
    have_left = request.POST.get("decision") == "left"
    picked = whole_numbers(request.POST.getlist("picked"))
    everyone = bool(request.POST.get("all_matching"))
    if not picked and not everyone:
        say(request, _("Mark members first."), late=True)
        return redirect(f"{reverse('groups:members', args=[public_id])}?list=absent")
    actor = request.actor  # type: ignore[attr-defined]
    done = members.decide_absent(group, None if everyone else picked, have_left=have_left, actor=actor, on=today())
    left = ngettext("%(n)s member has left.", "%(n)s members have left.", done)
    stay = ngettext("%(n)s member stays.", "%(n)s members stay.", done)
    say(request, (left if have_left else stay) % {"n": done})
    return redirect("groups:members", public_id)
