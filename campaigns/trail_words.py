"""What the details that campaigns records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from campaigns.models import Campaign
from content.models import Language


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "campaigns",
        keys={
            "channel": _("channel"),
            "file": _("picture of a campaign"),
            "kind": _("kind of campaign"),
            "language": _("language"),
            "messages": _("messages"),
            "review_number": _("review number of the medical advert"),
            "review_until": _("review valid until"),
            "state": _("state"),
        },
        values={
            "channel": Campaign.Channel.choices,
            "kind": Campaign.Kind.choices,
            "language": Language.choices,
            "state": Campaign.State.choices,
            "purpose": [
                ("campaigns.preview", _("preview of a campaign")),
                ("campaigns.why", _("why somebody gets a campaign or not")),
            ],
        },
    )
