"""What the details that messaging records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from messaging.gateways import KINDS
from messaging.models import Channel, State, Suppression


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "messaging",
        keys={
            "credentials": _("credentials"),
            "receipt_secret": _("secret of the receipts"),
            "state": _("state"),
            "channel": _("channel"),
            "kind": _("kind"),
            "in_use": _("in use"),
            "per_second": _("at most so many in a second"),
            "letters": _("letters"),
            "stop": _("wants no more"),
            "added": _("words added"),
            "taken_off": _("words taken off"),
            "soft_bounce_days": _("messages came back on so many days"),
            "soft_bounce_within": _("within so many days"),
            "records_reading": _("write down what is opened and clicked"),
        },
        values={
            "state": State.choices,
            "channel": Channel.choices,
            "reason": Suppression.Reason.choices,
            "kind": [(kind.code, kind.label) for kind in KINDS.values()],
            "page": [(page, _("messages")) for page in ("message", "contacts", "panel-contacts")],
        },
    )
