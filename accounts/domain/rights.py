"""Rights: adjusting a role's bundle, granting and withdrawing roles. Each is one audit event with before and after."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.domain import tokens
from accounts.models import Hospital, Role, RoleProposal, StaffMember, StaffRole, User
from accounts.signals import rights_taken
from hospital_crm.tenancy.scope import hospital_scope

# 三员分立: system, security and audit administration stay apart from one another and from patients' data.
APART = (
    {"admin.organisation"},
    {"admin.roles", "security.rights", "security.viewings", "exports.approve"},
    {"audit.read"},
)
ADMINISTERING = frozenset().union(*APART)
# Shows nobody by name and gives nothing by itself, so it may stand beside any of them.
_BESIDE = {"privacy.approve", "security.incidents", "exports.make"}


def is_mixed(capabilities: Iterable[str]) -> bool:
    """Whether a bundle holds two kinds of administration, or one together with anything else."""
    chosen = set(capabilities)
    kinds = sum(bool(chosen & kind) for kind in APART)
    return kinds > 1 or (kinds == 1 and bool(chosen - ADMINISTERING - _BESIDE))


def mixes_for_holders(role: Role, capabilities: Iterable[str]) -> bool:
    """Whether a bundle, together with the other roles of somebody who holds this one, mixes administrations."""
    bundles: dict[int, set[str]] = {}
    others = StaffRole.objects.filter(staff__role_links__role=role).exclude(role=role)
    for staff_id, bundle in others.values_list("staff_id", "role__capabilities"):
        bundles.setdefault(staff_id, set(capabilities)).update(bundle)
    return any(is_mixed(bundle) for bundle in bundles.values())


def adjust_role(role: Role, *, before: Iterable[str], actor: Actor) -> None:
    """Saves a role whose name or bundle was adjusted."""
    role.capabilities = sorted(role.capabilities)
    role.save(update_fields=["name", "capabilities"])
    was, now = set(before), set(role.capabilities)
    taken, given = {"capabilities": sorted(was - now)}, {"capabilities": sorted(now - was)}
    audit.record("accounts.role.adjust", role, actor=actor, before=taken, after=given)
    if was - now:
        rights_taken.send(sender=Role)


def would_mix(staff: StaffMember, role: Role) -> bool:
    """Whether with this role one person would hold what the three administrations keep apart."""
    held = Role.objects.filter(staff_links__staff=staff).values_list("capabilities", flat=True)
    return is_mixed({*role.capabilities, *(capability for bundle in held for capability in bundle)})


def grant(link: StaffRole, *, actor: Actor) -> None:
    """Gives somebody a role. PermissionDenied where it is one's own, or where it would mix administrations."""
    if link.staff_id == actor.staff.pk or would_mix(link.staff, link.role):
        raise PermissionDenied
    link.granted_by = actor.staff
    link.save()
    audit.record("accounts.role.grant", link.staff, actor=actor, after={"role": link.role.code})


@transaction.atomic
def withdraw(link: StaffRole, *, actor: Actor | None) -> None:
    """Takes a role away; from the next request on it grants nothing, and what acts in it by a token is revoked."""
    tokens.revoke_all(link.staff, role=link.role, actor=actor, now=timezone.now())
    audit.record("accounts.role.withdraw", link.staff, actor=actor, before={"role": link.role.code})
    link.delete()
    rights_taken.send(sender=StaffRole)


def end_everywhere(user: User) -> None:
    """An account was switched off: at every hospital where it works, its work is for others."""
    for hospital in Hospital.objects.order_by("pk"):
        with hospital_scope(hospital):
            if StaffMember.objects.filter(user=user).exists():
                rights_taken.send(sender=User)


def propose(staff: StaffMember, role: Role, *, actor: Actor) -> bool:
    """Asks the security officer to give somebody a role; whether that was news."""
    _proposal, is_fresh = RoleProposal.objects.get_or_create(
        staff=staff, role=role, defaults={"proposed_by": actor.staff}
    )
    if is_fresh:
        audit.record("accounts.role.propose", staff, actor=actor, after={"role": role.code})
    return is_fresh


def proposals_for(actor: Actor) -> QuerySet[RoleProposal]:
    """The proposals somebody may decide: neither his own nor about himself."""
    rows = RoleProposal.objects.exclude(proposed_by=actor.staff).exclude(staff=actor.staff)
    return rows.select_related("staff", "role", "proposed_by").order_by("proposed_at", "id")


@transaction.atomic
def decide_proposals(ids: Iterable[int], *, is_granted: bool, actor: Actor) -> int:
    """Grants or refuses proposed roles; answers how many.

    Passed over are those that somebody decided meanwhile, and on granting those that would mix administrations.
    """
    chosen = list(proposals_for(actor).filter(pk__in=ids).select_for_update(of=("self",)))
    if is_granted:
        chosen = [one for one in chosen if not would_mix(one.staff, one.role)]
    for proposal in chosen:
        if is_granted and not StaffRole.objects.filter(staff=proposal.staff, role=proposal.role).exists():
            grant(StaffRole(staff=proposal.staff, role=proposal.role), actor=actor)
        elif not is_granted:
            audit.record("accounts.role.refuse", proposal.staff, actor=actor, before={"role": proposal.role.code})
        proposal.delete()
    return len(chosen)
