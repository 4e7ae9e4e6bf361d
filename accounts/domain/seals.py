"""The hash chains over what was recorded: sealing them in batches, and finding where they were tampered with.

A batch holds the rows whose transactions lie between two numbers, the upper one below every transaction that still
runs, so that no late commit can fall into a sealed batch. Each seal's hash covers the hash before it; the newest also
goes to the log, so that it leaves the database and whoever owns it. What has no hospital has chains of its own.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_noop

from accounts.models import (
    AccessLog,
    AuditEvent,
    AuditPurge,
    AuditSeal,
    LoginFailure,
    PlatformEvent,
    PlatformPurge,
    PlatformSeal,
    RowChange,
)
from hospital_crm.tenancy.scope import required_hospital

log = logging.getLogger("crm.audit")

# Why a batch is not what was sealed: as the command says it, and translated on the page.
CHAIN_BROKEN = gettext_noop("a seal before this one is missing or was changed")
ROWS_DIFFER = gettext_noop("rows were added or removed")
ROWS_CHANGED = gettext_noop("rows were changed or put in another order, or the seal was changed")
ROWS_AFTER_PURGE = gettext_noop("rows were added after the batch was purged")
_START = "0" * 64
_NO_CEILING = 2**63 - 1
_SEALS_AT_ONCE = 1000
_DIGEST = """
    select count(*), coalesce(max(id), 0),
           encode(sha256(%s::bytea || coalesce(string_agg(
               sha256(convert_to(jsonb_strip_nulls(to_jsonb(t))::text, 'UTF8')), ''::bytea order by xid, id
           ), ''::bytea)), 'hex')
      from "{table}" t
     where {whose} xid >= %s::text::xid8 and xid < %s::text::xid8 and id > %s and id <= %s
"""


@dataclass(frozen=True)
class Chain:
    """One chain: the rows it is over, the seals on them, and the proof of what was purged."""

    name: str
    rows: type[models.Model]
    seal: type[models.Model]
    purge: type[models.Model]

    @property
    def owner(self) -> list[int]:
        """The hospital in scope whose rows these are; nobody's outside."""
        return [required_hospital().pk] if self.seal is AuditSeal else []

    def seals(self) -> QuerySet:
        """The links, oldest first."""
        return self.seal._default_manager.filter(chain=self.name).order_by("id")


CHAINS = tuple(
    Chain(name, rows, AuditSeal, AuditPurge)
    for name, rows in (("event", AuditEvent), ("access", AccessLog), ("change", RowChange))
)
PLATFORM_CHAINS = tuple(
    Chain(name, rows, PlatformSeal, PlatformPurge)
    for name, rows in (("failure", LoginFailure), ("platform", PlatformEvent))
)


@dataclass(frozen=True)
class Tampering:
    """A batch that is not what was sealed."""

    chain: str
    seal_id: int
    sealed_at: str
    rows_sealed: int
    rows_found: int
    reason: str


@dataclass(frozen=True)
class Tail:
    """What a chain has recorded since its last seal: nobody can vouch for these rows yet."""

    chain: str
    rows: int
    oldest: dt.datetime | None


def seal_all(chains: tuple[Chain, ...] = CHAINS) -> list[Any]:
    """Seals what is new in each chain of the hospital in scope. Nothing new: no seal. Twice at once is harmless."""
    sealed = [seal for chain in chains if (seal := _seal(chain)) is not None]
    for seal in sealed:
        hospital = {"hospital": seal.hospital_id} if isinstance(seal, AuditSeal) else {}
        log.info("audit_sealed", extra={**hospital, "chain": seal.chain, "rows": seal.rows, "digest": seal.digest})
    return sealed


def _seal(chain: Chain) -> Any | None:
    with connection.cursor() as cursor:
        owner = chain.owner[0] if chain.owner else 0
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s), %s)", [f"seal {chain.name}", owner])
    upto = _horizon()
    last = chain.seals().last()
    start, floor = (last.upto_xid, last.floor_id) if last else (0, 0)
    if upto < start and last is not None:  # another cluster: its transactions are counted anew
        start, floor = 0, max(last.last_id, last.floor_id)
    previous = last.digest if last else _START
    rows, last_id, digest = _digest(chain, previous, start, upto, floor, _NO_CEILING)
    if not rows:
        return None
    return chain.seal._default_manager.create(
        chain=chain.name,
        from_xid=start,
        upto_xid=upto,
        floor_id=floor,
        last_id=last_id,
        rows=rows,
        previous=previous,
        digest=digest,
    )


def _horizon() -> int:
    """The first transaction that may still run, of any database of the cluster: what is below it has ended."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def _digest(chain: Chain, previous: str, start: int, upto: int, floor: int, ceiling: int) -> tuple[int, int, str]:
    """Number of rows, highest id and hash of a batch, hashed on top of the hash before it."""
    whose = "hospital_id = %s and" if chain.owner else ""
    values: list[Any] = [bytes.fromhex(previous), *chain.owner, str(start), str(upto), floor, ceiling]
    with connection.cursor() as cursor:
        cursor.execute("select set_config('timezone', 'UTC', true)")
        cursor.execute(_DIGEST.format(table=chain.rows._meta.db_table, whose=whose), values)
        return cursor.fetchone()


def verify_all(chains: tuple[Chain, ...] = CHAINS, *, since: dt.datetime | None = None) -> Iterator[Tampering]:
    """Every sealed batch of the hospital in scope whose rows or whose place in the chain are not what was sealed.

    A purged batch has no rows left and stands with its hash. With `since` only what was sealed from then on; the hash
    of the last seal before it is taken as it stands.
    """
    for chain in chains:
        yield from _verify(chain, since)


def _verify(chain: Chain, since: dt.datetime | None) -> Iterator[Tampering]:
    first = chain.seals().filter(at__lt=since).last() if since else None
    seals = _with_proof(chain).filter(pk__gt=first.pk if first else 0)
    for one in _checks(chain, seals.iterator(chunk_size=_SEALS_AT_ONCE), first):
        if one.fault:
            seal = one.seal
            yield Tampering(chain.name, seal.pk, f"{seal.at:%F %T%z}", seal.rows, one.rows_found, one.fault)


@dataclass(frozen=True)
class Check:
    """A sealed batch held against its rows. `fault`: why it is not what was sealed, empty where it is; of a purged
    batch no row is left.
    """

    seal: Any
    rows_found: int
    fault: str

    @property
    def is_purged(self) -> bool:
        """Whether its rows were deleted when their time was over."""
        return self.seal.purged is not None


def newest_checked(chain: Chain, *, upto: int | None, count: int) -> tuple[list[Check], int | None]:
    """The newest seals of a chain of the hospital in scope, each checked, newest first, and the number of the next
    older one. `upto`: the newest one asked for.
    """
    seals = _with_proof(chain).order_by("-id")
    found = list((seals.filter(pk__lte=upto) if upto is not None else seals)[: count + 1])
    before = found.pop() if len(found) > count else None
    checked = list(_checks(chain, reversed(found), before))
    return checked[::-1], before.pk if before else None


def seal_over(chain: Chain, row: Any) -> Any | None:
    """The seal whose batch holds a row; None while it is not sealed. Of transaction numbers that began anew after a
    restored backup those of the row's own cluster count.
    """
    seals = chain.seals().filter(from_xid__lte=row.xid, upto_xid__gt=row.xid, floor_id__lt=row.pk)
    return seals.order_by("floor_id", "id").last()


def _with_proof(chain: Chain) -> QuerySet:
    """The seals, oldest first, with the hash under which their batch was purged, if it was."""
    purged = chain.purge._default_manager.filter(seal_id=OuterRef("pk")).values("digest")[:1]
    return chain.seals().annotate(purged=Subquery(purged))


def _checks(chain: Chain, seals: Iterable[Any], before: Any | None) -> Iterator[Check]:
    """Seals in their order, `before` being the one before the first of them."""
    floors = sorted(set(chain.seals().order_by().values_list("floor_id", flat=True).distinct()))
    previous = before.digest if before else _START
    for seal in seals:
        ceiling = next((floor for floor in floors if floor > seal.floor_id), _NO_CEILING)
        rows, _last, digest = _digest(chain, previous, seal.from_xid, seal.upto_xid, seal.floor_id, ceiling)
        fault = _fault(seal, rows, digest) if seal.purged is None else _purged_fault(seal, seal.purged, rows)
        if seal.previous != previous:
            fault = CHAIN_BROKEN
        yield Check(seal, rows, fault)
        previous = seal.digest


def _fault(seal: Any, rows: int, digest: str) -> str:
    if rows != seal.rows:
        return ROWS_DIFFER
    return ROWS_CHANGED if digest != seal.digest else ""


def _purged_fault(seal: Any, digest: str, rows: int) -> str:
    return ROWS_AFTER_PURGE if rows or digest != seal.digest else ""


def tails(chains: tuple[Chain, ...] = CHAINS) -> list[Tail]:
    """What each chain has recorded since its last seal; chains without such rows are left out."""
    found = []
    for chain in chains:
        last = chain.seals().last()
        rows = chain.rows._default_manager.all()
        if last is not None:
            upto, floor = (last.upto_xid, last.floor_id)
            if _horizon() < upto:
                upto, floor = 0, max(last.last_id, last.floor_id)
            rows = rows.filter(xid__gte=upto, pk__gt=floor)
        seen = rows.order_by().aggregate(rows=Count("pk"), oldest=Min("at"))
        if seen["rows"]:
            found.append(Tail(chain.name, seen["rows"], seen["oldest"]))
    return found


def newest(chains: tuple[Chain, ...] = CHAINS) -> dict[str, str]:
    """The newest hash of each chain of the hospital in scope, to compare with the log."""
    seals = {chain.name: chain.seals().last() for chain in chains}
    return {name: seal.digest for name, seal in seals.items() if seal is not None}
