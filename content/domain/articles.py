"""Writing articles and letting them out: draft → in approval → approved → retired.

Nobody approves a text he has written of. What is approved is never changed: the next version is written beside it and
takes its place when it is approved.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Department
from content.domain import markup
from content.models import Article, ArticleVersion

State = ArticleVersion.State
COMES_FROM: dict[str, frozenset[str]] = {
    State.IN_APPROVAL: frozenset({State.DRAFT}),
    State.DRAFT: frozenset({State.IN_APPROVAL}),
    State.APPROVED: frozenset({State.IN_APPROVAL}),
    State.RETIRED: frozenset({State.DRAFT, State.APPROVED}),
}


class ArticleError(Exception):
    """Refused, with a sentence for the person who asked; `field` is what it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Words:
    """What an article says in one language."""

    title: str
    summary: str = ""
    body: str = ""
    video_url: str = ""


@transaction.atomic
def create_article(
    *, kind: str, department: Department | None, language: str, words: Words, actor: Actor, now: dt.datetime
) -> Article:
    """An article with the draft of its first language."""
    article = Article.objects.create(kind=kind, department=department, name=words.title.strip(), owner=actor.staff)
    record("content.article.create", article, actor=actor, after={"kind": kind, "language": language})
    write(article, language=language, words=words, actor=actor, now=now)
    return article


@transaction.atomic
def describe(article: Article, *, kind: str, department: Department | None, actor: Actor) -> None:
    """The kind of an article and the department it is about."""
    before = {"kind": article.kind}
    article.kind, article.department = kind, department
    article.save(update_fields=["kind", "department"])
    record("content.article.describe", article, actor=actor, before=before, after={"kind": kind})


@transaction.atomic
def write(article: Article, *, language: str, words: Words, actor: Actor, now: dt.datetime) -> ArticleVersion:
    """The draft of a language: changed, or begun as the next version. Refuses a text that waits for approval, an
    empty one, and one that shows pictures the article does not have.
    """
    Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    _check(article, words)
    version = ArticleVersion.objects.open().filter(article=article, language=language).first()
    if version is not None and version.state != State.DRAFT:
        raise ArticleError(_("This text waits for approval. Take it back first."))
    if version is None:
        last = article.versions.filter(language=language).aggregate(last=Max("number"))["last"] or 0
        version = ArticleVersion(article=article, language=language, number=last + 1)
    version.title, version.summary = words.title.strip(), words.summary.strip()
    version.body, version.video_url = words.body.replace("\r\n", "\n").strip(), words.video_url
    version.author, version.changed_at = actor.staff, now
    version.writers = sorted({*version.writers, actor.staff.pk})
    version.save()
    Article.objects.filter(pk=article.pk).update(name=version.title)
    record("content.article.write", article, actor=actor, after={"language": language, "number": version.number})
    return version


def submit(version: ArticleVersion, *, actor: Actor, now: dt.datetime) -> None:
    """A draft goes to a second person for approval."""
    _move(version, State.IN_APPROVAL, "content.article.submit", actor, submitted_at=now, reason="")


def take_back(version: ArticleVersion, *, actor: Actor) -> None:
    """A text that waits for approval is a draft again."""
    _move(version, State.DRAFT, "content.article.take_back", actor, submitted_at=None)


@transaction.atomic
def approve(version: ArticleVersion, *, seen_at: dt.datetime | None, actor: Actor, now: dt.datetime) -> None:
    """A text may be read outside; what stood there before is retired. `seen_at`: when what the actor has read was last
    changed. Refuses whoever has written of it, and a text that was changed since it was read.
    """
    held = ArticleVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if seen_at is None or held.changed_at != seen_at:
        raise ArticleError(_("This text was changed since you read it. Read it once more."))
    if actor.staff.pk in held.writers:
        raise ArticleError(_("Whoever wrote of a text does not approve it."))
    approved = ArticleVersion.objects.approved().filter(article=version.article, language=version.language)
    before = approved.exclude(pk=version.pk)
    for former in before.select_for_update(of=("self",)):
        _move(former, State.RETIRED, "content.article.retire", actor)
    _move(version, State.APPROVED, "content.article.approve", actor, decided_by=actor.staff, decided_at=now, reason="")


def send_back(version: ArticleVersion, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A text that waits for approval is a draft again, with what has to be mended."""
    said = {"decided_by": actor.staff, "decided_at": now, "reason": reason.strip()}
    _move(version, State.DRAFT, "content.article.send_back", actor, **said)


def retire(version: ArticleVersion, *, reason: str, actor: Actor) -> None:
    """A text is read no more outside, or a draft is given up."""
    _move(version, State.RETIRED, "content.article.retire", actor, reason=reason.strip())


def may_approve(version: ArticleVersion, actor: Actor) -> bool:
    """Whether the actor is a second person for this text."""
    waits = version.state == State.IN_APPROVAL
    return waits and actor.can("content.approve") and actor.staff.pk not in version.writers


@transaction.atomic
def _move(version: ArticleVersion, state: str, verb: str, actor: Actor, **fields: object) -> None:
    """Brings a version into a state it may come to. ArticleError where somebody else has moved it meanwhile."""
    before = version.state
    rows = ArticleVersion.objects.filter(pk=version.pk, state__in=COMES_FROM[state])
    if not rows.update(state=state, **fields):
        raise ArticleError(_("This text is in another state by now. Look at it once more."))
    for name, value in {"state": state, **fields}.items():
        setattr(version, name, value)
    after = {"state": state, "language": version.language, "number": version.number}
    record(verb, version.article, actor=actor, before={"state": before}, after=after)


def _check(article: Article, words: Words) -> None:
    if not words.title.strip():
        raise ArticleError(_("An article has a title."), "title")
    if not words.body.strip() and not words.video_url:
        raise ArticleError(_("An article has a text or a video."), "body")
    unknown = markup.pictures_in(words.body) - set(article.pictures.values_list("number", flat=True))
    if unknown:
        numbers = ", ".join(map(str, sorted(unknown)))
        raise ArticleError(_("The article has no picture with this number: %(numbers)s") % {"numbers": numbers}, "body")
