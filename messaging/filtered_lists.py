"""The outbox, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

OUTBOX = FilteredList(
    key="outbox",
    label=_("Outbox"),
    url_name="messaging:outbox",
    capability="admin.organisation",
    also=("messaging.view",),
    parameters=("state", "channel", "to", "purpose", "reason", "since", "until"),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(OUTBOX)
