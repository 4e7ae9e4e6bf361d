"""How many people there are by specialty, disease, region, group and stage: kept as counts, so that nobody counts a
million rows to open a page.

`PeopleCount` is made anew every night; between two nights a trigger on the table of people writes one `PeopleChange`
for each combination whose number a statement changed. Their sum is always exact, also inside the transaction that
changes somebody, and two transactions never wait for each other, because changes are only added. Erased records are
not counted. `region` is the code of the division where it is known, else the name of the region.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital


class PeopleCount(HospitalModel):
    """So many people at the last count. `level` says what they are counted by: `cell` (department, disease and region),
    two of them (`department_disease` …), or one axis of labels, whose group or stage stands in `value`.
    """

    hospital = lean_hospital()
    level = models.CharField(max_length=20)
    department = HospitalForeignKey(Department, models.CASCADE, null=True, related_name="+", db_index=False)
    disease_group = models.CharField(max_length=3, blank=True, db_collation="C")
    region = models.CharField(max_length=40, blank=True, db_collation="C")
    value = models.CharField(max_length=10, blank=True)
    n = models.IntegerField()

    keys_by_statement = True

    class Meta:
        verbose_name = _("number of people")
        verbose_name_plural = _("numbers of people")
        indexes = [
            models.Index(
                fields=["hospital", "level", "department"],
                include=["disease_group", "region", "value", "n"],
                name="people_count_department_idx",
            ),
            models.Index(
                fields=["hospital", "level", "disease_group"],
                include=["department", "region", "n"],
                name="people_count_disease_idx",
            ),
            models.Index(
                fields=["hospital", "level", "region"],
                include=["department", "disease_group", "n"],
                name="people_count_region_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.n}"


class PeopleChange(HospitalModel):
    """A statement made people of this combination more or fewer since the last count. Written by a trigger."""

    keys_by_statement = True

    hospital = lean_hospital()
    department = HospitalForeignKey(Department, models.CASCADE, null=True, related_name="+", db_index=False)
    disease_group = models.CharField(max_length=3, blank=True, db_collation="C")
    region = models.CharField(max_length=40, blank=True, db_collation="C")
    orientation = models.CharField(max_length=10, blank=True)
    life_cycle = models.CharField(max_length=10, blank=True)
    visit_cycle = models.CharField(max_length=10, blank=True)
    n = models.IntegerField()

    class Meta:
        verbose_name = _("change of numbers of people")
        verbose_name_plural = _("changes of numbers of people")
        indexes = [models.Index(fields=["hospital", "id"], name="people_change_idx")]

    def __str__(self) -> str:
        return f"{self.n:+}"
