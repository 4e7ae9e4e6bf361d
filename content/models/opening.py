"""Each opening of an article from outside."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models.article import ArticleVersion
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel


class ArticleOpening(HospitalModel):
    """Somebody opened the public page of an article. Who it was is not known; a program that looks at links is one of
    them too.
    """

    append_only = True

    version = HospitalForeignKey(ArticleVersion, models.CASCADE, related_name="openings", db_index=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("opening of an article")
        verbose_name_plural = _("openings of articles")
        indexes = [models.Index(fields=["hospital", "version", "at"], name="articleopening_idx")]

    def __str__(self) -> str:
        return f"#{self.version_id} {self.at:%Y-%m-%d}"
