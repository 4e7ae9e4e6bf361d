"""A feed as a source of incidents: whose messages it brought in within some time, by the rows that keep them."""

from django.utils.translation import gettext_lazy as _

from accounts import affected
from accounts.affected import Found
from integrations.models import Feed, InboundRecord

_ROWS = f"""
select one, 'changed', received_at, null::bigint, null::bigint
  from {InboundRecord._meta.db_table} cross join lateral unnest(coalesce(people, array[patient_id])) as one
 where hospital_id = %(hospital)s and feed_id = %(ref)s and patient_id is not null and state = 'applied'
   and received_at >= %(since)s and received_at < %(until)s
"""


def connect() -> None:
    """Called once by the app's `wiring`."""
    affected.register(affected.Source("feed", _("a feed"), _("its name"), _feed, _ROWS))


def _feed(text: str) -> Found | None:
    found = list(Feed.objects.filter(title=text)[:2]) if text else []
    return Found(found[0].pk, found[0].title) if len(found) == 1 else None
