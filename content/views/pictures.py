"""Pictures of an article, for those who work with the library."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from content.domain import pictures
from content.domain.articles import ArticleError
from content.forms import PictureForm
from content.models import ArticlePicture
from content.views.library import address, visible_article
from hospital_crm.private_files.serving import download
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.toasts import say


@requires("content.view")
@require_GET
def picture(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A picture, whatever the state of its article."""
    return download(get_visible_or_404(ArticlePicture, request.actor, public_id=public_id))  # type: ignore[attr-defined]


@requires("content.edit")
@require_POST
def attach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A picture to keep with the article."""
    one, form = visible_article(request, public_id), PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        say(request, " ".join(" ".join(errors) for errors in form.errors.values()), late=True)
        return redirect(address(one))
    said = form.cleaned_data
    try:
        made = pictures.add(one, said["file"], said=said["said"], actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    except ArticleError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, _("Picture %(n)s added.") % {"n": made.number})
    return redirect(address(one))


@requires("content.edit")
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Delete a picture."""
    rows = ArticlePicture.objects.select_related("article")
    found = get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    return act_page(
        request,
        None,
        lambda said: pictures.remove(found, actor=request.actor),  # type: ignore[attr-defined]
        refusals=ArticleError,
        title=_("Delete the picture"),
        action=_("Delete"),
        done=_("Picture deleted."),
        back=address(found.article),
        text=found.said,
        danger=True,
    )
