"""What a token of the API may be for. A scope lends capabilities; a token has those that its role grants too."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

WHOLE = "patients.whole"


class Scope(NamedTuple):
    """The words of a scope, and the capabilities it lends."""

    label: object
    capabilities: frozenset[str]


_ORDERS = ("work", "dispatch", "ward", "review", "supervise", "quality")
SCOPES: dict[str, Scope] = {
    "patients.read": Scope(_("read people, masked"), frozenset({"patients.list", "patients.view"})),
    "patients.create": Scope(_("enter new people"), frozenset({"patients.edit"})),
    "patients.change": Scope(_("change what the hospital itself records of people"), frozenset({"patients.edit"})),
    "patients.write": Scope(_("add and change telephone numbers and addresses"), frozenset({"patients.edit"})),
    "encounters.read": Scope(_("read stays and visits, without clinical text"), frozenset({"patients.care"})),
    "groups.read": Scope(_("read units and their members"), frozenset({"groups.view"})),
    "orders.read": Scope(_("read follow-up orders"), frozenset(f"followups.{verb}" for verb in _ORDERS)),
    "orders.write": Scope(_("take up follow-up orders and record results"), frozenset({"followups.complete"})),
    WHOLE: Scope(_("read names and numbers whole, not masked"), frozenset({"patients.unmask"})),
}


def capabilities_of(scopes: list[str]) -> frozenset[str]:
    """All that these scopes lend."""
    return frozenset().union(*(SCOPES[code].capabilities for code in scopes if code in SCOPES))
