"""What pages show of the library, and which words of an article a reader outside is given."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from accounts.actors import Actor
from content.models import Article, ArticleOpening, ArticleVersion, Language
from content.models.querysets import ArticleQuerySet

CHIPS = ("", "in_approval", "draft", "approved", "retired", "mine")
_FALLBACK = {
    Language.SIMPLIFIED: (Language.SIMPLIFIED, Language.TRADITIONAL, Language.ENGLISH),
    Language.TRADITIONAL: (Language.TRADITIONAL, Language.SIMPLIFIED, Language.ENGLISH),
    Language.ENGLISH: (Language.ENGLISH, Language.SIMPLIFIED, Language.TRADITIONAL),
}


@dataclass(frozen=True)
class Library:
    """The articles that an address asks for: a chip, and filters that narrow it."""

    actor: Actor
    chip: str = ""
    kind: str = ""
    language: str = ""
    words: str = ""
    _narrowed: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rows(self, chip: str) -> ArticleQuerySet:
        """The articles under a chip, narrowed."""
        rows = Article.objects.visible_to(self.actor)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.language:
            rows = rows.filter(pk__in=ArticleVersion.objects.filter(language=self.language).values("article_id"))
        if self.words:
            found = ArticleVersion.objects.filter(Q(title__icontains=self.words) | Q(body__icontains=self.words))
            rows = rows.filter(pk__in=found.values("article_id"))
        if chip == "mine":
            return rows.filter(owner=self.actor.staff)
        if chip == "retired":
            return rows.exclude(pk__in=Article.objects.in_state("draft", "in_approval", "approved").values("pk"))
        return rows.in_state(chip) if chip else rows.in_state("draft", "in_approval", "approved")

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return bool(self.kind or self.language or self.words)


@dataclass(frozen=True)
class LanguageState:
    """Where the words of one language stand: the approved version, the one worked on, and all of them."""

    code: str
    label: str
    approved: ArticleVersion | None
    open: ArticleVersion | None
    versions: tuple[ArticleVersion, ...]

    @property
    def shown(self) -> ArticleVersion | None:
        """What the page shows first: what is worked on, else what is approved, else the last."""
        return self.open or self.approved or next(iter(self.versions), None)


def languages_of(versions: Sequence[ArticleVersion]) -> list[LanguageState]:
    """The state of each language, of the versions of one article, the newest first."""
    found = []
    for code, label in Language.choices:
        own = tuple(one for one in versions if one.language == code)
        approved = next((one for one in own if one.state == "approved"), None)
        worked_on = next((one for one in own if one.is_open), None)
        found.append(LanguageState(code, str(label), approved, worked_on, own))
    return found


def for_readers(article: Article, language: str) -> ArticleVersion | None:
    """The approved words for a reader of a language: in it, else in the nearest; None where nothing is approved."""
    approved = {one.language: one for one in ArticleVersion.objects.approved().filter(article=article)}
    return _nearest(approved, language)


def published(words: str = "") -> ArticleQuerySet:
    """The articles that may be read outside; with words those with them in an approved title."""
    approved = ArticleVersion.objects.approved()
    found = approved.filter(title__icontains=words) if words else approved
    return Article.objects.filter(pk__in=found.values("article_id"))


def all_for_readers(articles: Collection[Article], language: str) -> dict[int, ArticleVersion]:
    """As `for_readers`, of several articles in one statement: by the number of the article."""
    approved: dict[int, dict[str, ArticleVersion]] = {}
    for one in ArticleVersion.objects.approved().filter(article__in=articles).defer("body"):
        approved.setdefault(one.article_id, {})[one.language] = one
    found = {number: _nearest(words, language) for number, words in approved.items()}
    return {number: one for number, one in found.items() if one is not None}


def _nearest(approved: Mapping[str, ArticleVersion], language: str) -> ArticleVersion | None:
    order = _FALLBACK.get(Language(language) if language in Language.values else Language.SIMPLIFIED, ())
    return next((approved[code] for code in order if code in approved), None)


def told_of(addresses: Collection[str]) -> dict[str, dict[str, str]]:
    """Title and summary of the approved words of these articles, by language and address: in one statement."""
    if not addresses:
        return {}
    approved: dict[str, dict[str, str]] = {}
    rows = ArticleVersion.objects.approved().filter(article__public_id__in=addresses)
    for one in rows.select_related("article"):
        approved.setdefault(str(one.article.public_id), {})[one.language] = f"{one.title} {one.summary}"
    return {
        language: {address: next(words[code] for code in order if code in words) for address, words in approved.items()}
        for language, order in _FALLBACK.items()
    }


def note_opening(version: ArticleVersion, *, now: dt.datetime) -> None:
    """The public page was opened; nothing else changes by it."""
    ArticleOpening.objects.create(version=version, at=now)


def openings_of(article: Article, since: dt.datetime) -> dict[int, int]:
    """How often each version was opened outside since a moment."""
    rows = ArticleOpening.objects.filter(version__article=article, at__gte=since)
    return dict(rows.values_list("version_id").annotate(n=Count("pk")))
