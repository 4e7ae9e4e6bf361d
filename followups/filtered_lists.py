"""The lists and boards of follow-up of which views are kept."""

from django.utils.translation import gettext_lazy as _

from accounts.lists import FilteredList, register_filtered

DISPATCH = FilteredList(
    key="dispatch",
    label=_("Dispatch"),
    url_name="followups:dispatch",
    capability="followups.dispatch",
    parameters=("list", "state", "tier", "department", "due_from", "due_to"),
)
REVIEW = FilteredList(
    key="review",
    label=_("Review"),
    url_name="followups:review",
    capability="followups.review",
    parameters=("list",),
    opened_by="order",
)
BOARD = FilteredList(
    key="board",
    label=_("Supervision"),
    url_name="followups:board",
    capability="followups.supervise",
    parameters=("department", "period", "from", "to"),
)
QUALITY = FilteredList(
    key="quality",
    label=_("Late A list"),
    url_name="followups:quality",
    capability="followups.quality",
    parameters=("list",),
)
WORKBENCH = FilteredList(
    key="calls",
    label=_("My calls"),
    url_name="followups:workbench",
    capability="followups.work",
    parameters=("list",),
    opened_by="order",
)
WARD = FilteredList(
    key="ward",
    label=_("Ward list"),
    url_name="followups:ward",
    capability="followups.ward",
    parameters=("list", "ward"),
)
DISSATISFACTIONS = FilteredList(
    key="dissatisfactions",
    label=_("Dissatisfaction"),
    url_name="followups:dissatisfactions",
    capability="followups.work",
    also=tuple(f"followups.{verb}" for verb in ("dispatch", "ward", "review", "supervise", "quality")),
    parameters=("list",),
)


def connect() -> None:
    """Called once by the app's wiring."""
    register_filtered(DISPATCH, REVIEW, BOARD, QUALITY, WORKBENCH, WARD, DISSATISFACTIONS)
