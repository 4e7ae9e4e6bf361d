"""Rights: adjusting a role's bundle, granting and withdrawing roles. Each is one audit event with before and after."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from accounts import audit
from accounts.actors import Actor
from accounts.models import Role, StaffRole

# 三员分立: system, security and audit administration stay apart from one another and from patients' data.
APART = ({"admin.organisation"}, {"admin.roles", "security.rights"}, {"audit.read"})
ADMINISTERING = frozenset().union(*APART)


def is_mixed(capabilities: Iterable[str]) -> bool:
    """Whether a bundle holds two kinds of administration, or one together with anything else."""
    chosen = set(capabilities)
    kinds = sum(bool(chosen & kind) for kind in APART)
    return kinds > 1 or (kinds == 1 and bool(chosen - ADMINISTERING))


def adjust_role(role: Role, *, before: Iterable[str], actor: Actor) -> None:
    """Saves a role whose name or bundle was adjusted."""
    role.capabilities = sorted(role.capabilities)
    role.save(update_fields=["name", "capabilities"])
    was, now = set(before), set(role.capabilities)
    taken, given = {"capabilities": sorted(was - now)}, {"capabilities": sorted(now - was)}
    audit.record("accounts.role.adjust", role, actor=actor, before=taken, after=given)


def grant(link: StaffRole, *, actor: Actor) -> None:
    """Gives somebody a role. Refused where it is one's own: PermissionDenied."""
    if link.staff_id == actor.staff.pk:
        raise PermissionDenied
    link.granted_by = actor.staff
    link.save()
    audit.record("accounts.role.grant", link.staff, actor=actor, after={"role": link.role.code})


def withdraw(link: StaffRole, *, actor: Actor) -> None:
    """Takes a role away; from the next request on it grants nothing."""
    audit.record("accounts.role.withdraw", link.staff, actor=actor, before={"role": link.role.code})
    link.delete()
