"""Feeds on one page; one with how it is read and watched."""

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
from hospital_crm.shell.toasts import say
from integrations.domain import feed_words, feeds
from integrations.domain.errors import ImportRefused
from integrations.forms import FeedDepartmentForm, FeedForm, FeedWordForm
from integrations.models import DepartmentMapping, Feed, PhysicianMapping


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
        "words": feed_words.words_of(found),
        "word_form": FeedWordForm(feed=found) if feed_words.kinds_of(found) else None,
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
    """What a department's name or code in this feed means, or (`forget`) that it means none any more."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(Feed, actor, public_id=public_id)
    form = FeedDepartmentForm(request.POST)
    if forget := request.POST.get("forget", ""):
        return _done(request, found, lambda: feeds.forget_department(found, forget, actor=actor))

    def remember() -> None:
        if not form.is_valid():
            raise ImportRefused(_("Write down the name or code, and choose a department."))
        said = form.cleaned_data
        feeds.mean_department(found, said["name"], said["department"], actor=actor, now=timezone.now())

    return _done(request, found, remember)


@requires("integrations.mappings")
@require_POST
def feed_word(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a word of this feed means, or (`forget`, with its kind) that it is none of its own any more."""
    actor = request.actor  # type: ignore[attr-defined]
    found = get_visible_or_404(Feed, actor, public_id=public_id)
    form = FeedWordForm(request.POST, feed=found)
    if forget := request.POST.get("forget", ""):
        kind = request.POST.get("kind", "")
        return _done(request, found, lambda: feed_words.forget_word(found, kind=kind, word=forget, actor=actor))

    def remember() -> None:
        if not form.is_valid():
            raise ImportRefused(_("Write down the word as the feed sends it, and choose what it means."))
        feed_words.mean_word(found, **form.said, actor=actor)

    return _done(request, found, remember)


def _done(request: HttpRequest, found: Feed, work: Callable[[], None]) -> HttpResponse:
    try:
        work()
        say(request, _("Remembered for this feed."))
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("integrations:feed", found.public_id)
