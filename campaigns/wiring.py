"""What campaigns adds to navigation, messages, the trail and the rules of erasure."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor

TEST = "campaigns.test"


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import trail_links
    from accounts.navigation import NavItem, register
    from campaigns import filtered_lists, trail_words
    from campaigns.domain import file_parts
    from patients import erasure

    trail_words.connect()
    filtered_lists.connect()
    trail_links.register("campaigns.campaign", "campaigns:campaign", "campaigns.view")
    for name in ("CampaignRecipient", "Greeting"):
        erasure.register(erasure.Erasure(f"campaigns.{name}", "patient", goes=True))
    file_parts.connect()
    register(
        NavItem(
            label=_("Campaigns"),
            icon="speakerphone",
            url_name="campaigns:list",
            capability="campaigns.view",
            order=65,
            group=2,
            key="m",
            count=_waiting,
        )
    )
    _messages()


def _messages() -> None:
    from campaigns.domain import composing, kinds, variables
    from messaging import purposes, templates
    from messaging.domain.composing import register_values

    kinds.register_purposes()
    purposes.register(TEST, _("test of a campaign"), at_once=True)
    templates.register_source("campaign", composing.resolve)
    register_values(variables.told_of)


def _waiting(actor: Actor) -> QuerySet | None:
    """Campaigns that wait for this person's approval."""
    from campaigns.models import Campaign

    if not actor.can("campaigns.approve"):
        return None
    return Campaign.objects.filter(state="in_approval").exclude(writers__contains=[actor.staff.pk])
