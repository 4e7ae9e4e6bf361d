"""The queue of messages and the lists that were brought in, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

MESSAGES = FilteredList(
    key="messages",
    label=_("Message queue"),
    url_name="integrations:messages",
    capability="integrations.import",
    parameters=("state", "feed"),
)
IMPORTS = FilteredList(
    key="imports",
    label=_("Imports"),
    url_name="integrations:list",
    capability="integrations.import",
    also=("integrations.import_staff", "groups.edit"),
    parameters=("list", "kind"),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(MESSAGES, IMPORTS)
