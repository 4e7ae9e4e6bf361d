"""What feeds have sent is kept as it came for some time, and then emptied: the hospital says for how many days.

Only what is settled is emptied: applied, or not applied on purpose. It must have come and have been settled so long
ago. What was set aside, waits, or is kept for later stays whole however old it is. The row stays with its number in the
source, its event, the digest of its content, its times and what became of it, so that the same message is still known
when it comes again.
"""

import datetime as dt
from collections import Counter

from django.db.models import F

from accounts.audit import record
from accounts.models import Hospital, HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import Feed, InboundRecord

AT_ONCE = 2000


def empty_old(hospital: Hospital, now: dt.datetime) -> int:
    """Empty what a hospital has kept long enough, part by part, each in its own unit of work; answers how many."""
    emptied, part = 0, AT_ONCE
    while part == AT_ONCE:
        with hospital_scope(hospital):
            part = _empty_part(now)
        emptied += part
    return emptied


def _empty_part(now: dt.datetime) -> int:
    days = HospitalSettings.objects.values_list("messages_kept_days", flat=True).get()
    old = InboundRecord.objects.outlived(now - dt.timedelta(days=days)).select_for_update(skip_locked=True)
    rows = dict(old.values_list("pk", "feed_id")[:AT_ONCE])
    if not rows:
        return 0
    InboundRecord.objects.filter(pk__in=rows).update(raw=b"", corrected=b"", emptied_at=now)
    for feed_id, count in Counter(rows.values()).items():
        Feed.objects.filter(pk=feed_id).update(emptied_count=F("emptied_count") + count)
    record("integrations.message.empty", messages=len(rows), days=days)
    return len(rows)
