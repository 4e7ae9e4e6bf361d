"""Tables of codes that a hospital brings in: diagnoses, administrative divisions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class DiagnosisCode(HospitalModel):
    """A code of the hospital's table of diagnoses, such as ICD-10 国家临床版: what it is called and belongs to."""

    code = models.CharField(_("code"), max_length=20, db_collation="C")
    name = models.CharField(_("diagnosis"), max_length=200)
    py_initials = models.CharField(_("initials"), max_length=60, blank=True, db_collation="C")
    category = models.CharField(_("group of diagnoses"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("diagnosis code")
        verbose_name_plural = _("diagnosis codes")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="diagnosiscode_unique"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="diagnosiscode_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Division(HospitalModel):
    """An administrative division (行政区划): province, prefecture, county or township, by its code of GB/T 2260 or
    GB/T 10114. `parent_code` is that of the division it belongs to.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("province")
        PREFECTURE = 2, _("prefecture")
        COUNTY = 3, _("county or district")
        TOWNSHIP = 4, _("township or street")

    code = models.CharField(_("code"), max_length=12, db_collation="C")
    name = models.CharField(_("name of the division"), max_length=40, db_collation="C")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    parent_code = models.CharField(_("belongs to"), max_length=12, blank=True, db_collation="C")

    class Meta:
        verbose_name = _("administrative division")
        verbose_name_plural = _("administrative divisions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="division_code_unique"),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="division_level_is_known"),
            models.CheckConstraint(condition=~Q(parent_code=models.F("code")), name="division_not_in_itself"),
        ]
        indexes = [
            models.Index(fields=["hospital", "name", "level"], name="division_name_idx"),
            models.Index(fields=["hospital", "parent_code"], name="division_parent_idx"),
        ]

    def __str__(self) -> str:
        return self.name
