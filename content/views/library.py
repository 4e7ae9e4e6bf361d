"""The library, and one article with its words in each language."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import get_visible_or_404, requires
from accounts.views.list_state import with_views
from content.domain import articles, markup, reading
from content.domain.reading import CHIPS, Library
from content.filtered_lists import LIBRARY
from content.forms import LibraryFilter, PictureForm
from content.models import Article, ArticleVersion, Language
from hospital_crm.shell import paging
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.urls import hospital_url

BY_ID = Key("id", int)
READ_FOR = dt.timedelta(days=90)


@requires("content.view")
@require_GET
@with_views(LIBRARY)
def library(request: HttpRequest) -> HttpResponse:
    """Articles, the youngest first."""
    actor = request.actor  # type: ignore[attr-defined]
    form = LibraryFilter(request.GET)
    chip = request.GET.get("list", "")
    shelf = Library(actor, chip if chip in CHIPS else "", **form.chosen())
    counts = dict(zip(CHIPS, capped_counts(*(shelf.rows(one) for one in CHIPS)), strict=True))
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    fetch = Article.objects.select_related("department", "owner")
    page = page_of(shelf.rows(shelf.chip), BY_ID, fetch=fetch, **place)
    context = {
        "rows": _rows(page.rows),
        **paging.page_urls(request, page),
        "count": counts[shelf.chip],
        "chips": _chips(request, shelf.chip, counts),
        "form": form,
        "keep": [("list", shelf.chip)] if shelf.chip else [],
        "reset": f"?list={shelf.chip}" if shelf.is_narrowed else "",
        "may_edit": actor.can("content.edit"),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "content/library.html", context)


def _rows(found: list[Article]) -> list[dict[str, Any]]:
    """Each article with the title a reader of the page's language is given, and where its languages stand."""
    versions: dict[int, list[ArticleVersion]] = {}
    read = ArticleVersion.objects.filter(article__in=[one.pk for one in found]).defer("body")
    for version in read.order_by("language", "-number"):
        versions.setdefault(version.article_id, []).append(version)
    rows = []
    for article in found:
        languages = [one for one in reading.languages_of(versions.get(article.pk, [])) if one.versions]
        own = next((one.shown for one in languages if one.code == get_language()), None)
        changed = max((one.changed_at for one in versions.get(article.pk, [])), default=None)
        shown = own or next((one.shown for one in languages), None)
        rows.append({"article": article, "languages": languages, "shown": shown, "changed_at": changed})
    return rows


def _chips(request: HttpRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    named = {
        "": _("In use"),
        "in_approval": _("In approval"),
        "draft": _("Drafts"),
        "approved": _("Approved"),
        "retired": _("Retired"),
        "mine": _("My own"),
    }
    return [
        {
            "label": named[key],
            "url": f"?{paging.query(request, list=key)}",
            "count": counts[key],
            "is_on": key == chosen,
        }
        for key in CHIPS
    ]


def visible_article(request: HttpRequest, public_id: uuid.UUID) -> Article:
    """The article of the address, if the actor may see it."""
    rows = Article.objects.select_related("department", "owner")
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


def address(article: Article, language: str = "") -> str:
    """The page of an article, on one of its languages."""
    query = f"?language={language}" if language else ""
    return f"{reverse('content:article', args=[article.public_id])}{query}"


@requires("content.view")
@require_GET
def article(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One article: its words in a language as they are read, where they stand, and what can be done with them."""
    actor, one = request.actor, visible_article(request, public_id)  # type: ignore[attr-defined]
    versions = list(one.versions.select_related("author", "decided_by"))
    languages = reading.languages_of(versions)
    wanted = request.GET.get("language") or get_language()
    written = [found for found in languages if found.versions]
    chosen = next(
        (found for found in languages if found.code == wanted and (found.versions or "language" in request.GET)), None
    )
    chosen = chosen or next(iter(written), languages[0])
    version = chosen.shown
    number = request.GET.get("version", "")
    version = next((found for found in chosen.versions if str(found.number) == number), version)
    pictures = list(one.pictures.all())
    urls = {picture.number: reverse("content:picture", args=[picture.public_id]) for picture in pictures}
    opened = reading.openings_of(one, timezone.now() - READ_FOR)
    context = {
        "article": one,
        "tabs": [
            {"label": found.label, "url": f"?language={found.code}", "is_on": found is chosen, "state": found.shown}
            for found in languages
        ],
        "language": chosen,
        "version": version,
        "html": markup.html_of(version.body, picture_url=lambda n: urls.get(n, "")) if version else "",
        "others": [found for found in chosen.versions if found is not version],
        "pictures": pictures,
        "opened": sum(opened.get(found.pk, 0) for found in versions),
        "read_for": READ_FOR.days,
        "may_edit": actor.can("content.edit"),
        "may_approve": version is not None and articles.may_approve(version, actor),
        "is_writer": version is not None and actor.staff.pk in version.writers,
        "picture_form": PictureForm() if actor.can("content.edit") else None,
        "public_url": hospital_url(required_hospital(), "articles:article", one.public_id),
        "is_public": any(found.approved for found in languages),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "content/article.html", context)


def known_language(language: str) -> str:
    """A language that articles are written in; the first for anything else."""
    return language if language in Language.values else Language.values[0]
