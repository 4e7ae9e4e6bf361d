"""The members of a unit, of which views are kept that hold for every unit."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

MEMBERS = FilteredList(
    key="unit-members",
    label=_("Members of a unit"),
    url_name="groups:members",
    capability="groups.view",
    parameters=("list",),
    of_one=True,
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(MEMBERS)
