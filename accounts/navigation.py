"""The navigation of a role:

each app registers its entries; a person sees those whose capability the active role grants.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.actors import Actor
    from hospital_crm.tenancy.counts import Rows

# What a group of entries is called.
GROUPS = {1: _("Work"), 2: _("Customers"), 3: _("Management"), 9: _("Security")}


@dataclass(frozen=True)
class NavItem:
    """One entry. `count` answers what waits there: the rows, which the frame counts together with those of other
    entries, or their number (None = no number). `key` is the letter after `g`; `main_for` are the roles whose day
    begins there. `also`: pages elsewhere that belong to the entry; `unless`: who may do this has another entry for it.
    """

    label: Any
    icon: str
    url_name: str
    capability: str
    order: int
    group: int = 1
    key: str = ""
    count: "Callable[[Actor], Rows | int | None] | None" = None
    roles: frozenset[str] = frozenset()
    main_for: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    unless: str = ""


_items: list[NavItem] = []


def register(item: NavItem) -> None:
    """Adds an entry; called from an app's `apps.py`."""
    if item not in _items:
        _items.append(item)


def known() -> list[NavItem]:
    """Every entry, whoever may see it."""
    return list(_items)


def entries(actor: "Actor") -> list[NavItem]:
    """The entries of the active role, in order, the main one first. An item with `roles` is for those roles only."""
    held = (i for i in _items if actor.can(i.capability) and not (i.unless and actor.can(i.unless)))
    fitting = (i for i in held if not i.roles or actor.role_code in i.roles)
    return sorted(fitting, key=lambda item: (actor.role_code not in item.main_for, item.group, item.order))
