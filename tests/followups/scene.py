"""Orders in the places where the pages look for them."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Department, StaffMember, Ward
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast
from tests.followups.factories import FollowUpOrderFactory
from tests.patients.factories import ContactPointFactory

NUMBER = "13800007788"


def today() -> dt.date:
    """The hospital's today."""
    return timezone.localdate()


def last_days() -> str:
    """The query of the seven days that end today, which hold yesterday on any day of a week or month."""
    return f"?period=own&from={today() - dt.timedelta(days=6)}&to={today()}"


def order_of(cast: Cast, assignee: StaffMember | None = None, *, days: int = 1, **fields: Any) -> FollowUpOrder:
    """A dispatched order of the cardiology ward whose window closes in `days` days (negative: it is late)."""
    with hospital_scope(cast.hospital):
        department = Department.objects.get_or_create(name=fields.pop("department", CARDIOLOGY))[0]
        ward = Ward.objects.get_or_create(name=CARDIOLOGY_WARD, department=department)[0]
        day = today() + dt.timedelta(days=days)
        made = FollowUpOrderFactory(
            **{
                "earliest_on": min(day, today()) - dt.timedelta(days=3),
                "due_on": min(day, today()),
                "latest_on": day,
                "department": department,
                "ward": ward,
                "assignee": assignee,
                "state": "dispatched" if assignee else "planned",
                "run__encounter__discharge_instructions": "低盐饮食，两周后复诊",
                **fields,
            }
        )
        ContactPointFactory(patient=made.patient, value=NUMBER[:-2] + f"{made.pk % 90 + 10}")
        return made


def submitted_of(cast: Cast, by: StaffMember, **fields: Any) -> FollowUpOrder:
    """A completed result that waits for the centre."""
    now = timezone.now()
    done = {
        "state": "submitted",
        "attempts_count": 1,
        "last_outcome": "completed",
        "last_attempt_at": now,
        "reached_at": now,
        "completed_at": now,
        "submitted_at": now,
        "submitted_by": by,
        "note": "恢复好",
        "finding_at": now if fields.get("has_finding") else None,
    }
    return order_of(cast, by, **{**done, **fields})
