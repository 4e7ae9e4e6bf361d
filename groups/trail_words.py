"""What the details that groups records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "groups",
        keys={
            "benefits": _("benefits"),
            "contact": _("contact person"),
            "group": _("unit"),
            "is_key_person": _("key person"),
            "patient": _("person"),
            "visit": _("visit"),
        },
    )
