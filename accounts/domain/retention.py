"""How long the audit trail is kept: whole sealed batches go when the hospital's years are over, and leave their seal
and a proof behind.

The database function `purge_sealed` is the only thing that deletes, and only what is older than the law's least, three
years. A batch that is not what was sealed stays for whoever looks into it.
"""

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import InternalError, connection, transaction

from accounts import audit
from accounts.domain.seals import CHAINS, PLATFORM_CHAINS, Chain
from accounts.models import HospitalSettings

log = logging.getLogger("crm.audit")

AT_ONCE = 1000
PLATFORM_YEARS = 3
_YEAR = dt.timedelta(days=366)
_SETTING = {"event": "events_kept_years", "access": "accesses_kept_years", "change": "changes_kept_years"}


def purge_hospital(*, now: dt.datetime) -> int:
    """Deletes the batches of the hospital in scope whose years are over; answers how many rows went."""
    settings = HospitalSettings.objects.get()
    kept = {chain: getattr(settings, _SETTING[chain.name]) * _YEAR for chain in CHAINS}
    gone = {chain.name: _purged(chain, now - years) for chain, years in kept.items()}
    if any(gone.values()):
        audit.record("accounts.audit.purge", None, actor=None, rows={name: rows for name, rows in gone.items() if rows})
    return sum(gone.values())


def purge_platform(*, now: dt.datetime) -> int:
    """The same for failed sign-ins and acts of platform operators, which are kept three years."""
    return sum(_purged(chain, now - PLATFORM_YEARS * _YEAR) for chain in PLATFORM_CHAINS)


def _purged(chain: Chain, before: dt.datetime) -> int:
    done = chain.purge._default_manager.values("seal_id")
    over = chain.seals().filter(at__lt=before).exclude(pk__in=done)
    return sum(_purge_each(chain, over.values_list("pk", flat=True)[:AT_ONCE]))


def _purge_each(chain: Chain, seals: Iterable[int]) -> Iterable[int]:
    for seal in seals:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select purge_sealed(%s, %s)", [chain.name, seal])
                yield cursor.fetchone()[0]
        except InternalError:
            log.warning("audit_purge_refused", extra={"chain": chain.name, "seal": seal})
