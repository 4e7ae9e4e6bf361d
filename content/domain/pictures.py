"""Pictures of an article: kept as private files, and served outside once a version of the article is approved."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from content.domain import markup
from content.domain.articles import ArticleError
from content.models import Article, ArticlePicture
from hospital_crm.private_files.intake import Examined, store

MOST = 20


@transaction.atomic
def add(article: Article, file: Examined, *, said: str, actor: Actor, now: dt.datetime) -> ArticlePicture:
    """Keeps a picture with the article, under the next number. Refuses more than twenty, and one without words for
    those who do not see it.
    """
    Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if article.pictures.count() >= MOST:
        raise ArticleError(_("An article has at most %(n)s pictures.") % {"n": MOST}, "file")
    if not said.strip():
        raise ArticleError(_("Say what is to be seen, for those who do not see it."), "said")
    last = article.pictures.aggregate(last=Max("number"))["last"] or 0
    stored = store(file, folder=ArticlePicture.folder)
    picture = ArticlePicture.objects.create(
        article=article,
        number=last + 1,
        said=said.strip(),
        uploaded_by=actor.staff,
        uploaded_at=now,
        storage_name=stored.storage_name,
        title=stored.title,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
    )
    record("content.picture.add", article, actor=actor, file=str(picture.public_id), number=picture.number)
    return picture


@transaction.atomic
def remove(picture: ArticlePicture, *, actor: Actor) -> None:
    """The picture goes, on disk too. Refuses one that a version in use shows."""
    in_use = picture.article.versions.exclude(state="retired").values_list("body", flat=True)
    if any(picture.number in markup.pictures_in(body) for body in in_use):
        raise ArticleError(_("A text still shows this picture."))
    record("content.picture.remove", picture.article, actor=actor, file=str(picture.public_id))
    picture.delete()
