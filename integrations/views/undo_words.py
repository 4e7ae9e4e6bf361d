"""The question before an import is undone: what goes, what stays and why. Each kind of list has its own."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain import staff_undoing
from hospital_crm.shell.wording import number
from integrations.domain.kinds import Outlook, kind_of
from integrations.models import ImportBatch
from patients.domain import withdrawal

Words = tuple[str, list[str], str]


def undo_page(outlook: Outlook, found: ImportBatch) -> dict[str, Any]:
    """The page that asks."""
    text, kept, action = _words_of(found)(outlook, found)
    return {
        "batch": found,
        "title": _("Undo this import"),
        "text": text,
        "kept": kept,
        "action": action,
        "danger": True,
        "cancel_url": reverse("integrations:batch", args=[found.public_id]),
    }


def _words_of(found: ImportBatch) -> Callable[[Outlook, ImportBatch], Words]:
    if found.kind == ImportBatch.Kind.STAFF:
        return _of_staff
    if not kind_of(found).about_people:
        return _of_codes
    if found.kind == ImportBatch.Kind.CONSENTS:
        return _of_consents
    return _of_roster if found.kind == ImportBatch.Kind.ROSTER else _of_stays


def _of_stays(outlook: Outlook, found: ImportBatch) -> Words:
    said = {name: number(getattr(outlook, name)) for name in ("people", "stays", "orders")}
    kept = _people_kept(outlook, found)
    if outlook.repeated:
        repeats = _("Rows of later lists that only repeat known stays: %(n)s; stays of this list among them go too")
        kept.append(repeats % {"n": number(outlook.repeated)})
    kept.append(_("Numbers and details filled in on people known before stay, and so do deaths reported of them"))
    text = _("People deleted: %(people)s. Stays cancelled: %(stays)s. Orders voided: %(orders)s.") % said
    return text, kept, _("Undo (stays: %(stays)s)") % said


def _of_roster(outlook: Outlook, found: ImportBatch) -> Words:
    said = {name: number(getattr(outlook, name)) for name in ("people", "members")}
    kept = _people_kept(outlook, found)
    kept.append(_("Members the roster corrected are as they were, unless somebody changed them since"))
    text = _("Members removed: %(members)s. People deleted: %(people)s.") % said
    return text, kept, _("Undo (members: %(members)s)") % said


def _people_kept(outlook: Outlook, found: ImportBatch) -> list[str]:
    words = {
        withdrawal.WORKED_ON: _("People who stay because somebody has worked with them: %(n)s"),
        withdrawal.BY_HAND: _("People who stay because they were changed by hand: %(n)s"),
        withdrawal.OTHER_STAYS: _("People who stay because other lists have stays of them: %(n)s"),
    }
    kept = [words[reason] % {"n": number(n)} for reason, n in sorted(outlook.kept.items())]
    if updated := found.counts.get("stays_updated", 0):
        kept.append(_("Stays known before that keep the correction: %(n)s") % {"n": number(updated)})
    return kept


def _of_consents(outlook: Outlook, found: ImportBatch) -> Words:
    said = {"consents": number(outlook.consents)}
    kept = [_("What somebody has decided since stands")]
    return _("Decisions deleted: %(consents)s.") % said, kept, _("Undo (decisions: %(consents)s)") % said


def _of_codes(outlook: Outlook, found: ImportBatch) -> Words:
    codes = {"codes": number(outlook.codes)}
    kept = [
        _("Codes that something uses stay"),
        _("Codes that the list corrected are as they were, unless somebody changed them since"),
    ]
    return _("Codes deleted: %(codes)s.") % codes, kept, _("Undo (codes: %(codes)s)") % codes


def _of_staff(outlook: Outlook, found: ImportBatch) -> Words:
    said = {name: number(getattr(outlook, name)) for name in ("staff", "departments", "wards", "stations")}
    words = {
        staff_undoing.SIGNED_IN: _("Accounts that stay because somebody has signed in with them: %(n)s"),
        staff_undoing.USED: _("Accounts that stay because work, a role or a place was given since: %(n)s"),
        staff_undoing.DEPARTMENT_USED: _("Departments that stay because something uses them: %(n)s"),
        staff_undoing.WARD_USED: _("Wards that stay because something uses them: %(n)s"),
        staff_undoing.STATION_USED: _("Community stations that stay because something uses them: %(n)s"),
    }
    kept = [words[reason] % {"n": number(n)} for reason, n in sorted(outlook.kept.items())]
    kept.append(_("Staff the sheet corrected are as they were, unless somebody changed them since"))
    text = _(
        "Accounts deleted: %(staff)s. Departments deleted: %(departments)s. Wards deleted: %(wards)s."
        " Community stations deleted: %(stations)s."
    )
    text %= said
    return text, kept, _("Undo (accounts: %(staff)s)") % said
