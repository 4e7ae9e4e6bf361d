"""Building a segment: every step is a POST of the whole rule, so that it works without scripts; with them only the rule
is drawn anew, and the number of people follows by itself.
"""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import requires
from accounts.actors import Actor
from accounts.calendar import today
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_numbers
from patients import segment_forms
from patients.domain.segments import compiling, keeping, reading, rules, words
from patients.domain.segments.rules import Group, Line, Rule, RuleError
from patients.models import Segment
from patients.segment_forms import Drawing, SegmentForm
from patients.views.segments import visible_segment

_BLANK = Rule(Group("all", (Line("", ""),)))


@requires("patients.segments")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A segment of one's own."""
    return _built(request, None, _BLANK, {}, back=reverse("segments:list"))


@requires("patients.segments")
@require_GET
def copy(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The builder with the rule of another segment; saving makes one of one's own."""
    segment = visible_segment(request, public_id)
    title = _("%(name)s (copy)") % {"name": keeping.title_of(segment)}
    initial = {"name": title[:60], "description": keeping.purpose_of(segment)}
    address = reverse("segments:create")
    return _built(request, None, keeping.rule_of(segment), initial, back=_address(segment), address=address)


@requires("patients.segments")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Changes a segment; another rule makes another version."""
    segment = visible_segment(request, public_id)
    if not keeping.may_change(segment, request.actor):  # type: ignore[attr-defined]
        say(request, _("Only the owner changes this segment. Copy it."), late=True)
        return redirect("segments:detail", public_id)
    initial = {
        "name": keeping.title_of(segment),
        "description": keeping.purpose_of(segment),
        "shared_with": segment.shared_with,
        "version": segment.version,
    }
    return _built(request, segment, keeping.rule_of(segment), initial, back=_address(segment))


def _built(
    request: HttpRequest,
    segment: Segment | None,
    rule: Rule,
    initial: dict[str, Any],
    *,
    back: str,
    address: str = "",
) -> HttpResponse:
    """The builder; on POST one step of it, or the end."""
    posted = request.POST if request.method == "POST" else None
    form = SegmentForm(posted, initial=initial, is_new=segment is None)
    step = posted.get("do", "save") if posted is not None else ""
    problems: dict[str, str] = {}
    if posted is not None:
        rule = segment_forms.posted_rule(posted)
    if step == "save" and form.is_valid():
        try:
            kept = _save(request, segment, rule, form)
        except RuleError as refusal:
            problems = refusal.problems
        except keeping.SegmentError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Segment saved. Its people are being counted."))
            return redirect("segments:detail", kept.public_id)
    elif step == "save":
        problems = rules.problems_of(rule, actor=request.actor, today=today())  # type: ignore[attr-defined]
    rule, fresh = _stepped(rule, step)
    context = {**_drawn(request, rule, problems, fresh), "form": form, "segment": segment, "back": back}
    context |= {"address": address, "is_step": bool(step) and step != "save"}
    if step == "count":
        context |= _counted(request, rule)
    refused = step == "save"
    if request.htmx and not refused:  # type: ignore[attr-defined]
        return trigger_client_event(
            TemplateResponse(request, "patients/segments/builder.html#rule", context), "rule-changed"
        )
    return TemplateResponse(request, "patients/segments/builder.html", context, status=422 if refused else 200)


def _save(request: HttpRequest, segment: Segment | None, rule: Rule, form: SegmentForm) -> Segment:
    values = dict(form.cleaned_data)
    known = values.pop("version") or 0
    common = {"rule": rule, "actor": request.actor, "now": timezone.now()}  # type: ignore[attr-defined]
    if segment is None:
        return keeping.create_segment(**values, **common)
    return keeping.change_segment(segment, **values, **common, known_version=known)


def _stepped(rule: Rule, step: str) -> tuple[Rule, str]:
    """The rule after a step, and the name of the line that it added."""
    after = segment_forms.stepped(rule, step)
    act, _colon, name = step.partition(":")
    if act not in ("line", "group") or after == rule:
        return after, ""
    place = whole_numbers(name.split("-")[1:])
    group = after.root
    for number in place:
        group = group.parts[number]  # type: ignore[assignment]
    added = f"{name}-{len(group.parts) - 1}"
    return after, f"{added}-0" if act == "group" else added


def _drawn(request: HttpRequest, rule: Rule, problems: dict[str, str], fresh: str) -> dict[str, Any]:
    drawing = Drawing(request.actor, problems, fresh)  # type: ignore[attr-defined]
    box = drawing.boxes(rule)
    return {"box": box, "lists": drawing.lists, "with_deceased": rule.with_deceased}


@requires("patients.segments")
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """How many people the rule in the boxes finds, and how it reads, while it is being built."""
    return TemplateResponse(
        request, "patients/segments/counted.html", _counted(request, segment_forms.posted_rule(request.POST))
    )


def _counted(request: HttpRequest, rule: Rule) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    whole, unfinished = segment_forms.finished(rule, actor=actor, today=today(now=now))
    context: dict[str, Any] = {"is_counted": True, "unfinished": unfinished, "sees_all": actor.sees == "all"}
    if not whole.root.parts:
        return {**context, "is_empty": True}
    number = compiling.count(whole, actor=actor, now=now)
    return {
        **context,
        "number": number,
        "tells_few": reading.may_know(rules.facts_of(whole), actor),
        "is_too_slow": number is None,
        "said": words.said(whole.root),
        "with_deceased": whole.with_deceased,
    }


def _address(segment: Segment) -> str:
    return reverse("segments:detail", args=[segment.public_id])
