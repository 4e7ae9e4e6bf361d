"""Units that may be recorded twice: the same name without legal forms, the same telephone, or the same address."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.actors import Actor
from groups.domain.naming import name_key
from groups.models import GroupCustomer

MOST = 100
_SHORTEST_ADDRESS = 6

# Each answers pairs of ids with the smaller first; every one has few rows per key, so the joins stay small.
_PAIRS = """
with seen as (
    select id, name_key, py_full, regexp_replace(phone, '\\D', '', 'g') as digits,
           regexp_replace(address, '\\s', '', 'g') as place
      from groups_groupcustomer
     where hospital_id = nullif(current_setting('app.hospital_id', true), '')::bigint and not is_binned
)
select a.id, b.id, 'name' from seen a join seen b on a.name_key = b.name_key and a.id < b.id where a.name_key <> ''
union all
select a.id, b.id, 'pinyin' from seen a join seen b on a.py_full = b.py_full and a.id < b.id
 where a.py_full <> '' and a.name_key <> b.name_key
union all
select a.id, b.id, 'phone' from seen a join seen b on a.digits = b.digits and a.id < b.id where length(a.digits) >= 7
union all
select a.id, b.id, 'address' from seen a join seen b on a.place = b.place and a.id < b.id where length(a.place) >= %s
limit 1000
"""
WEIGHTS = {"name": 4, "phone": 3, "pinyin": 2, "address": 2}


@dataclass(slots=True)
class Candidate:
    """Two units that may be one, with what speaks for it, the strongest pairs first."""

    left: GroupCustomer
    right: GroupCustomer
    signs: list[str]

    @property
    def score(self) -> int:
        """The sum of the weights of the signs."""
        return sum(WEIGHTS[sign] for sign in self.signs)

    @property
    def reasons(self) -> list[str]:
        """The signs in the reader's language."""
        words = {
            "name": _("same name without legal form"),
            "pinyin": _("names sound the same"),
            "phone": _("same telephone"),
            "address": _("same address"),
        }
        return [words[sign] for sign in self.signs]


def candidates(actor: Actor) -> list[Candidate]:
    """Pairs of units the actor sees both of, at most a hundred, the likeliest first."""
    signs: dict[tuple[int, int], list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [_SHORTEST_ADDRESS])
        for left, right, sign in cursor.fetchall():
            signs.setdefault((left, right), []).append(sign)
    ids = {one for pair in signs for one in pair}
    units: dict[int, Any] = GroupCustomer.objects.visible_to(actor).select_related("owner").in_bulk(ids)
    found = [Candidate(units[a], units[b], why) for (a, b), why in signs.items() if a in units and b in units]
    return sorted(found, key=lambda one: (-one.score, one.left.pk, one.right.pk))[:MOST]


def alike(name: str, *, but: int | None = None) -> list[GroupCustomer]:
    """Units whose name is the same without legal form: the warning while a unit is typed in."""
    key = name_key(name)
    rows = GroupCustomer.objects.out_of_bin().filter(name_key=key)
    return list((rows.exclude(pk=but) if but else rows)[:5]) if key else []
