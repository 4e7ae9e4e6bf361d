"""The pages of figures of which views are kept: each opens with the period that somebody chose."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

_PERIOD = ("period", "from", "to")
HOSPITAL = FilteredList(
    key="figures",
    label=_("Figures of follow-up"),
    url_name="reports:hospital",
    capability="reports.hospital",
    parameters=_PERIOD,
)
CENTRE = FilteredList(
    key="centre",
    label=_("Today at the centre"),
    url_name="reports:centre",
    capability="followups.review",
    parameters=_PERIOD,
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(HOSPITAL, CENTRE)
