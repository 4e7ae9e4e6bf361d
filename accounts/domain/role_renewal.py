"""A hospital that was there before a release gets what the release adds to the shipped roles.

Roles whose bundle the hospital has ever adjusted, and roles of its own, stay as they are; nothing is taken away, and
nothing is given that would mix administrations in the hands of somebody who holds the role. Each role that changed is
on record.
"""

import zlib

from accounts.audit import record
from accounts.domain import renewals, rights
from accounts.domain.renewals import Chunk, Rule
from accounts.models import AuditEvent, Role
from accounts.roles import SHIPPED_ROLES

RULE = "roles"
_ADJUSTED = "accounts.role.adjust"
_VERSIONS = 2**15


def connect() -> None:
    """Called once by the app's wiring."""
    renewals.register(Rule(RULE, version, renew_chunk, "accounts.roles.renew", "roles"))


def version() -> int:
    """Another number for each other set of shipped bundles."""
    bundles = "\n".join(f"{code} {sorted(role.capabilities)}" for code, role in sorted(SHIPPED_ROLES.items()))
    return zlib.crc32(bundles.encode()) % _VERSIONS


def renew_chunk(after_id: int) -> Chunk:
    """All shipped roles of the hospital: there are few."""
    own = _adjusted_ones()
    roles = Role.objects.filter(code__in=SHIPPED_ROLES, pk__gt=after_id).select_for_update(no_key=True)
    changed = sum(_complete(role) for role in roles.order_by("pk") if role.pk not in own)
    return Chunk(None, changed)


def _complete(role: Role) -> bool:
    """Adds what is shipped and missing; whether something was."""
    whole = {*role.capabilities, *SHIPPED_ROLES[role.code].capabilities}
    given = sorted(whole - set(role.capabilities))
    if not given or rights.mixes_for_holders(role, whole):
        return False
    role.capabilities = sorted(whole)
    role.save(update_fields=["capabilities"])
    record("accounts.role.renew", role, actor=None, after={"capabilities": given})
    return True


def _adjusted_ones() -> set[int]:
    """The roles whose bundle the hospital has changed by itself, whatever it gave or took."""
    rows = AuditEvent.objects.filter(verb=_ADJUSTED).values_list("object_id", "before", "after")
    return {int(key) for key, before, after in rows if _bundle(before) or _bundle(after)}


def _bundle(values: dict | None) -> list[str]:
    return (values or {}).get("capabilities", [])
