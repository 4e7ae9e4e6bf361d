"""Pictures of an article."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models.article import Article
from content.models.querysets import PictureQuerySet
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import scoped_manager


class ArticlePicture(PrivateFile):
    """A picture of an article; its text names it by `number`. `said` is told to those who do not see it."""

    folder = "articles"

    article = HospitalForeignKey(Article, models.CASCADE, related_name="pictures", db_index=False)
    number = models.PositiveIntegerField(_("number of the picture"))
    said = models.CharField(_("what is to be seen"), max_length=120)

    objects = scoped_manager(PictureQuerySet)

    class Meta(PrivateFile.Meta):
        verbose_name = _("picture of an article")
        verbose_name_plural = _("pictures of articles")
        ordering = ["number"]
        constraints = [
            *PrivateFile.Meta.constraints,
            models.UniqueConstraint(fields=["hospital", "article", "number"], name="articlepicture_numbered_once"),
        ]
