"""Approved articles as people outside find and read them. Opening one changes nothing but the log of openings."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.access import public
from content.domain import markup, reading
from content.models import Article, ArticlePicture, Language
from hospital_crm.private_files.serving import download
from hospital_crm.shell import paging
from hospital_crm.tenancy.keyset import Key, page_of

NEWEST = Key("id", int)
LONGEST_SEARCH = 40


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every article that may be read outside, the newest first, by words of the title."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(reading.published(words), NEWEST, fetch=Article.objects.select_related("department"), **place)
    said = reading.all_for_readers(page.rows, translation.get_language() or "")
    context = {
        "rows": [{"article": one, "version": said[one.pk]} for one in page.rows if one.pk in said],
        "page": paging.page_urls(request, page),
        "words": words,
    }
    return TemplateResponse(request, "content/index.html", context)


@public
@require_safe
def article(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The approved words, in the language asked for or the nearest; not found where nothing is approved."""
    one = get_object_or_404(Article.objects.select_related("department"), public_id=public_id)
    wanted = request.GET.get("language") or translation.get_language() or ""
    version = reading.for_readers(one, wanted)
    if version is None:
        raise Http404
    if request.method == "GET":
        reading.note_opening(version, now=timezone.now())
    urls = {n: reverse("articles:picture", args=[key]) for n, key in one.pictures.values_list("number", "public_id")}
    others = one.versions.approved().exclude(language=version.language).values_list("language", flat=True)
    context = {
        "article": one,
        "version": version,
        "html": markup.html_of(version.body, picture_url=lambda n: urls.get(n, "")),
        "others": [(code, Language(code).label) for code in others],
    }
    with translation.override(version.language):
        return TemplateResponse(request, "content/public.html", context).render()


@public
@require_safe
def picture(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A picture of an article that is approved in some language."""
    return download(get_object_or_404(ArticlePicture.objects.published(), public_id=public_id))
