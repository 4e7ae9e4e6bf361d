"""Labels of one person: the card beside the timeline, setting one by hand, giving it back, noting a win-back call."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from accounts.calendar import today
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.toasts import say
from patients.domain import masking, profiling, winback
from patients.domain.label_overrides import LabelOverrideError, give_back_to_rules, set_by_hand
from patients.domain.label_reading import history_of, labels_of
from patients.label_forms import ByHandForm, WinBackForm
from patients.models import PersonLabel
from patients.models.label_words import VALUES, Axis, value_word
from patients.views.person import part_of, visible_person


@requires("patients.care")
@require_GET
def panel_labels(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Which group and stage, why, what is done for people there, what was before."""
    patient, now = part_of(request, public_id), timezone.now()
    actor = request.actor  # type: ignore[attr-defined]
    refuses = profiling.refuses(patient)
    history = [
        {"label": label, "axis": str(Axis(label.axis).label), "word": value_word(label.axis, label.value)}
        for label in history_of(patient)
    ]
    context = {
        "patient": patient,
        "now": now,
        "said": labels_of(patient, now=now),
        "history": history,
        "refuses": refuses,
        "may_give": patient.contact_state in ("open", "stopped"),
        "may_set": actor.can("patients.edit") and not refuses and patient.contact_state in ("open", "stopped"),
    }
    return TemplateResponse(request, "patients/labels.html#panel", context)


@requires("patients.edit")
@require_http_methods(["GET", "POST"])
def by_hand(request: HttpRequest, public_id: uuid.UUID, axis: str) -> HttpResponse:
    """Somebody who knows the person says otherwise than the rules."""
    if axis not in VALUES:
        raise Http404
    patient, now = visible_person(request, public_id), timezone.now()
    actor = request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        ByHandForm(request.POST if request.method == "POST" else None, axis=axis, today=today(now=now)),
        lambda said: set_by_hand(patient=patient, axis=axis, actor=actor, now=now, **said),
        refusals=LabelOverrideError,
        title=_("Set by hand: %(axis)s") % {"axis": Axis(axis).label},
        action=_("Set by hand"),
        done=_("Set by hand."),
        back=reverse("patients:detail", args=[patient.public_id]),
        text=_("It holds to its last day, whatever the rules say, and is shown as set by hand."),
        note=masking.mask_name(patient.name),
    )


@requires("patients.edit")
@require_POST
def give_back(request: HttpRequest, public_id: uuid.UUID, axis: str) -> HttpResponse:
    """The rules decide again."""
    patient = visible_person(request, public_id, log=False)
    label = PersonLabel.objects.current().filter(patient=patient, axis=axis, by_hand=True).first()
    if label is not None:
        give_back_to_rules(label=label, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        say(request, _("The rules decide again."))
    return redirect("patients:detail", patient.public_id)


@requires("patients.classification")
@require_http_methods(["GET", "POST"])
def win_back_call(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What came of a call to somebody who no longer comes."""
    patient, actor = visible_person(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        WinBackForm(request.POST if request.method == "POST" else None),
        lambda said: winback.note_call(patient=patient, actor=actor, now=timezone.now(), **said),
        refusals=winback.WinBackError,
        title=_("Note a win-back call"),
        action=_("Note the call"),
        done=_("Call noted."),
        back=reverse("patients:win-back"),
        text=_("Ask how the person is and why the revisit was missed. Do not sell."),
        note=masking.mask_name(patient.name),
    )
