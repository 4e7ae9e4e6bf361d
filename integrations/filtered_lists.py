"""The queue of messages, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

MESSAGES = FilteredList(
    key="messages",
    label=_("Message queue"),
    url_name="integrations:messages",
    capability="integrations.import",
    parameters=("state", "feed"),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(MESSAGES)
