"""The list of campaigns, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

CAMPAIGNS = FilteredList(
    key="campaigns",
    label=_("Campaigns"),
    url_name="campaigns:list",
    capability="campaigns.view",
    parameters=("list", "kind", "channel"),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(CAMPAIGNS)
