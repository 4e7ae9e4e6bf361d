"""Who opened a record, unmasked or printed it: this month in a few lines, and all of it page after page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import unions
from accounts.models import AccessLog, StaffMember
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.scope import required_hospital
from patients.models import Patient

SHOWN = 5
KINDS = {
    "view": _("viewed"),
    "dial": _("numbers shown"),
    "unmask": _("unmasked"),
    "print": _("printed"),
}
LATEST = keyset.Key("at", dt.datetime.fromisoformat)


@dataclass(frozen=True)
class Seen:
    """Views of a record this month: people, views, and the latest ones."""

    people: int
    views: int
    latest: list[dict[str, Any]]


def seen_by(patient: Patient, day: dt.date) -> Seen:
    """Who opened, unmasked or printed this record, or one united with it, since the first of the month."""
    since = dt.datetime.combine(day.replace(day=1), dt.time(), tzinfo=required_hospital().tz)
    rows = openings(patient).filter(at__gte=since)
    total = rows.aggregate(people=Count("staff_id", distinct=True), views=Count("id"))
    latest = list(rows.values("staff_id", "kind").annotate(at=Max("at")).order_by("-at")[:SHOWN])
    names = names_of(row["staff_id"] for row in latest)
    return Seen(
        total["people"],
        total["views"],
        [{"name": names.get(row["staff_id"] or 0, "—"), "at": row["at"], "what": KINDS[row["kind"]]} for row in latest],
    )


def openings(patient: Patient) -> QuerySet[AccessLog]:
    """Every opening of this record, or of one united with it, that the access log still keeps."""
    return AccessLog.objects.filter(patient_id__in=unions.numbers_of(patient.pk), kind__in=list(KINDS))


def page_of(patient: Patient, *, after: str = "", before: str = "") -> keyset.Page[AccessLog]:
    """A page of them, the latest first."""
    return keyset.page_of(openings(patient), LATEST, fetch=AccessLog.objects.all(), after=after, before=before)


def names_of(staff_ids: Any) -> dict[int, str]:
    """The names of these members of staff."""
    return dict(StaffMember.objects.filter(pk__in=set(staff_ids)).values_list("pk", "name"))
