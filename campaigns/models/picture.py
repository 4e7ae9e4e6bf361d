"""Pictures that a mail carries with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.querysets import OfCampaignQuerySet
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import scoped_manager


class CampaignPicture(PrivateFile):
    """A picture of a mail; a block names it by `number`. `said` is read by those who do not see it."""

    folder = "campaigns"

    campaign = HospitalForeignKey(Campaign, models.CASCADE, related_name="pictures", db_index=False)
    number = models.PositiveIntegerField(_("number of the picture"))
    said = models.CharField(_("what is to be seen"), max_length=120)

    objects = scoped_manager(OfCampaignQuerySet)

    class Meta(PrivateFile.Meta):
        verbose_name = _("picture of a campaign")
        verbose_name_plural = _("pictures of campaigns")
        ordering = ["number"]
        constraints = [
            *PrivateFile.Meta.constraints,
            models.UniqueConstraint(fields=["hospital", "campaign", "number"], name="campaignpicture_numbered_once"),
        ]
