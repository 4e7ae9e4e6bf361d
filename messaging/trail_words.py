"""What the details that messaging records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from messaging.models import Channel, State, Suppression


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "messaging",
        keys={
            "state": _("state"),
            "channel": _("channel"),
        },
        values={
            "state": State.choices,
            "channel": Channel.choices,
            "reason": Suppression.Reason.choices,
        },
    )
