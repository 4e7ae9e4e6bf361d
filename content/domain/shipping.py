"""The articles that every hospital starts with, in three languages. They are in use as shipped, as the protocol is, and
are changed and retired like any other.
"""

import datetime as dt
from pathlib import Path

from django.db import transaction

from content.models import Article, ArticleVersion, Language

FOLDER = Path(__file__).resolve().parents[1] / "shipped"


@transaction.atomic
def install_shipped(*, now: dt.datetime) -> int:
    """Adds the shipped articles that the hospital in scope lacks; answers how many were added."""
    present = set(Article.objects.exclude(code="").values_list("code", flat=True))
    missing = [path for path in sorted(FOLDER.glob("zh-hans/*.md")) if path.stem not in present]
    articles = Article.objects.bulk_create(
        Article(code=path.stem, kind=_read(path)[0], name=_read(path)[1]) for path in missing
    )
    ArticleVersion.objects.bulk_create(
        _version(article, language, now) for article in articles for language in Language.values
    )
    return len(articles)


def _version(article: Article, language: str, now: dt.datetime) -> ArticleVersion:
    _kind, title, summary, body = _read(FOLDER / language / f"{article.code}.md")
    said = {"title": title, "summary": summary, "body": body, "state": "approved", "changed_at": now}
    return ArticleVersion(article=article, language=language, **said)


def _read(path: Path) -> tuple[str, str, str, str]:
    """Kind, title, summary and text of a file: one line each, then the text."""
    kind, title, summary, _blank, body = path.read_text(encoding="utf-8").split("\n", 4)
    return kind, title, summary, body.strip()
