"""What units are found by follows the rules that read names (`hospital_crm.pinyin`, `groups.domain.naming`)."""

from accounts.domain import renewals
from accounts.domain.renewals import Chunk, Rule
from groups.domain.naming import KEYS, find_by_name
from groups.models import GroupCustomer
from hospital_crm import pinyin

AT_ONCE = 500


def connect() -> None:
    """Called once by the app's wiring."""
    renewals.register(Rule("unit-names", lambda: pinyin.VERSION, renew_chunk, "groups.names.renew", "names_read"))


def renew_chunk(after_id: int) -> Chunk:
    """The search keys of the units that follow, made again."""
    units = list(GroupCustomer.objects.filter(pk__gt=after_id).select_for_update(no_key=True).order_by("pk")[:AT_ONCE])
    changed = [unit for unit in units if find_by_name(unit)]
    GroupCustomer.objects.bulk_update(changed, KEYS)
    return Chunk.of(units, AT_ONCE, len(changed))
