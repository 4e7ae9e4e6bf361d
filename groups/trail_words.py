"""What the details that groups records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from groups.models import GroupValue


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "groups",
        keys={
            "benefit": _("benefit"),
            "benefits": _("benefits"),
            "contact": _("contact person"),
            "contracts": _("contracts"),
            "deal": _("opportunity"),
            "file": _("file of a unit"),
            "group": _("unit"),
            "have_left": _("have left the unit"),
            "is_new": _("recorded for the first time"),
            "is_key_person": _("key person"),
            "made": _("members who joined"),
            "members": _("members"),
            "patient": _("person"),
            "restored": _("members as before"),
            "source": _("source"),
            "status": _("state of cooperation"),
            "amount": _("amount in yuan"),
            "expected_on": _("expected on"),
            "step": _("how far"),
            "units": _("units"),
            "visit": _("visit"),
            "year": _("year"),
        },
        values={
            "source": GroupValue.Source.choices,
            "page": [("unit", _("unit")), ("panel-benefits", _("benefits"))],
        },
    )
