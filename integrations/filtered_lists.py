"""The lists that were brought in, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

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
    register_filtered(IMPORTS)
