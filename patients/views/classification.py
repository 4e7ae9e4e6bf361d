"""The hospital's people by specialty, disease and region, by group and stage; who is behind a number; whom to win
back.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from accounts.models import Department
from accounts.views.list_state import with_views
from hospital_crm.shell.paging import page_urls, query
from hospital_crm.shell.small_numbers import LEAST, count_shown
from hospital_crm.shell.wording import FEW_ANSWERS
from hospital_crm.typed import whole_number
from patients import label_measures
from patients.domain import divisions, figures
from patients.domain.codes import group_names
from patients.domain.label_lists import NOT_KNOWN, LabelledPeople
from patients.domain.lists import closed_words
from patients.domain.people_filters import closed_among
from patients.domain.people_list import PEOPLE, USUAL
from patients.domain.rows import person_rows
from patients.domain.winback import WinBackList, lost_of
from patients.filtered_lists import CLASSIFICATION, WIN_BACK
from patients.label_forms import DIMENSIONS, CrossingForm, WinBackFilter
from patients.models.label_words import VALUES, Axis, value_word
from patients.views.lists import address_of_record

PERIODS = (30, 90, 365)
READERS = ("patients.classification", "reports.hospital")


def counts_exactly(actor: Actor) -> bool:
    """Who sees all people sees every number and its list; whoever reads aggregates only sees none under five."""
    return actor.can("patients.classification") and actor.sees == "all"


def tabs_of(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The pages of classification that the actor may open."""
    pages = [
        ("classification", _("Specialty, disease, region"), READERS),
        ("stages", _("Groups and stages"), READERS),
        ("win-back", _("Win-back list"), ("patients.classification",)),
        ("label-rules", _("Label rules"), READERS),
        ("strategies", _("Strategies"), READERS),
    ]
    return [
        {"label": label, "url": reverse(f"patients:{name}"), "count": None, "is_on": name == current, "is_late": False}
        for name, label, capabilities in pages
        if any(actor.can(capability) for capability in capabilities)
    ]


@requires(*READERS)
@require_GET
@with_views(CLASSIFICATION)
def crossing(request: HttpRequest) -> HttpResponse:
    """Two of specialty, disease and region crossed, the third as a filter."""
    actor = request.actor  # type: ignore[attr-defined]
    form = CrossingForm(request.GET)
    form.is_valid()
    rows, columns, only = (form.cleaned_data.get(name, "") for name in ("rows", "columns", "only"))
    chosen = (int(only) if form.third == "department" else only) if only else None
    found = figures.crossing(rows=rows, columns=columns, chosen=chosen)
    exact = counts_exactly(actor)
    context = {
        "form": form,
        "tabs": tabs_of(actor, "classification"),
        "row_words": DIMENSIONS[rows],
        "column_words": DIMENSIONS[columns],
        "found": found,
        "table": _table(found, rows, columns, _addresses(actor, {form.third: only} if only else {}), exact),
        "exact": exact,
        "run": figures.last_run(),
        "now": timezone.now(),
        "reset": reverse("patients:classification") if request.GET else "",
    }
    return TemplateResponse(request, "patients/crossing.html", context)


def _table(
    found: figures.Crossing, rows: str, columns: str, address: Callable[..., str], exact: bool
) -> dict[str, Any]:
    """The numbers as they may be shown, each with the way to its list where the reader may see the people.

    Of what is too small to show the totals hold nothing either, so that no subtraction brings it back.
    """
    numbers = found.cells if exact else {place: n for place, n in found.cells.items() if n >= LEAST}

    def head(one: figures.Head, name: str) -> dict[str, Any]:
        place = 0 if name == rows else 1
        total = one.total if exact else sum(n for key, n in numbers.items() if key[place] == one.key)
        words = {"word": one.word or _("not known"), "code": one.code}
        return {**words, "n": f"{total:,}", "url": address(**{name: one.key})}

    def cell(row: figures.Head, column: figures.Head) -> dict[str, Any]:
        n = found.cells.get((row.key, column.key), 0)
        shown = f"{n:,}" if exact else count_shown(n)
        return {"n": shown, "is_none": not n, "url": address(**{rows: row.key, columns: column.key}) if n else ""}

    return {
        "columns": [head(column, columns) for column in found.columns],
        "rows": [
            {"head": head(row, rows), "cells": [cell(row, column) for column in found.columns]} for row in found.rows
        ],
        "total": {"n": f"{found.total if exact else sum(numbers.values()):,}", "url": address()},
    }


def _addresses(actor: Actor, fixed: dict[str, str]) -> Callable[..., str]:
    """The way from a number to its people; none where the reader may not see them, or not filter a list by it."""
    base = reverse("patients:classified")

    def address(**chosen: Any) -> str:
        if not counts_exactly(actor) or closed_among(actor, {*chosen, *fixed}):
            return ""
        return f"{base}?{urlencode({**fixed, **{name: key or NOT_KNOWN for name, key in chosen.items()}})}"

    return address


@requires(*READERS)
@require_GET
def stages(request: HttpRequest) -> HttpResponse:
    """How many people stand where, and how many moved in the last period."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    day = today(now=now)
    asked = whole_number(request.GET.get("days"))
    days = asked if asked in PERIODS else PERIODS[0]
    exact = counts_exactly(actor)
    since = day - dt.timedelta(days=days)
    found = figures.funnels(since=since)
    measured = [(one, one.counted(figures.beginning_of(since))) for one in label_measures.measures()]
    context = {
        "tabs": tabs_of(actor, "stages"),
        "periods": [
            {
                "label": _("%(n)s days") % {"n": n},
                "url": f"?days={n}",
                "count": None,
                "is_on": n == days,
                "is_late": False,
            }
            for n in PERIODS
        ],
        "days": days,
        "funnels": [_funnel_shown(one, exact, measured) for one in found.values()],
        "measures": [one.label for one, _counted in measured],
        "exact": exact,
        "run": figures.last_run(),
        "now": now,
    }
    return TemplateResponse(request, "patients/stages.html", context)


def _measured_shown(part: label_measures.Part) -> dict[str, Any]:
    """The share, where so many are behind it that it says something; else that they are few, or none."""
    is_few = part.of < FEW_ANSWERS
    return {"share": None if is_few else 100 * part.n / part.of, "of": part.of, "is_few": is_few and part.of > 0}


def _funnel_shown(
    funnel: figures.Funnel,
    exact: bool,
    measured: list[tuple[label_measures.Measure, Mapping[str, Mapping[str, label_measures.Part]]]],
) -> dict[str, Any]:
    """One axis with its chart and the sentence for those who do not see it.

    Of what is too small to show neither shares nor those who came and left hold anything, so that no subtraction
    brings it back.
    """
    say = (lambda n: f"{n:,}") if exact else count_shown
    base = reverse("patients:classified")
    listed = [stage for stage in funnel.stages if exact or stage.n == 0 or stage.n >= LEAST]
    has_shares = len(listed) == len(funnel.stages)
    moves = [(before, after, n) for (before, after), n in funnel.moves.items() if exact or n >= LEAST]
    values = VALUES[funnel.axis].values
    top = max(funnel.stages, key=lambda stage: stage.n)
    return {
        "axis": funnel.axis,
        "words": str(Axis(funnel.axis).label),
        "chart": _funnel_chart(funnel, listed),
        "finding": _("Most people are %(word)s: %(n)s.") % {"word": top.word, "n": say(top.n)}
        if top.n
        else _("Nobody yet."),
        "stages": [
            {
                "word": stage.word,
                "n": say(stage.n),
                "share": stage.share if has_shares else None,
                "came": f"{sum(n for _before, after, n in moves if after == stage.value):,}",
                "left": f"{sum(n for before, _after, n in moves if before == stage.value):,}",
                "url": f"{base}?{funnel.axis}={stage.value}" if exact else "",
                "measured": [
                    _measured_shown(counted.get(funnel.axis, {}).get(stage.value, label_measures.Part()))
                    for _one, counted in measured
                ],
            }
            for stage in funnel.stages
        ],
        "without": {
            "n": say(funnel.without) if has_shares else "—",
            "url": f"{base}?{funnel.axis}={NOT_KNOWN}" if exact else "",
        },
        "moves": [_moves_from(funnel, before, say) for before in values],
        "heads": [value_word(funnel.axis, after) for after in values],
        "has_moves": bool(funnel.moves),
    }


def _funnel_chart(funnel: figures.Funnel, listed: list[Any]) -> dict[str, Any]:
    """The stages as bars; a gap where a number is too small to show."""
    data = [stage.n if stage in listed else None for stage in funnel.stages]
    names = [stage.word for stage in funnel.stages]
    return {"kind": "bar", "names": names, "series": [{"name": _("People"), "data": data, "tone": "accent"}]}


def _moves_from(funnel: figures.Funnel, before: str, say: Callable[[int], str]) -> dict[str, Any]:
    """How many went from one stage to each other."""
    numbers = [funnel.moves.get((before, after), 0) for after in VALUES[funnel.axis].values]
    return {"word": value_word(funnel.axis, before), "cells": [{"n": say(n), "is_none": not n} for n in numbers]}


@requires("patients.classification")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The people behind a number of the classification."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = {name: request.GET[name] for name in (*VALUES, *DIMENSIONS) if request.GET.get(name)}
    listed = LabelledPeople(actor=actor, chosen=chosen)
    page = listed.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    log_access(actor, "list", [patient.pk for patient in page.rows], page="classified")
    day = today()
    context = {
        "rows": person_rows(page.rows, actor, day, address_of_record()),
        "today": day,
        "count": listed.count(),
        "chosen": [_chosen_words(request, name, listed.closed) for name in chosen],
        "tabs": tabs_of(actor, ""),
        "columns": {column.key for column in PEOPLE.chosen(actor, USUAL)},
        **page_urls(request, page),
    }
    return TemplateResponse(request, "patients/classified.html", context)


def _chosen_words(request: HttpRequest, name: str, closed: dict[str, Any]) -> dict[str, Any]:
    """A condition of the list as a chip that takes it away; of one that is not for the role, that it leaves nobody."""
    value = request.GET[name]
    if name in closed:
        label = closed_words(closed[name])
    elif name in VALUES:
        axis = str(Axis(name).label)
        word = value_word(name, value) if value in VALUES[name].values else _("none")
        label = _("%(name)s: %(value)s") % {"name": axis, "value": word}
    elif value == NOT_KNOWN:
        label = _("%(name)s: %(value)s") % {"name": DIMENSIONS[name], "value": _("not known")}
    else:
        label = _VALUE_WORDS.get(name, str)(value)
    return {"label": label, "url": f"?{query(request, name)}", "count": None, "is_on": True, "is_late": False}


def _department_name(value: str) -> str:
    number = whole_number(value)
    found = Department.objects.filter(pk=number).first() if number is not None else None
    return found.name if found else value


def _disease_name(value: str) -> str:
    known = group_names([value]).get(value)
    return f"{known.name} {value}" if known else value


_VALUE_WORDS = {"department": _department_name, "disease": _disease_name, "region": divisions.words_of}


@requires("patients.classification")
@require_GET
@with_views(WIN_BACK)
def win_back(request: HttpRequest) -> HttpResponse:
    """The lapsed who may be called, latest visit first, with the reason and what came of the last call."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    form = WinBackFilter(request.GET)
    form.is_valid()
    listed = WinBackList(actor=actor, now=now, department=form.cleaned_data.get("department"))
    page = listed.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    log_access(actor, "list", [patient.pk for patient in page.rows], page="win-back")
    day, lost = today(now=now), lost_of(page.rows)
    shown = person_rows(page.rows, actor, day, address_of_record())
    if not actor.can("patients.care"):
        lost = {pk: replace(one, reason="", looked_at=[], fees=None) for pk, one in lost.items()}
    context = {
        "rows": [
            {
                "person": row,
                "lost": lost[patient.pk],
                "call_url": reverse("patients:win-back-call", args=[row.public_id]),
            }
            for row, patient in zip(shown, page.rows, strict=True)
        ],
        "count": listed.count(),
        "form": form,
        "is_filtered": bool(listed.department),
        "tabs": tabs_of(actor, "win-back"),
        "today": day,
        "now": now,
        **page_urls(request, page),
    }
    return TemplateResponse(request, "patients/win_back.html", context)
