"""Flagged viewings: the security officer answers them, the auditor reads them; no clinical text, nobody unmasked."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from accounts.models import Role
from accounts.views.list_state import with_views
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.wording import moment
from hospital_crm.tenancy.counts import capped_counts
from patients.domain import masking, viewings
from patients.domain.viewings import FlagList, ViewingError
from patients.domain.watching import rules_of
from patients.filtered_lists import VIEWINGS
from patients.models import ViewingFlag
from patients.viewing_forms import AnswerForm, ViewingRulesForm


@requires("security.viewings", "audit.read")
@require_GET
@with_views(VIEWINGS)
def queue(request: HttpRequest) -> HttpResponse:
    """The flagged viewings, those to be answered first of all."""
    actor = request.actor  # type: ignore[attr-defined]
    state, reason = request.GET.get("state", ""), request.GET.get("reason", "")
    wanted = FlagList(
        actor,
        state if state in ViewingFlag.State.values else "open",
        reason if reason in ViewingFlag.Reason.values else "",
    )
    page = wanted.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    log_access(actor, "list", [row.patient_id for row in page.rows if row.patient_id], page="viewings")
    roles = {role.code: role.display_name for role in Role.objects.all()}
    chips, count = _chips(wanted)
    context = {
        "rows": [_row(row, roles, actor) for row in page.rows],
        "chips": chips,
        "count": count,
        "now": timezone.now(),
        "page": page_urls(request, page),
        "may_change": actor.can("security.viewings"),
    }
    return TemplateResponse(request, "patients/viewings.html", context)


def _row(row: ViewingFlag, roles: dict[str, str], actor: Any) -> dict[str, Any]:
    return {
        "row": row,
        "whose": _whose(row),
        "role": roles.get(row.role_code, row.role_code),
        "may_answer": row.state == "open" and actor.can("security.viewings") and row.staff_id != actor.staff.pk,
    }


def _chips(wanted: FlagList) -> tuple[list[dict[str, Any]], int]:
    """States, then reasons within the state; and the count of what is shown."""
    states = [(state, words, FlagList(wanted.actor, state)) for state, words in ViewingFlag.State.choices]
    reasons = [(key, words, FlagList(wanted.actor, wanted.state, key)) for key, words in ViewingFlag.Reason.choices]
    counts = capped_counts(*(one.rows for _key, _words, one in (*states, *reasons)))
    chips = []
    for (key, words, one), n in zip((*states, *reasons), counts, strict=True):
        is_on = key in (wanted.reason, wanted.state) if one.reason else not wanted.reason and key == wanted.state
        url = f"?state={one.state}&reason={one.reason}" if one.reason else f"?state={one.state}"
        chips.append({"label": words, "url": url, "count": n, "is_on": is_on})
    shown = next(n for chip, n in zip(chips, counts, strict=True) if chip["is_on"])
    return chips, shown


@requires("security.viewings")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What came of looking into one."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    row = get_visible_or_404(ViewingFlag.objects.select_related("staff", "patient"), actor, public_id=public_id)
    if request.method == "GET" and row.patient_id:
        log_access(actor, "list", [row.patient_id], page="viewings")
    return act_page(
        request,
        AnswerForm(request.POST or None),
        lambda said: viewings.answer(row, **said, actor=actor, now=now),
        refusals=ViewingError,
        title=_("Answer: viewing by %(name)s") % {"name": row.staff},
        action=pgettext("a flag", "Answer"),
        done=_("Answered."),
        back=reverse("patients:viewings"),
        text=" · ".join([moment(row.first_at, now), _whose(row), *row.reason_words]),
    )


def _whose(row: ViewingFlag) -> str:
    """Whose record was viewed, masked; of many how many."""
    if row.patient:
        return masking.mask_name(row.patient.name)
    return ngettext("%(n)s person", "%(n)s people", row.people) % {"n": row.people}


@requires("security.viewings")
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """What the hospital holds for unusual."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    return act_page(
        request,
        ViewingRulesForm(request.POST or None, instance=rules_of(now=now)),
        lambda said: viewings.change_rules(said, actor=actor, now=now),
        refusals=ViewingError,
        title=_("Rules of watched viewing"),
        action=_("Save"),
        done=_("Rules saved."),
        back=reverse("patients:viewings"),
        text=_("They hold for what is seen from the next hour on."),
    )
