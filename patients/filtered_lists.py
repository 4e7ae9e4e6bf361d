"""The lists about people, beside the list of people itself, of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

DUPLICATES = FilteredList(
    key="duplicates",
    label=_("Possible duplicates"),
    url_name="patients:duplicates",
    capability="patients.merge",
    parameters=("show",),
)
VIEWINGS = FilteredList(
    key="viewings",
    label=_("Flagged viewings"),
    url_name="patients:viewings",
    capability="security.viewings",
    also=("audit.read",),
    parameters=("state", "reason"),
)
REQUESTS = FilteredList(
    key="requests",
    label=_("Privacy requests"),
    url_name="patients:requests",
    capability="privacy.requests",
    parameters=("list",),
)
TASKS = FilteredList(
    key="tasks", label=_("Tasks"), url_name="patients:tasks", capability="patients.care", parameters=("list",)
)
MEMBERS = FilteredList(
    key="members",
    label=_("VIP members"),
    url_name="patients:members",
    capability="patients.members",
    also=("patients.memberships",),
    parameters=("state", "own"),
)
WIN_BACK = FilteredList(
    key="win-back",
    label=_("Win-back list"),
    url_name="patients:win-back",
    capability="patients.classification",
    parameters=("department",),
)
CLASSIFICATION = FilteredList(
    key="classification",
    label=_("Classification"),
    url_name="patients:classification",
    capability="patients.classification",
    also=("reports.hospital",),
    parameters=("rows", "columns", "only"),
)
SEGMENTS = FilteredList(
    key="segments",
    label=_("Segments"),
    url_name="segments:list",
    capability="patients.segments",
    parameters=("list",),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(DUPLICATES, VIEWINGS, REQUESTS, TASKS, MEMBERS, WIN_BACK, CLASSIFICATION, SEGMENTS)
