"""The label rules and strategies: to read for everybody who reads the classification, to change for the manager."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from hospital_crm.shell.toasts import say
from patients.domain import label_rules
from patients.domain.label_preview import preview
from patients.domain.label_reading import strategy_words
from patients.domain.label_rules import LabelRuleError, line_words
from patients.domain.label_strategies import StrategyError, change_strategy
from patients.label_forms import LineForm, NewLineForm, PointsForm, StrategyForm
from patients.models import LabelRuleSet, LabelStrategy
from patients.models.label_words import BY_POINTS, VALUES, Axis, value_word
from patients.views.classification import READERS, tabs_of


@requires(*READERS)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The published version line by line, and the versions before."""
    actor = request.actor  # type: ignore[attr-defined]
    published = label_rules.published_rules()
    lines = list(published.rules.filter(is_active=True)) if published else []
    context = {
        "tabs": tabs_of(actor, "label-rules"),
        "published": published,
        "axes": [_axis(axis, [line_words(line) for line in lines if line.axis == axis]) for axis in VALUES],
        "versions": LabelRuleSet.objects.select_related("published_by")[:20],
        "draft": LabelRuleSet.objects.filter(state=LabelRuleSet.State.DRAFT).first(),
        "may_change": actor.can("patients.label_rules"),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/label_rules.html", context)


def _axis(axis: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    for line in lines:
        line["value_word"] = value_word(axis, line["line"].value)
    return {"axis": axis, "words": str(Axis(axis).label), "by_points": axis in BY_POINTS, "lines": lines}


@requires("patients.label_rules")
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """The draft to change: all lines on one page, saved together. A POST without one begins it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = LabelRuleSet.objects.filter(state=LabelRuleSet.State.DRAFT).first()
    if found is None:
        if request.method == "GET":
            return redirect("patients:label-rules")
        return _done(request, lambda: label_rules.start_draft(actor=actor), _("Draft begun."))
    data = request.POST if request.method == "POST" and "save" in request.POST else None
    forms = [LineForm(data, line=line) for line in found.rules.select_related("rule_set")]
    points = PointsForm(data, initial={"least_points": found.least_points})
    if data is not None and all([points.is_valid(), *[form.is_valid() for form in forms]]):
        return _done(request, lambda: _save(found, points, forms, actor), _("Draft saved."))
    return _draft_page(request, found, forms=forms, points=points, status=422 if data is not None else 200)


def _save(found: LabelRuleSet, points: PointsForm, forms: list[LineForm], actor: Any) -> None:
    label_rules.set_least_points(draft=found, points=points.cleaned_data["least_points"], actor=actor)
    for form in forms:
        label_rules.change_line(
            line=form.line,
            numbers=form.numbers,
            points=form.cleaned_data.get("points", form.line.points),
            is_active=form.cleaned_data["is_active"],
            actor=actor,
        )


def _draft_page(
    request: HttpRequest,
    found: LabelRuleSet,
    *,
    forms: list[LineForm] | None = None,
    points: PointsForm | None = None,
    new: NewLineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    forms = forms or [LineForm(line=line) for line in found.rules.all()]
    axes = []
    for axis in VALUES:
        lines = [{**line_words(form.line), "form": form} for form in forms if form.line.axis == axis]
        axes.append(_axis(axis, lines))
    context = {
        "draft": found,
        "axes": axes,
        "points": points or PointsForm(initial={"least_points": found.least_points}),
        "new": new or NewLineForm(),
    }
    return TemplateResponse(request, "patients/label_draft.html", context, status=status)


@requires("patients.label_rules")
@require_POST
def add_line(request: HttpRequest) -> HttpResponse:
    """One more line of the draft."""
    found = get_object_or_404(LabelRuleSet, state=LabelRuleSet.State.DRAFT)
    new = NewLineForm(request.POST)
    if not new.is_valid():
        return _draft_page(request, found, new=new, status=422)
    actor = request.actor  # type: ignore[attr-defined]
    return _done(request, lambda: label_rules.add_line(draft=found, actor=actor, **new.line), _("Line added."))


@requires("patients.label_rules")
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """What the draft would change, and putting it in force."""
    found = get_object_or_404(LabelRuleSet, state=LabelRuleSet.State.DRAFT)
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    if request.method == "POST":
        words = _("Published. Everybody is labelled anew as soon as a worker is free.")
        return _done(request, lambda: label_rules.publish(draft=found, actor=actor, now=now), words, "label-rules")
    tried = preview(found, now=now)
    changes = [
        {"axis": str(Axis(one.axis).label), "before": one.before or "—", "after": one.after or "—", "n": one.n}
        for one in tried.changes
    ]
    context = {"draft": found, "tried": tried, "changes": changes}
    return TemplateResponse(request, "patients/label_publish.html", context)


@requires("patients.label_rules")
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """The draft goes."""
    found = get_object_or_404(LabelRuleSet, state=LabelRuleSet.State.DRAFT)
    actor = request.actor  # type: ignore[attr-defined]
    return _done(
        request, lambda: label_rules.discard_draft(draft=found, actor=actor), _("Draft discarded."), "label-rules"
    )


def _done(request: HttpRequest, act: Any, words: str, page: str = "label-draft") -> HttpResponse:
    """Does it and goes on; a refusal is said on the page one comes to."""
    try:
        act()
    except LabelRuleError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, words)
    return redirect(f"patients:{page}")


@requires(*READERS)
@require_GET
def strategies(request: HttpRequest) -> HttpResponse:
    """What people of each group and stage expect, and what is done for them."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = {(row.axis, row.value): row for row in LabelStrategy.objects.all()}
    axes = [
        {
            "words": str(Axis(axis).label),
            "rows": [_strategy(axis, value, rows.get((axis, value))) for value in VALUES[axis].values],
        }
        for axis in VALUES
    ]
    context = {
        "tabs": tabs_of(actor, "strategies"),
        "axes": axes,
        "may_change": actor.can("patients.label_rules"),
    }
    return TemplateResponse(request, "patients/strategies.html", context)


def _strategy(axis: str, value: str, row: LabelStrategy | None) -> dict[str, Any]:
    return {
        "word": value_word(axis, value),
        "texts": strategy_words(row),
        "url": reverse("patients:strategy", args=[axis, value]) if row else "",
    }


@requires("patients.label_rules")
@require_http_methods(["GET", "POST"])
def strategy(request: HttpRequest, axis: str, value: str) -> HttpResponse:
    """The texts of one group or stage in three languages."""
    row = LabelStrategy.objects.filter(axis=axis, value=value).first()
    if row is None:
        raise Http404
    form = StrategyForm(request.POST if request.method == "POST" else None, strategy=row)
    if form.is_valid():
        actor = request.actor  # type: ignore[attr-defined]
        try:
            change_strategy(strategy=row, texts=form.texts, actor=actor, now=timezone.now())
        except StrategyError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Strategy saved."))
            return redirect("patients:strategies")
    context = {"form": form, "word": value_word(axis, value), "axis_words": str(Axis(axis).label)}
    return TemplateResponse(request, "patients/strategy.html", context, status=422 if form.errors else 200)
