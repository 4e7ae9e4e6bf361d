"""Who may see which campaigns: whoever may read campaigns sees all of them."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.actors import Actor


class CampaignQuerySet(models.QuerySet):
    """Campaigns."""

    def visible_to(self, actor: "Actor") -> "CampaignQuerySet":
        """All of the hospital, or none."""
        return self if actor.can("campaigns.view") else self.none()


class OfCampaignQuerySet(models.QuerySet):
    """Rows that belong to one campaign."""

    def visible_to(self, actor: "Actor") -> "OfCampaignQuerySet":
        """As the campaigns."""
        return self if actor.can("campaigns.view") else self.none()


class RecipientQuerySet(OfCampaignQuerySet):
    """Everybody of an audience."""

    def to_send(self) -> "RecipientQuerySet":
        """Those whose message is not queued yet."""
        return self.filter(outcome="send", queued_at__isnull=True)


class GreetingQuerySet(OfCampaignQuerySet):
    """Greetings of campaigns that stand."""

    def written(self) -> "GreetingQuerySet":
        """Those that are sent, not the people held out."""
        return self.filter(is_held_out=False)

    def to_send(self) -> "GreetingQuerySet":
        """Those whose message is not queued yet."""
        return self.written().filter(queued_at__isnull=True)
