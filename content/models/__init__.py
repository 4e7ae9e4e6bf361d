"""Facts of the library: articles, their versions in each language, pictures, and each opening from outside."""

from content.models.article import Article, ArticleVersion, Language
from content.models.opening import ArticleOpening
from content.models.picture import ArticlePicture

__all__ = ["Article", "ArticleOpening", "ArticlePicture", "ArticleVersion", "Language"]
