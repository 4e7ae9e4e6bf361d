"""The hash chain over what was recorded: sealing it in batches, and finding where it was tampered with.

A batch holds the rows whose transactions lie between two numbers, the upper one below every transaction that still
runs, so that no late commit can fall into a sealed batch. Each seal's hash covers the hash before it; the newest also
goes to the log, so that it leaves the database and whoever owns it.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from accounts.models import AccessLog, AuditEvent, AuditSeal, RowChange
from hospital_crm.tenancy.scope import required_hospital

log = logging.getLogger("crm.audit")

CHAINS: dict[str, type[models.Model]] = {"event": AuditEvent, "access": AccessLog, "change": RowChange}
_START = "0" * 64

_DIGEST = """
    select count(*), coalesce(max(id), 0),
           encode(sha256(%s::bytea || coalesce(string_agg(
               sha256(convert_to(jsonb_strip_nulls(to_jsonb(t))::text, 'UTF8')), ''::bytea order by xid, id
           ), ''::bytea)), 'hex')
      from "{table}" t
     where hospital_id = %s and xid >= %s::text::xid8 and xid < %s::text::xid8 and id > %s and id <= %s
"""
_NO_CEILING = 2**63 - 1


@dataclass(frozen=True)
class Tampering:
    """A batch that is not what was sealed."""

    chain: str
    seal_id: int
    sealed_at: str
    rows_sealed: int
    rows_found: int
    reason: str


def seal_all() -> list[AuditSeal]:
    """Seals what is new in each chain of the hospital in scope. Nothing new: no seal. Twice at once is harmless."""
    sealed = [seal for chain in CHAINS if (seal := _seal(chain)) is not None]
    for seal in sealed:
        log.info(
            "audit_sealed",
            extra={"hospital": seal.hospital_id, "chain": seal.chain, "rows": seal.rows, "digest": seal.digest},
        )
    return sealed


def _seal(chain: str) -> AuditSeal | None:
    hospital_id = required_hospital().pk
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s), %s)", [f"seal {chain}", hospital_id])
    upto = _horizon()
    last = AuditSeal.objects.filter(chain=chain).order_by("-id").first()
    start, floor = (last.upto_xid, last.floor_id) if last else (0, 0)
    if upto < start and last is not None:  # another cluster: its transactions are counted anew
        start, floor = 0, max(last.last_id, last.floor_id)
    previous = last.digest if last else _START
    rows, last_id, digest = _digest(chain, previous, start, upto, floor, _NO_CEILING)
    if not rows:
        return None
    return AuditSeal.objects.create(
        chain=chain,
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


def _digest(chain: str, previous: str, start: int, upto: int, floor: int, ceiling: int) -> tuple[int, int, str]:
    """Number of rows, highest id and hash of a batch, hashed on top of the hash before it."""
    table = CHAINS[chain]._meta.db_table
    values: list[Any] = [bytes.fromhex(previous), required_hospital().pk, str(start), str(upto), floor, ceiling]
    with connection.cursor() as cursor:
        cursor.execute("select set_config('timezone', 'UTC', true)")
        cursor.execute(_DIGEST.format(table=table), values)
        return cursor.fetchone()


def verify_all() -> Iterator[Tampering]:
    """Every sealed batch of the hospital in scope whose rows or whose place in the chain are not what was sealed."""
    for chain in CHAINS:
        yield from _verify(chain)


def _verify(chain: str) -> Iterator[Tampering]:
    seals = list(AuditSeal.objects.filter(chain=chain).order_by("id"))
    floors = sorted({seal.floor_id for seal in seals})
    previous = _START
    for seal in seals:
        later = [floor for floor in floors if floor > seal.floor_id]
        ceiling = later[0] if later else _NO_CEILING
        rows, _last, digest = _digest(chain, previous, seal.from_xid, seal.upto_xid, seal.floor_id, ceiling)
        reason = ""
        if seal.previous != previous:
            reason = "a seal before this one is missing or was changed"
        elif rows != seal.rows:
            reason = "rows were added or removed"
        elif digest != seal.digest:
            reason = "rows or the seal were changed"
        if reason:
            yield Tampering(chain, seal.pk, f"{seal.at:%F %T%z}", seal.rows, rows, reason)
        previous = seal.digest


def newest() -> dict[str, str]:
    """The newest hash of each chain of the hospital in scope, to compare with the log."""
    seals = {chain: AuditSeal.objects.filter(chain=chain).order_by("-id").first() for chain in CHAINS}
    return {chain: seal.digest for chain, seal in seals.items() if seal is not None}
