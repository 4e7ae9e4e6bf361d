"""The library, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

LIBRARY = FilteredList(
    key="articles",
    label=_("Articles"),
    url_name="content:library",
    capability="content.view",
    parameters=("list", "kind", "language", "q"),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(LIBRARY)
