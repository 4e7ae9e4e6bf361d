"""What becomes of the words of one language: each page is one act."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from content.domain import articles
from content.domain.articles import ArticleError
from content.forms import ReasonForm
from content.models import ArticleVersion
from content.views.library import address, visible_article
from hospital_crm.shell.acting import act_page
from hospital_crm.typed import moment


def _version(request: HttpRequest, public_id: uuid.UUID, language: str, *states: str) -> ArticleVersion:
    """The version of a language that is worked on, else the approved one; 404 where there is none in these states."""
    rows = visible_article(request, public_id).versions.filter(language=language, state__in=states)
    found = rows.select_related("article").order_by("-number").first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, version: ArticleVersion, act: Any, **words: Any) -> HttpResponse:
    back = address(version.article, version.language)
    return act_page(
        request, words.pop("form", None), act, refusals=ArticleError, back=back, text=version.title, **words
    )


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """A draft goes to a second person."""
    version = _version(request, public_id, language, "draft", "in_approval", "approved")
    return _page(
        request,
        version,
        lambda said: articles.submit(version, actor=request.actor, now=timezone.now()),  # type: ignore[attr-defined]
        title=_("Send for approval"),
        action=_("Send for approval"),
        done=_("Sent for approval."),
    )


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """A text that waits is a draft again."""
    version = _version(request, public_id, language, "draft", "in_approval", "approved")
    return _page(
        request,
        version,
        lambda said: articles.take_back(version, actor=request.actor),  # type: ignore[attr-defined]
        title=_("Take the text back"),
        action=_("Take it back"),
        done=_("The text is a draft again."),
    )


@requires("content.approve")
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The text may be read outside."""
    version = _version(request, public_id, language, "draft", "in_approval", "approved")
    about: dict[str, Any] = {"seen_at": moment(request.GET.get("seen", "")), "actor": request.actor}  # type: ignore[attr-defined]
    return _page(
        request,
        version,
        lambda said: articles.approve(version, **about, now=timezone.now()),
        title=_("Approve the text"),
        action=_("Approve"),
        done=_("Approved. It may be read outside."),
    )


@requires("content.approve")
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The text has to be mended first."""
    version = _version(request, public_id, language, "draft", "in_approval", "approved")

    def act(said: dict[str, Any]) -> None:
        articles.send_back(version, reason=said["reason"], actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]

    return _page(
        request,
        version,
        act,
        form=ReasonForm(request.POST or None),
        title=_("Return the text"),
        action=_("Return"),
        done=_("Returned to the author."),
    )


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The text is read no more outside, or the draft is given up."""
    version = _version(request, public_id, language, "draft", "in_approval", "approved")
    return _page(
        request,
        version,
        lambda said: articles.retire(version, reason=said["reason"], actor=request.actor),  # type: ignore[attr-defined]
        form=ReasonForm(request.POST or None),
        title=_("Retire the text"),
        action=_("Retire"),
        done=_("Retired."),
        danger=True,
    )
