"""Feeds on one page, and the queue of messages that wait for somebody."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.views.list_state import with_views
from hospital_crm.shell import paging
from hospital_crm.shell.polling import how_far
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import page_of
from integrations.domain import feeds, queue
from integrations.domain.errors import ImportRefused
from integrations.filtered_lists import MESSAGES
from integrations.forms import FeedDepartmentForm, FeedForm
from integrations.models import DepartmentMapping, Feed, InboundRecord, PhysicianMapping

STATES = InboundRecord.State


@requires("integrations.import")
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Every feed: last message, lag, what waits, whether it is silent."""
    now = timezone.now()
    return TemplateResponse(request, "integrations/feeds.html", {"feeds": feeds.health_of_feeds(now), "now": now})


@requires("integrations.mappings")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A feed is entered."""
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            feed = feeds.enter_feed(kind=said["kind"], name=said["name"], values=said, actor=request.actor)  # type: ignore[attr-defined]
            say(request, _("%(name)s is entered.") % {"name": feed.title})
            return redirect("integrations:feed", feed.public_id)
        except ImportRefused as refusal:
            form.add_error("name", str(refusal))
    context = {"form": form, "feed": None}
    return TemplateResponse(request, "integrations/feed.html", context, status=422 if form.errors else 200)


@requires("integrations.mappings")
@require_http_methods(["GET", "POST"])
def feed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How a feed is read and watched, and what its words mean."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(Feed, actor, public_id=public_id)
    form = FeedForm(request.POST or None, feed=found)
    if request.method == "POST" and form.is_valid():
        feeds.change_feed(found, form.cleaned_data, actor=actor)
        say(request, _("Saved."))
        return redirect("integrations:feed", found.public_id)
    context = {
        "form": form,
        "feed": found,
        "departments": DepartmentMapping.objects.filter(feed=found).select_related("department").order_by("name"),
        "open_names": PhysicianMapping.objects.filter(feed=found, state="open").count(),
        "department_form": FeedDepartmentForm(),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/feed.html", context, status=422 if form.errors else 200)


@requires("integrations.mappings")
@require_POST
def token(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A new credential of the feed, shown this once."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(Feed, actor, public_id=public_id)
    try:
        issued = feeds.issue_token(found, actor=actor)
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("integrations:feed", found.public_id)
    address = request.build_absolute_uri(reverse("fhir:receive"))
    head = (f"POST {address}", "Authorization: Bearer …", "Content-Type: application/fhir+json")
    context = {"feed": found, "token": issued, "head": head}
    answer = TemplateResponse(request, "integrations/feed_token.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@requires("integrations.mappings")
@require_POST
def feed_department(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a department's name or code in this feed means."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(Feed, actor, public_id=public_id)
    form = FeedDepartmentForm(request.POST)
    try:
        if not form.is_valid():
            raise ImportRefused(_("Write down the name or code, and choose a department."))
        said = form.cleaned_data
        feeds.mean_department(found, said["name"], said["department"], actor=actor, now=timezone.now())
        say(request, _("Remembered for this feed."))
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:feed", found.public_id)


@requires("integrations.import")
@require_GET
@with_views(MESSAGES)
def messages(request: HttpRequest) -> HttpResponse:
    """The messages of a state, or those with remarks, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("state", "")
    lists = [*STATES.choices, (queue.WITH_REMARKS, _("with remarks"))]
    state = asked if asked in dict(lists) else STATES.SET_ASIDE.value
    only = request.GET.get("feed", "")
    known = list(Feed.objects.visible_to(actor))
    feed_asked = next((one for one in known if one.name == only), None)
    rows = queue.messages_in_state(state, feed_asked)
    fetch = InboundRecord.objects.select_related("feed").defer("raw", "corrected")
    page = page_of(
        rows,
        queue.BY_ARRIVAL,
        fetch=fetch,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    chips = [
        {"label": label, "is_on": code == state, "url": f"?{paging.query(request, state=code)}"}
        for code, label in lists
    ]
    context = {
        "rows": page.rows,
        "page": paging.page_urls(request, page),
        "chips": chips,
        "state": state,
        "feeds": known,
        "only": feed_asked,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/messages.html", context)


@requires("integrations.import")
@require_GET
def message(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One message: what became of it and why, its fields masked, nothing clinical."""
    actor = request.actor  # type: ignore[attr-defined]
    return _message_page(request, get_visible_or_404(InboundRecord, actor, public_id=public_id), is_correcting=False)


@requires("integrations.import")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Fields of a message corrected; then it is applied again. A form is no way round the mask."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(InboundRecord, actor, public_id=public_id)
    if request.method == "GET" and found.state not in InboundRecord.PROBLEMS:
        return redirect("integrations:message", found.public_id)
    if request.method == "GET":
        return _message_page(request, found, is_correcting=True)
    values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    work = lambda: queue.correct(found, values, actor=actor, now=timezone.now())  # noqa: E731
    return _done(request, found, work, _("Corrected and queued; what was said later stays the last word."))


@requires("integrations.import")
@require_POST
def again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A message is applied again as it is."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(InboundRecord, actor, public_id=public_id)
    queued = _("Queued; what was said later stays the last word.")
    return _done(request, found, lambda: queue.again(found, actor=actor), queued)


@requires("integrations.import")
@require_GET
def message_turn(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asked by the page of a message that is still to be applied: the bar, until the page comes anew with the outcome.
    Nothing of the message is told.
    """
    found = get_visible_or_404(InboundRecord, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    return how_far(request, turn_of(found))


def turn_of(found: InboundRecord) -> dict[str, str] | None:
    """What the bar of a message that waits for its turn shows; None once it has had it."""
    if found.state != STATES.RECEIVED:
        return None
    words = _("Not applied yet. The outcome is shown here as soon as it is there.")
    url = reverse("integrations:message-turn", args=[found.public_id])
    return {"words": words, "label": _("Waiting to be applied"), "url": url}


@requires("integrations.import")
@require_POST
def leave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A message is not applied, with a reason."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(InboundRecord, actor, public_id=public_id)
    note = request.POST.get("note", "")
    work = lambda: queue.leave(found, note=note, actor=actor, now=timezone.now())  # noqa: E731
    return _done(request, found, work, _("Left aside; it is not applied."))


def _message_page(request: HttpRequest, found: InboundRecord, *, is_correcting: bool) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "record": found,
        "fields": queue.open_message(found, actor=actor),
        "is_correcting": is_correcting,
        "is_open": found.state in InboundRecord.PROBLEMS,
        "turn": turn_of(found),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "integrations/message.html", context)


def _done(request: HttpRequest, found: InboundRecord, work: Callable[[], object], done: str) -> HttpResponse:
    try:
        work()
        say(request, done)
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:message", found.public_id)
