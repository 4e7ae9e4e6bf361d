"""Who may see which articles: whoever may read the library sees all of it; outside only approved versions are seen."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.actors import Actor


class ArticleQuerySet(models.QuerySet):
    """Articles."""

    def visible_to(self, actor: "Actor") -> "ArticleQuerySet":
        """The whole library, or nothing."""
        return self if actor.can("content.view") else self.none()

    def in_state(self, *states: str) -> "ArticleQuerySet":
        """Those with a version in one of these states."""
        versions = self.model._meta.get_field("versions").related_model.objects.filter(state__in=states)
        return self.filter(pk__in=versions.values("article_id"))


class VersionQuerySet(models.QuerySet):
    """Versions of articles."""

    def visible_to(self, actor: "Actor") -> "VersionQuerySet":
        """As the articles."""
        return self if actor.can("content.view") else self.none()

    def approved(self) -> "VersionQuerySet":
        """Those that may be read outside."""
        return self.filter(state="approved")

    def open(self) -> "VersionQuerySet":
        """Those that are written or wait for approval."""
        return self.filter(state__in=["draft", "in_approval"])


class PictureQuerySet(models.QuerySet):
    """Pictures of articles."""

    def visible_to(self, actor: "Actor") -> "PictureQuerySet":
        """As the articles."""
        return self if actor.can("content.view") else self.none()

    def published(self) -> "PictureQuerySet":
        """Those of articles that have an approved version."""
        return self.filter(article__versions__state="approved").distinct()
