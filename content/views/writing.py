"""Writing an article."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from content.domain import articles
from content.domain.articles import ArticleError
from content.forms import AboutForm, NewArticleForm, WordsForm
from content.models import Language
from content.views.library import address, known_language, visible_article
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.scope import required_hospital


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """An article with the words of its first language."""
    first = known_language(required_hospital().language)
    form = NewArticleForm(request.POST or None, initial={"language": first})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = articles.create_article(
                kind=said["kind"],
                department=said["department"],
                language=said["language"],
                words=form.words(),
                actor=request.actor,  # type: ignore[attr-defined]
                now=timezone.now(),
            )
        except ArticleError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            say(request, _("Draft saved."))
            return redirect(address(made, said["language"]))
    context = {"form": form, "title": _("New article"), "back": reverse("content:library")}
    return TemplateResponse(request, "content/form.html", context, status=422 if form.errors else 200)


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The words of one language: the draft, or the next version of what is approved."""
    if language not in Language.values:
        raise Http404
    one = visible_article(request, public_id)
    version = one.versions.filter(language=language).exclude(state="retired").order_by("-number").first()
    kept = {name: getattr(version, name) for name in ("title", "summary", "body", "video_url")} if version else {}
    form = WordsForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            articles.write(one, language=language, words=form.words(), actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
        except ArticleError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            say(request, _("Draft saved."))
            return redirect(address(one, language))
    context = {
        "form": form,
        "title": _("Write: %(language)s") % {"language": Language(language).label},
        "back": address(one, language),
        "pictures": list(one.pictures.all()),
    }
    return TemplateResponse(request, "content/form.html", context, status=422 if form.errors else 200)


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Kind and department of an article."""
    one = visible_article(request, public_id)
    return act_page(
        request,
        AboutForm(request.POST or None, initial={"kind": one.kind, "department": one.department_id}),
        lambda said: articles.describe(one, actor=request.actor, **said),  # type: ignore[attr-defined]
        refusals=ArticleError,
        title=_("Kind and department"),
        action=_("Save"),
        done=_("Article saved."),
        back=address(one),
    )
