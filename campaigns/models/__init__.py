"""Facts of campaigns: the campaign with its words and history, and everybody of its audience."""

from campaigns.models.campaign import COMMERCIAL_KINDS, Campaign, CampaignChange, CampaignText
from campaigns.models.greeting import Greeting
from campaigns.models.picture import CampaignPicture
from campaigns.models.recipient import CampaignRecipient

__all__ = [
    "COMMERCIAL_KINDS",
    "Campaign",
    "CampaignChange",
    "CampaignPicture",
    "CampaignRecipient",
    "CampaignText",
    "Greeting",
]
