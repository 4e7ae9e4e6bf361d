"""Who writes an article, who lets it out, and what may follow what."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Hospital
from content.domain import articles, reading, shipping
from content.domain.articles import ArticleError, Words
from content.models import Article, ArticleVersion
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, actor_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
SALT = Words("少吃盐", "每天不超过5克。", "酱油里也有盐。")


@pytest.fixture
def article(north: Hospital, cast: Cast) -> Article:
    """A draft written by the agent."""
    with hospital_scope(north):
        writer = actor_of(cast.sun)
        return articles.create_article(
            kind="knowledge", department=None, language="zh-hans", words=SALT, actor=writer, now=NOW
        )


def version_of(article: Article) -> ArticleVersion:
    return article.versions.select_related("article").order_by("-number")[0]


def test_an_article_goes_out_by_a_second_person(article: Article, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        sun, qian = actor_of(cast.sun), actor_of(cast.qian)
        assert reading.for_readers(article, "zh-hans") is None
        articles.submit(version_of(article), actor=sun, now=NOW)
        articles.approve(version_of(article), seen_at=NOW, actor=qian, now=NOW)
        found = reading.for_readers(article, "zh-hans")
        assert found is not None
        assert (found.title, found.state, found.author, found.decided_by) == ("少吃盐", "approved", cast.sun, cast.qian)
        verbs = AuditEvent.objects.filter(verb__startswith="content.").order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == [f"content.article.{verb}" for verb in ("create", "write", "submit", "approve")]


def test_whoever_wrote_of_a_text_does_not_approve_it(article: Article, north: Hospital, cast: Cast) -> None:
    """Also where somebody else wrote last."""
    with hospital_scope(north):
        sun, qian = actor_of(cast.sun), actor_of(cast.qian)
        articles.write(article, language="zh-hans", words=SALT, actor=qian, now=NOW)
        articles.write(article, language="zh-hans", words=SALT, actor=sun, now=NOW)
        version = version_of(article)
        articles.submit(version, actor=sun, now=NOW)
        for actor in (sun, qian):
            with pytest.raises(ArticleError, match=r"."):
                articles.approve(version_of(article), seen_at=NOW, actor=actor, now=NOW)
        assert version_of(article).state == "in_approval"
        with pytest.raises(IntegrityError), transaction.atomic():
            article.versions.update(state="approved", decided_by=cast.sun)


def test_an_approved_text_stays_until_the_next_is_approved(article: Article, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        sun, qian = actor_of(cast.sun), actor_of(cast.qian)
        articles.submit(version_of(article), actor=sun, now=NOW)
        articles.approve(version_of(article), seen_at=NOW, actor=qian, now=NOW)
        articles.write(article, language="zh-hans", words=Words("更少的盐", body="三克。"), actor=sun, now=NOW)
        found = reading.for_readers(article, "zh-hans")
        assert found is not None
        assert (found.title, found.number, version_of(article).number) == ("少吃盐", 1, 2)
        articles.submit(version_of(article), actor=sun, now=NOW)
        articles.approve(version_of(article), seen_at=NOW, actor=qian, now=NOW)
        states = list(article.versions.order_by("number").values_list("number", "state"))
        assert states == [(1, "retired"), (2, "approved")]


def test_a_text_in_approval_is_not_changed_and_goes_back_with_a_reason(
    article: Article, north: Hospital, cast: Cast
) -> None:
    with hospital_scope(north):
        sun, qian = actor_of(cast.sun), actor_of(cast.qian)
        articles.submit(version_of(article), actor=sun, now=NOW)
        with pytest.raises(ArticleError):
            articles.write(article, language="zh-hans", words=SALT, actor=sun, now=NOW)
        articles.send_back(version_of(article), reason="缺出处", actor=qian, now=NOW)
        assert (version_of(article).state, version_of(article).reason) == ("draft", "缺出处")
        with pytest.raises(ArticleError):
            articles.approve(version_of(article), seen_at=NOW, actor=qian, now=NOW)


def test_a_text_that_was_rewritten_since_it_was_read_is_not_approved(
    article: Article, north: Hospital, cast: Cast
) -> None:
    with hospital_scope(north):
        sun, qian = actor_of(cast.sun), actor_of(cast.qian)
        articles.submit(version_of(article), actor=sun, now=NOW)
        articles.take_back(version_of(article), actor=sun)
        later = NOW + dt.timedelta(minutes=5)
        articles.write(article, language="zh-hans", words=Words("多吃盐", body="随意。"), actor=sun, now=later)
        articles.submit(version_of(article), actor=sun, now=later)
        for seen_at in (NOW, None):
            with pytest.raises(ArticleError):
                articles.approve(version_of(article), seen_at=seen_at, actor=qian, now=later)
        assert version_of(article).state == "in_approval"
        articles.approve(version_of(article), seen_at=later, actor=qian, now=later)


def test_a_reader_is_given_the_nearest_language(article: Article, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        article.versions.update(state="approved")
        assert reading.for_readers(article, "en").language == "zh-hans"  # type: ignore[union-attr]
        articles.retire(version_of(article), reason="过时", actor=actor_of(cast.sun))
        assert reading.for_readers(article, "zh-hans") is None


@pytest.mark.parametrize(
    ("words", "field"),
    [(Words(" "), "title"), (Words("少吃盐"), "body"), (Words("少吃盐", body="![盐](3)"), "body")],
)
def test_what_cannot_be_read_is_refused(
    article: Article, north: Hospital, cast: Cast, words: Words, field: str
) -> None:
    with hospital_scope(north), pytest.raises(ArticleError) as refused:
        articles.write(article, language="zh-hans", words=words, actor=actor_of(cast.sun), now=NOW)
    assert refused.value.field == field


def test_shipped_articles_are_there_in_three_languages_and_once(north: Hospital) -> None:
    with hospital_scope(north):
        shipped = Article.objects.exclude(code="")
        assert {(one.code, one.versions.approved().count()) for one in shipped} == {
            (path.stem, 3) for path in shipping.FOLDER.glob("zh-hans/*.md")
        }
        assert len(shipped) == 9
        assert shipping.install_shipped(now=NOW) == 0
