"""Saved views of long lists, and the columns each reader wants to see.

Everybody keeps own views. Sharing one with a role or the whole hospital, and choosing what a role opens first, is for
those who may (`lists.share`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.lists import Column, FilteredList
from accounts.models import ColumnChoice, Role, SavedView
from hospital_crm.tenancy.together import Few, PreparedReads

VIEW = "view"
EVERYTHING = "all"
_PLACES = ("after", "before", VIEW, "page")


class ViewError(Exception):
    """Refused, with the reason."""


@dataclass(frozen=True)
class Kept:
    """What a reader has kept of a list: the views to choose from by name, and the own columns. `roles`: with whom views
    may be shared, by who may.
    """

    views: list[SavedView]
    columns: list[str]
    roles: list[Role]

    def chosen(self, wanted: str) -> SavedView | None:
        """The view that an address names."""
        return next((view for view in self.views if str(view.public_id) == wanted), None)

    def opened_first(self, actor: Actor) -> SavedView | None:
        """What the active role opens first, where somebody chose that."""
        return next((view for view in self.views if view.is_default and view.role_id == actor.role.pk), None)


def kept_of(actor: Actor, page: str) -> Kept:
    """Views and columns of the reader, in one statement."""
    found = _READS.read(page, actor.can("lists.share"), staff_id=actor.staff.pk, role_id=actor.role.pk)
    return Kept(found["views"], found["columns"][0].columns if found["columns"] else [], found.get("roles", []))


def _lists(page: str, may_share: bool, *, staff_id: int, role_id: int) -> dict[str, Few]:
    views = SavedView.objects.visible_in(staff_id=staff_id, role_id=role_id).filter(page=page).order_by("name", "pk")
    columns = ("id", "public_id", "name", "query", "columns", "shared", "role_id", "is_default", "owner_id")
    own = ColumnChoice.objects.filter(staff=staff_id, page=page)
    roles = {"roles": Few(Role.objects.order_by("rank", "code"), ("id", "code", "name"))} if may_share else {}
    return {"views": Few(views, columns), "columns": Few(own, ("id", "columns")), **roles}


_READS = PreparedReads(_lists)


def state_of(query: str, parameters: Sequence[str] = ()) -> str:
    """Filters and order of an address, without the place in the list: what a view, an export and a bulk edit keep;
    of a list that names its `parameters` these alone. No address is longer than the column: the web server refuses
    those.
    """
    kept = QueryDict(query, mutable=True)
    for key in [key for key in kept if not _is_state(key, parameters) or not any(kept.getlist(key))]:
        del kept[key]
    return kept.urlencode()


def _is_state(key: str, parameters: Sequence[str]) -> bool:
    return key not in _PLACES and (not parameters or key in parameters)


@transaction.atomic
def save_view(
    entry: FilteredList,
    *,
    name: str,
    query: str,
    columns: Sequence[str],
    shared: str = "nobody",
    role: Role | None = None,
    is_default: bool = False,
    actor: Actor,
) -> SavedView:
    """Keeps a list as it stands under a name; the own view of that name is replaced. What a role opened first before
    is then an ordinary view of the role.

    Refuses: no name; sharing by somebody who may not.
    """
    if not name.strip():
        raise ViewError(_("A view needs a name."))
    is_default = is_default and shared == SavedView.Shared.ROLE
    if shared != SavedView.Shared.NOBODY and not actor.can("lists.share"):
        raise ViewError(_("Your role does not allow this."))
    if shared == SavedView.Shared.ROLE and role is None:
        raise ViewError(_("Choose the role."))
    if is_default:
        SavedView.objects.filter(page=entry.key, role=role, is_default=True).update(is_default=False)
    try:
        with transaction.atomic():
            view, _is_fresh = SavedView.objects.update_or_create(
                page=entry.key,
                owner=actor.staff,
                name=name.strip()[:40],
                defaults={
                    "query": state_of(query, entry.parameters),
                    "columns": [column.key for column in entry.chosen(actor, columns)] if columns else [],
                    "shared": shared,
                    "role": role if shared == SavedView.Shared.ROLE else None,
                    "is_default": is_default,
                },
            )
    except IntegrityError as error:
        raise ViewError(_("Somebody else has just changed what this role opens first.")) from error
    record("accounts.view.save", view, actor=actor, page=entry.key, shared=shared, is_default=is_default)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: Actor) -> None:
    """Takes a view away: the own, or a shared one by whoever may share. Refused to others."""
    if view.owner_id != actor.staff.pk and not actor.can("lists.share"):
        raise ViewError(_("Your role does not allow this."))
    record("accounts.view.delete", view, actor=actor, page=view.page, shared=view.shared)
    view.delete()


def choose_columns(entry: FilteredList, columns: Sequence[str], *, actor: Actor) -> list[Column]:
    """Keeps the columns the reader wants to see, in the order of the list; none means the usual ones."""
    chosen = entry.chosen(actor, columns) if columns else []
    keys = [column.key for column in chosen]
    ColumnChoice.objects.update_or_create(staff=actor.staff, page=entry.key, defaults={"columns": keys})
    return chosen
