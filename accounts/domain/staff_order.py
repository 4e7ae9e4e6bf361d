"""What staff are listed by follows the rules that read names (`hospital_crm.pinyin`)."""

from accounts.domain import renewals
from accounts.domain.renewals import Chunk, Rule
from accounts.models import StaffMember
from hospital_crm import pinyin

AT_ONCE = 500


def connect() -> None:
    """Called once by the app's wiring."""
    renewals.register(Rule("staff-names", lambda: pinyin.VERSION, renew_chunk, "accounts.names.renew", "names_read"))


def renew_chunk(after_id: int) -> Chunk:
    """The order of the staff that follow, made again."""
    staff = list(StaffMember.objects.filter(pk__gt=after_id).select_for_update(no_key=True).order_by("pk")[:AT_ONCE])
    changed = [one for one in staff if one.name_order != pinyin.name_order(one.name)]
    for one in changed:
        one.save(update_fields=["name", "name_order"])
    return Chunk.of(staff, AT_ONCE, len(changed))
