"""One plain factory per model of content."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from content import models


class ArticleFactory(DjangoModelFactory):
    """An article about salt."""

    class Meta:
        model = models.Article

    name = factory.Sequence(lambda n: f"少吃盐{n}")


class ArticleVersionFactory(DjangoModelFactory):
    """Its draft in Simplified Chinese."""

    class Meta:
        model = models.ArticleVersion

    article = factory.SubFactory(ArticleFactory)
    language = "zh-hans"
    title = "少吃盐"
    body = "每天不超过5克。"
    changed_at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


class ArticlePictureFactory(DjangoModelFactory):
    """The row of a picture; its bytes are nowhere."""

    class Meta:
        model = models.ArticlePicture

    article = factory.SubFactory(ArticleFactory)
    number = 1
    said = "一勺盐"
    storage_name = factory.Sequence(lambda n: f"picture-{n}")
    title, content_type, size, sha256 = "盐.png", "image/png", 1, "0" * 64


class ArticleOpeningFactory(DjangoModelFactory):
    """The draft was opened."""

    class Meta:
        model = models.ArticleOpening

    version = factory.SubFactory(ArticleVersionFactory)
    at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
