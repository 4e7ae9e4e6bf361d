"""科室督导: the head's board. Figures by physician, what wants a decision, and the monthly sample."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from accounts.models import Department
from accounts.views.list_state import with_views
from followups.domain import boards, reviews, stand_ins
from followups.domain.errors import FollowUpError
from followups.filtered_lists import BOARD
from followups.forms import ScoreForm
from followups.models import FollowUpOrder, Review
from followups.views import periods, rows
from followups.views.board_rows import BoardRows, read_board
from followups.views.picks import back_of
from followups.views.row_words import RowWords
from followups.views.rows import Group, Row
from followups.views.scopes import supervised_departments
from hospital_crm.shell import toasts, wording


@requires("followups.supervise")
@require_safe
@with_views(BOARD)
def board(request: HttpRequest) -> HttpResponse:
    """One department; a head of several chooses."""
    now = timezone.now()
    today = hospital_today(now=now)
    departments = _own_departments(request)
    department = _chosen(request, departments)
    if department is None:
        return render(request, "followups/board_nothing.html", {})
    choice = periods.chosen(request, today)
    figures_of = boards.department_board(department, period=choice.period, today=today)
    read = read_board(department, choice.period, today)
    todo = _todo(request, read, now, late_count=figures_of.whole.late)
    sample = _sample(request, read, now)
    shown = [*(row for group in todo for row in group.rows), *(drawn.row for drawn in sample["rows"])]
    log_access(request.actor, "list", [row.order.patient_id for row in shown], page="followups:board")
    keep = f"&department={department.pk}" if len(departments) > 1 else ""
    context = {
        "departments": departments,
        "department": department,
        "choice": choice,
        "period_chips": periods.chips(choice, keep),
        "period_keep": [("department", department.pk)],
        "board": figures_of,
        "behind_url": f"{reverse('followups:behind')}?department={department.pk}&{choice.query}",
        "todo": todo,
        "too_few": read.too_few,
        "todo_count": sum(group.count for group in todo),
        "sample": sample,
        "now": now,
    }
    return render(request, "followups/board.html", context)


def _chosen(request: HttpRequest, departments: list[Department]) -> Department | None:
    wished = request.GET.get("department", "")
    return next((one for one in departments if str(one.pk) == wished), departments[0] if departments else None)


def _own_departments(request: HttpRequest) -> list[Department]:
    """The departments to choose from, by name."""
    own = supervised_departments(request.actor)
    if own is None:
        return list(Department.objects.active().order_by("name"))
    return [department for department in request.actor.departments if department.pk in own]


def _todo(request: HttpRequest, read: BoardRows, now: dt.datetime, *, late_count: int) -> list[Group]:
    """Results with a flaw first, then what is late and not done, the longest first."""
    flawed_rows = rows.rows_of(read.flawed, actor=request.actor, now=now, shows_tries=False)
    for row in flawed_rows:
        row.problem = pgettext("between facts", ", ").join(read.problems[row.order.pk])
    late_rows = rows.rows_of(read.late, actor=request.actor, now=now)
    _add_lateness(late_rows, read.reminded, now)
    return [
        Group("flawed", _("Worth a second look"), flawed_rows, False, read.flawed_count),
        Group("late", _("Late, not done"), late_rows, True, late_count),
    ]


def _add_lateness(late_rows: list[Row], reminded: dict[int, list[dt.datetime]], now: dt.datetime) -> None:
    """How late, whether too few tries were made, and how often and when the assignee was reminded."""
    words = RowWords(now)
    for row in late_rows:
        parts = (wording.due(row.order.latest_on, now).words, words.too_few(row.tries))
        row.problem = pgettext("between facts", ", ").join(part for part in parts if part)
        times = reminded.get(row.order.pk, [])
        last = wording.day(times[-1], wording.local(now).date()) if times else ""
        row.reminded = (
            ngettext("%(n)s time, %(day)s", "%(n)s times, %(day)s", len(times)) % {"n": len(times), "day": last}
            if times
            else wording.MISSING
        )


@dataclass(frozen=True)
class Sampled:
    """One result of the month's sample."""

    review: Review
    row: Row
    reader_id: int

    @property
    def is_open(self) -> bool:
        """Nobody has scored it."""
        return self.review.verdict == Review.Verdict.PENDING

    @property
    def is_own(self) -> bool:
        """Who looks at the board sent it; somebody else scores it."""
        return self.row.order.submitted_by_id == self.reader_id

    @property
    def is_returned(self) -> bool:
        """It went back for redo."""
        return self.row.is_returned

    @property
    def words(self) -> str:
        """5分, or 2分，退回."""
        points = _("%(score)s points") % {"score": self.review.score} if self.review.score else ""
        return ", ".join(part for part in (points, _("returned") if self.is_returned else "") if part)


def _sample(request: HttpRequest, read: BoardRows, now: dt.datetime) -> dict[str, Any]:
    """The month's sample of the department: its rows and how far it has come."""
    drawn = read.drawn
    shown = rows.rows_of(read.sampled, actor=request.actor, now=now, shows_tries=False)
    scores = [review.score for review in drawn if review.score]
    return {
        "rows": [Sampled(review, row, request.actor.staff.pk) for review, row in zip(drawn, shown, strict=True)],
        "size": len(drawn),
        "scored": len(scores),
        "mean": f"{sum(scores) / len(scores):.1f}" if scores else None,
        "returned": sum(row.is_returned for row in shown),
        "open": sum(review.verdict == Review.Verdict.PENDING for review in drawn),
        "completed": read.completed,
    }


@transaction.atomic
def _score(request: HttpRequest, review: Review, order: FollowUpOrder, data: dict[str, Any]) -> None:
    """Points, and the way back to the assignee where the head wants the work redone."""
    now, remark = timezone.now(), data["remark"]
    reviews.score(review=review, points=data["score"], remark=remark, actor=request.actor, now=now)
    if data["send_back"]:
        reviews.return_result(order=order, reason=remark, actor=request.actor, now=now)


def _scorable(actor: Actor) -> tuple[QuerySet[Review], str]:
    """The sampled results the actor may open to score, and the page they are listed on."""
    if not actor.can("followups.supervise"):
        return stand_ins.to_score(actor, stand_ins.only_heads()), f"{reverse('followups:quality')}?list=sample"
    drawn, departments = Review.objects.filter(kind=Review.Kind.SAMPLE), supervised_departments(actor)
    if departments is not None:
        drawn = drawn.filter(order__department_id__in=departments)
    return drawn, reverse("followups:board")


@requires("followups.supervise", "followups.quality")
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Give points to one sampled result."""
    drawn, listed = _scorable(request.actor)
    review = get_object_or_404(drawn.select_related("order__patient", "order__step"), pk=pk)
    order = rows.WHOLE.in_bulk([review.order_id])[review.order_id]
    form = ScoreForm(request.POST if request.POST.get("confirmed") else None)
    back = back_of(request, listed)
    if form.is_bound and form.is_valid():
        try:
            _score(request, review, order, form.cleaned_data)
        except FollowUpError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.say(request, _("%(score)s points given") % {"score": form.cleaned_data["score"]})
            return redirect(back)
    log_access(request.actor, "view", [order.patient_id], purpose="followups.sample", page="followups:score")
    row = rows.row_of(order, actor=request.actor, now=timezone.now())
    context = {
        "title": _("Score the result of %(name)s") % {"name": row.name},
        "text": f"{row.step} · {row.last} · {row.assignee}",
        "note": order.note or _("The note is empty."),
        "action": _("Give the points"),
        "cancel_url": back,
        "form": form,
    }
    return render(request, "followups/confirm.html", context, status=422 if form.errors else 200)
