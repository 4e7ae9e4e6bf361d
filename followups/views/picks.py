"""Which orders a bulk act is about, and whether the role may act on them: the marked rows, one row, or all that
match.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actors import Actor
from accounts.models import StaffMember
from followups.domain.ladder import COMPLETING
from followups.domain.stations import staff_for
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
from followups.views.scopes import led_wards, supervised_departments

MOST_AT_ONCE = 2000
MANAGE = ("followups.dispatch", "followups.ward", "followups.supervise")


@dataclass(frozen=True)
class Pick:
    """The act and the ids of its orders."""

    act: str
    ids: list[int]


def manageable(actor: Actor) -> FollowUpOrderQuerySet:
    """The orders the role may hand out, remind of or return: all, those of the own departments, those of the own
    wards.
    """
    departments = supervised_departments(actor)
    if departments is None:
        whole = any(actor.can(f"followups.{verb}") for verb in ("dispatch", "review", "quality"))
        return FollowUpOrder.objects.all() if whole else FollowUpOrder.objects.none()
    scope = Q(department_id__in=departments)
    if actor.can("followups.ward"):
        scope |= Q(ward__in=led_wards(actor))
    return FollowUpOrder.objects.filter(scope)


def candidates(actor: Actor, order_ids: Collection[int] = ()) -> QuerySet:
    """To whom the role may give orders: everybody who follows up; a head's and a head nurse's own people; for home
    visits of tier A the staff of the people's community station.
    """
    visitors = staff_for(order_ids) if order_ids else StaffMember.objects.none()
    both = Q(pk__in=_colleagues(actor).values("pk")) | Q(pk__in=visitors.values("pk"))
    return StaffMember.objects.filter(both)


def _colleagues(actor: Actor) -> QuerySet:
    working = StaffMember.objects.active().able(COMPLETING)
    staff = working.holding("physician", "nurse", "head_nurse", "department_head", "agent", "centre_manager")
    if actor.sees == "all":
        return staff
    if actor.can("followups.supervise"):
        return staff.filter(department_links__department_id__in=supervised_departments(actor) or ())
    if actor.can("followups.ward"):
        return staff.filter(ward_links__ward__in=led_wards(actor))
    return staff.filter(
        Q(department_links__department_id__in=actor.department_ids) | Q(ward_links__ward_id__in=actor.ward_ids)
    )


def picked(request: HttpRequest, orders: FollowUpOrderQuerySet, matching: Any = None) -> Pick:
    """The act and its orders out of `orders`, the first by their latest day where there are very many;
    `matching(query)` answers all that match a filter. Several orders may stand in one field, with commas between them.
    """
    act, _colon, single = request.POST.get("only", "").partition(":")
    if single:
        names = [single]
    else:
        act, names = request.POST.get("act", ""), request.POST.getlist("picked")
    if request.POST.get("all_matching") == "1" and matching is not None and not single:
        chosen = matching(QueryDict(request.POST.get("query", "")))
    else:
        chosen = orders.filter(public_id__in=_uuids(names))
    return Pick(act, list(chosen.order_by("latest_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]))


def _uuids(names: list[str]) -> list[UUID]:
    found = []
    for name in ",".join(names).split(","):
        try:
            found.append(UUID(name))
        except ValueError:
            continue
    return found


def back_of(request: HttpRequest, fallback: str) -> str:
    """The page to return to; only one of this site."""
    wished = request.POST.get("back") or request.GET.get("back") or ""
    safe = url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wished if safe and wished.startswith("/") else fallback


def demand(request: HttpRequest, *capabilities: str) -> None:
    """Refused unless the active role grants one of them."""
    if not any(request.actor.can(capability) for capability in capabilities):
        raise PermissionDenied
