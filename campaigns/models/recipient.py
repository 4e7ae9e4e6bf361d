"""Everybody of an audience when it was frozen, and what was decided about each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.querysets import RecipientQuerySet
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models import Patient


class CampaignRecipient(HospitalModel):
    """A person of the audience. `outcome`: `send`, `holdout`, or why nothing is sent, by the codes of
    `messaging.models.Reason`. `queued_at` is when the message was given to the outbox, where its key is
    `campaign:<campaign>:<person>`: once for each person, whatever runs twice.
    """

    goes_with_person = True
    keys_by_statement = True

    SEND, HOLDOUT = "send", "holdout"

    hospital = lean_hospital()
    campaign = HospitalForeignKey(Campaign, models.CASCADE, related_name="recipients", db_index=False)
    patient = HospitalForeignKey(Patient, models.CASCADE, related_name="campaigns", db_index=False)
    outcome = models.CharField(_("what was decided"), max_length=20, db_collation="C")
    queued_at = models.DateTimeField(_("queued at"), null=True, blank=True)

    objects = scoped_manager(RecipientQuerySet)

    class Meta:
        verbose_name = _("person of an audience")
        verbose_name_plural = _("people of audiences")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "campaign", "patient"], name="campaignrecipient_once"),
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True) | Q(outcome="send"), name="campaign_queued_to_send"
            ),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "campaign", "id"],
                condition=Q(outcome="send", queued_at__isnull=True),
                name="campaignrecipient_next_idx",
            ),
            models.Index(fields=["hospital", "patient", "-id"], name="campaignrecipient_person_idx"),
        ]

    def __str__(self) -> str:
        return f"#{self.patient_id} in campaign #{self.campaign_id}"
