"""The levels of membership with what they give, and the service standards: to read and to change."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from hospital_crm.i18n.localized import localized
from hospital_crm.shell.acting import act_page
from patients.domain import levels
from patients.domain.memberships import MembershipError
from patients.member_forms import LevelForm, ServiceForm, standard_form
from patients.models import AgreedService, MembershipLevel, ServiceStandard


@requires("patients.members", "patients.memberships", "patients.membership_levels")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What each level gives, and how soon people of each category are served."""
    actor = request.actor  # type: ignore[attr-defined]
    standards = [{"row": row, "words": localized(row.words)} for row in ServiceStandard.objects.all()]
    context = {
        "levels": MembershipLevel.objects.prefetch_related("services"),
        "standards": standards,
        "may_change": actor.can("patients.membership_levels"),
    }
    return TemplateResponse(request, "patients/levels.html", context)


@requires("patients.membership_levels")
@require_http_methods(["GET", "POST"])
def level(request: HttpRequest, public_id: uuid.UUID | None = None) -> HttpResponse:
    """One level, or one more."""
    row = get_object_or_404(MembershipLevel, public_id=public_id) if public_id else MembershipLevel()
    actor = request.actor  # type: ignore[attr-defined]
    names = ("rank", "booking_priority", "call_priority", "answer_minutes", "first_appointment_days", "is_offered")
    form = LevelForm(request.POST or None, texts=row.names, initial={name: getattr(row, name) for name in names})
    return act_page(
        request,
        form,
        lambda said: levels.save_level(row, {**form.values(), "names": form.texts()}, actor=actor),
        refusals=MembershipError,
        title=str(row) if public_id else _("New level"),
        action=_("Save"),
        done=_("Level saved."),
        back=reverse("patients:levels"),
        text=_("It holds for every member of the level at once."),
    )


@requires("patients.membership_levels")
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest, public_id: uuid.UUID, is_new: bool = False) -> HttpResponse:
    """A service of a level: one more (`public_id` is the level's), or one that is there."""
    if is_new:
        row = AgreedService(level=get_object_or_404(MembershipLevel, public_id=public_id))
    else:
        row = get_object_or_404(AgreedService.objects.select_related("level"), public_id=public_id)
    actor = request.actor  # type: ignore[attr-defined]
    first = {"times": row.times, "per": row.per, "is_active": row.is_active}
    form = ServiceForm(request.POST or None, texts=row.names, initial=first)
    return act_page(
        request,
        form,
        lambda said: levels.save_service(row, {**form.values(), "names": form.texts()}, actor=actor),
        refusals=MembershipError,
        title=_("Service of %(level)s") % {"level": row.level},
        action=_("Save"),
        done=_("Service saved."),
        back=reverse("patients:levels"),
        text=_("It holds for every member of the level at once."),
    )


@requires("patients.membership_levels")
@require_http_methods(["GET", "POST"])
def standard(request: HttpRequest, category: str) -> HttpResponse:
    """The service standard of a category."""
    row = get_object_or_404(ServiceStandard, category=category)
    actor, form = request.actor, standard_form(request.POST or None, row)  # type: ignore[attr-defined]
    return act_page(
        request,
        form,
        lambda said: levels.change_standard(row, {**form.values(), "words": form.texts()}, actor=actor),
        refusals=MembershipError,
        title=_("Service standard: %(category)s") % {"category": row},
        action=_("Save"),
        done=_("Standard saved."),
        back=reverse("patients:levels"),
    )
