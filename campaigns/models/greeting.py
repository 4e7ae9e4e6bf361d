"""Greetings of campaigns that stand: who was greeted for what on which day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.querysets import GreetingQuerySet
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models import Patient


class Greeting(HospitalModel):
    """A person is greeted for an occasion of a day: once, whichever campaigns stand for it. `queued_at` is when the
    message was given to the outbox, where its key is `campaign:<campaign>:<person>:<day>`; who is held out gets none.
    """

    goes_with_person = True
    keys_by_statement = True

    hospital = lean_hospital()
    campaign = HospitalForeignKey(Campaign, models.CASCADE, related_name="greetings", db_index=False)
    patient = HospitalForeignKey(Patient, models.CASCADE, related_name="greetings", db_index=False)
    occasion = models.CharField(_("occasion"), max_length=20, db_collation="C")
    on = models.DateField(_("day"))
    queued_at = models.DateTimeField(_("queued at"), null=True, blank=True)
    is_held_out = models.BooleanField(_("held out, to compare with"), default=False, db_default=False)

    objects = scoped_manager(GreetingQuerySet)

    class Meta:
        verbose_name = _("greeting of a person")
        verbose_name_plural = _("greetings of people")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "patient", "occasion", "on"], name="greeting_once"),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "campaign", "id"],
                condition=Q(queued_at__isnull=True, is_held_out=False),
                name="greeting_next_idx",
            ),
            models.Index(fields=["hospital", "campaign", "-on"], name="greeting_campaign_idx"),
        ]

    def __str__(self) -> str:
        return f"#{self.patient_id} {self.occasion} {self.on}"
