"""Possible duplicates: the list, two records side by side, many at once; and taking a union apart."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.views.list_state import with_views
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.counts import capped_count, capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from patients import pair_queues, registry
from patients.domain import duplicate_review, duplicates, masking, parting, uniting
from patients.filtered_lists import DUPLICATES
from patients.forms import PartForm
from patients.models import DuplicateCandidate, Patient, PersonMerger

BY_SCORE = Key("score", int)


def _open(request: HttpRequest) -> Any:
    """The pairs the address asks for: all that wait, or the sure ones."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = DuplicateCandidate.objects.visible_to(actor).waiting()
    return rows.filter(score__gte=duplicates.SURE) if request.GET.get("show") == "sure" else rows


@requires("patients.merge")
@require_GET
@with_views(DUPLICATES)
def queue(request: HttpRequest) -> HttpResponse:
    """Pairs that wait, the likeliest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows, show = _open(request), "sure" if request.GET.get("show") == "sure" else ""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(rows, BY_SCORE, fetch=DuplicateCandidate.objects.all(), after=after, before=before)
    people = duplicate_review.people_of(page.rows)
    log_access(actor, "list", people, page="duplicates")
    waiting = DuplicateCandidate.objects.visible_to(actor).waiting()
    planned = DuplicateCandidate.objects.visible_to(actor).planned()
    of_all, of_sure, of_planned = capped_counts(waiting, waiting.filter(score__gte=duplicates.SURE), planned)
    context = {
        "page_title": _("Possible duplicates"),
        "queues": pair_queues.chips(actor, "patients:duplicates"),
        "rows": [_row(pair, people) for pair in page.rows],
        "count": of_sure if show else of_all,
        "show": show,
        "chips": [
            {"label": _("All"), "url": "?", "count": of_all, "is_on": show != "sure"},
            {"label": _("Sure"), "url": "?show=sure", "count": of_sure, "is_on": show == "sure"},
        ],
        "planned": of_planned,
        **page_urls(request, page),
    }
    return TemplateResponse(request, "patients/duplicates.html", context)


def _row(pair: DuplicateCandidate, people: dict[int, Patient]) -> dict[str, Any]:
    """One pair as the list shows it: both people masked, score, reasons."""
    sides = [people.get(pk) for pk in (pair.left_id, pair.right_id)]
    return {
        "pair": pair,
        "sides": [_side(person) for person in sides if person],
        "reasons": [words for points, words in duplicates.words(pair.reasons) if points > 0],
        "against": [words for points, words in duplicates.words(pair.reasons) if points < 0],
    }


def _side(person: Patient) -> dict[str, str]:
    born = f"{person.birth_date:%Y-%m}-**" if person.birth_date else ""
    facts = [person.get_sex_display(), born, masking.mask_phone(person.phone), masking.mask_number(person.mrn)]
    return {"name": masking.mask_name(person.name), "facts": " ".join(filter(None, facts))}


@requires("patients.merge")
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How many of the pairs decided at once still wait for their turn; empty when all are done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    planned = capped_count(DuplicateCandidate.objects.visible_to(actor).planned())
    return TemplateResponse(request, "patients/duplicates.html#progress", {"planned": planned})


@requires("patients.merge")
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Two records side by side; POST unites them with the fields chosen."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pair = get_visible_or_404(DuplicateCandidate, actor, public_id=public_id)
    people = duplicate_review.people_of([pair])
    if len(people) < 2 or pair.state != DuplicateCandidate.State.OPEN:
        say(request, _("This pair has been decided already."), late=True)
        return redirect("patients:duplicates")
    left, right = people[pair.left_id], people[pair.right_id]
    error = ""
    if request.method == "POST":
        try:
            kept = _unite(request, left, right)
        except uniting.CannotUnite as refusal:
            error = str(refusal)
        else:
            say(request, _("The two records are one now; the timeline leads to taking them apart."))
            return redirect("patients:detail", kept.public_id)
    else:
        log_access(actor, "view", [left.pk, right.pk], page="duplicate")
    side = _kept_side(request, left, right)
    said = duplicate_review.said_of_fields(request.POST)
    context = {
        "pair": pair,
        "lines": duplicate_review.lines(left, right, clinical=actor.can("patients.clinical"), kept=side, said=said),
        "columns": [(name, person, name == side) for name, person in (("left", left), ("right", right))],
        "hangings": [duplicate_review.hangings(person) for person in (left, right)],
        "seen": uniting.fingerprint(left, right),
        "reasons": duplicates.words(pair.reasons),
        "error": error,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/duplicate.html", context, status=422 if error else 200)


def _kept_side(request: HttpRequest, left: Patient, right: Patient) -> str:
    """The side that is marked as kept, before anybody has marked one that of the better record."""
    if (marked := request.POST.get("kept")) in (duplicate_review.LEFT, duplicate_review.RIGHT):
        return marked
    return duplicate_review.RIGHT if duplicate_review.better_of(left, right)[0] is right else duplicate_review.LEFT


def _unite(request: HttpRequest, left: Patient, right: Patient) -> Patient:
    side = _kept_side(request, left, right)
    kept, other = (right, left) if side == duplicate_review.RIGHT else (left, right)
    said = duplicate_review.said_of_fields(request.POST)
    single = {name: picked for name, picked in said.items() if picked != duplicate_review.BOTH}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return uniting.unite(
        kept_id=kept.pk,
        other_id=other.pk,
        actor=actor,
        now=timezone.now(),
        chosen=[name for name, picked in single.items() if picked != side],
        own=[name for name, picked in single.items() if picked == side],
        seen=request.POST.get("seen", "-"),
    )


@requires("patients.merge")
@require_POST
def dismiss(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """These are two people."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pair = get_visible_or_404(DuplicateCandidate, actor, public_id=public_id)
    try:
        duplicates.dismiss(pair, note=request.POST.get("note", "")[:200], actor=actor, now=timezone.now())
    except duplicates.PairDecided as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, _("Two people. The pair comes back only when their facts change."))
    return redirect("patients:duplicates")


@requires("patients.merge")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Many pairs at once: asks first, then plans them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    act = DuplicateCandidate.State.MERGED if request.POST.get("act") == "merge" else DuplicateCandidate.State.DISMISSED
    rows = _picked(request)
    if request.POST.get("confirmed"):
        n = duplicate_review.plan(rows, act, actor=actor)
        words = ngettext("%(n)s pair is being worked on.", "%(n)s pairs are being worked on.", n) % {"n": n}
        say(request, words)
        return redirect("patients:duplicates")
    taken = rows.filter(score__gte=duplicates.SURE) if act == DuplicateCandidate.State.MERGED else rows
    context = _question(request, act, taken.count(), rows.count())
    return TemplateResponse(request, "act.html", context)


def _picked(request: HttpRequest) -> Any:
    """The pairs that were marked, or all that match."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = DuplicateCandidate.objects.visible_to(actor).waiting()
    if request.POST.get("all_matching"):
        return rows.filter(score__gte=duplicates.SURE) if request.POST.get("show") == "sure" else rows
    ids = []
    for value in request.POST.getlist("picked"):
        try:
            ids.append(uuid.UUID(value))
        except ValueError:
            continue
    return rows.filter(public_id__in=ids)


def _question(request: HttpRequest, act: str, taken: int, marked: int) -> dict[str, Any]:
    carried = [
        (name, value) for name in ("picked", "act", "all_matching", "show") for value in request.POST.getlist(name)
    ]
    merging = act == DuplicateCandidate.State.MERGED
    left_out = marked - taken
    return {
        "title": _("Unite pairs") if merging else _("Two people each"),
        "text": ngettext("%(n)s pair will be united.", "%(n)s pairs will be united.", taken) % {"n": taken}
        if merging
        else ngettext("%(n)s pair will be dismissed.", "%(n)s pairs will be dismissed.", taken) % {"n": taken},
        "note": ngettext("%(n)s pair is not sure and stays.", "%(n)s pairs are not sure and stay.", left_out)
        % {"n": left_out}
        if left_out
        else _("Each union can be taken apart again."),
        "action": _("Unite") if merging else _("Dismiss"),
        "danger": merging,
        "cancel_url": reverse("patients:duplicates"),
        "url": reverse("patients:duplicates-bulk"),
        "fields": carried,
    }


@requires("patients.merge")
@require_http_methods(["GET", "POST"])
def union(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A union on record: what was made since, and taking it apart. `public_id` is the old address of the second one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = PersonMerger.objects.filter(undone_at__isnull=True).select_related("kept", "by")
    merger = get_object_or_404(rows, merged_public_id=public_id)
    if not Patient.objects.visible_to(actor).filter(pk=merger.kept_id).exists():
        raise Http404
    form = PartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            parted = parting.part(
                merger=merger, actor=actor, now=timezone.now(), moving=_moving(request, merger), **form.cleaned_data
            )
        except parting.CannotPart as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Both records stand again."))
            return redirect("patients:detail", parted.public_id)
    log_access(actor, "view", [merger.kept_id], page="union")
    before = next(row for row in merger.before["patients.patient"] if row["id"] == merger.merged_id)
    context = {
        "merger": merger,
        "form": form,
        "name": masking.mask_name(merger.kept.name),
        "other_name": masking.mask_name(before["name"]),
        "since": [
            (kind, parting.kind_label(kind), [(row.pk, _line(row)) for row in made])
            for kind, made in parting.made_since(merger).items()
        ],
        "blocked": parting.later_union(merger),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/union.html", context, status=422 if form.errors else 200)


def _moving(request: HttpRequest, merger: PersonMerger) -> dict[str, list[int]]:
    """The rows made since that are given to the second record; only what was offered is taken."""
    asked = set(request.POST.getlist("moving"))
    made = parting.made_since(merger)
    return {kind: [row.pk for row in rows if f"{kind}-{row.pk}" in asked] for kind, rows in made.items()}


def _line(row: Any) -> str:
    """A row made since, in a few words without clinical text: those of its app, else when, or what kind."""
    if movable := registry.movables.get(row._meta.label_lower):
        return movable.told(row)
    for name in ("admitted_on", "noted_at", "at", "recorded_at", "started_on", "created_at"):
        if moment := getattr(row, name, None):
            return f"{moment:%Y-%m-%d}"
    kind = getattr(row, "get_system_display", None)
    return str(kind() if kind else row._meta.verbose_name)
