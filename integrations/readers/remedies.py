"""What an information officer does about a message that was set aside or waits: one sentence for each reason."""

from django.utils.translation import gettext, gettext_noop

_WRITTEN_WRONG = gettext_noop(
    "Have whoever looks after the sending system correct how it writes messages and send this one again; then leave"
    " it aside here."
)
_NUMBERS = gettext_noop(
    "Ask the sending department which numbers are meant. Correct them here where they are shown, or have the message"
    " sent again and leave this one aside."
)
_DAYS = gettext_noop(
    "Compare the days with the sending system, correct them here (PV1-44, PV1-45; in FHIR the period of the Encounter),"
    " and apply it."
)
_DECIDE = gettext_noop("Decide under Merge who is who; the message is then applied by itself.")
_FIRST_THE_PERSON = gettext_noop(
    "Have the sending system send the person first (A28 or A31; in FHIR the Patient); then apply this again. If another"
    " person is meant, correct here who (PID-3; in FHIR the reference)."
)

REMEDIES: dict[str, str] = {
    **dict.fromkeys(("empty", "no_header", "no_type", "no_delimiters", "control_characters"), _WRITTEN_WRONG),
    "several_messages": _WRITTEN_WRONG,
    **dict.fromkeys(("no_json", "no_resource", "bundle_type", "bundle_empty", "unreadable"), _WRITTEN_WRONG),
    "no_person": gettext_noop(
        "Have the sending system send it again with the person (PID); then leave this one aside."
    ),
    "nobody": gettext_noop(
        "Find the person in the sending system, write the number (PID-3; in FHIR the identifier of the Patient with its"
        " kind) and the name (PID-5; in FHIR name) here, and apply it. If nobody is found, leave it aside."
    ),
    "person_not_known": _FIRST_THE_PERSON,
    "merge_of_nobody": _FIRST_THE_PERSON,
    **dict.fromkeys(("merge_without_number", "stay_without_number", "delete_unnamed"), _NUMBERS),
    **dict.fromkeys(("admission_future", "discharge_before_admission", "discharge_in_future"), _DAYS),
    "number_taken": gettext_noop(
        "Compare both people. If they are one, unite them and apply this again; if not, have the number corrected in"
        " the sending system and leave this aside."
    ),
    "named_otherwise": gettext_noop(
        "See in the sending system who is meant. Correct the number (PID-3, MRG-1) or the name (PID-5, MRG-7) here and"
        " apply it; if the record here is wrong, correct that first. If somebody else is meant, leave it aside."
    ),
    "cannot_unite": gettext_noop(
        "Look at both people: one may lie in the bin or be erased, or the numbers belong to more than two. Settle that,"
        " unite them by hand, and leave this aside."
    ),
    "visit_of_another": gettext_noop(
        "See in the sending system whose visit it is. Correct the number of the person (PID-3) or of the visit"
        " (PV1-19), in FHIR the reference to the person, and apply it, or have the visit moved there (A45)."
    ),
    "visit_not_known": gettext_noop(
        "See in the sending system which visit is deleted. Write its number here (PV1-19) and apply it. If the visit"
        " was never here, leave this aside."
    ),
    "move_of_unknown_stay": gettext_noop(
        "Have the visit sent again for the right person (A01, A03) and taken back from the wrong one (A11); then leave"
        " this aside."
    ),
    "stay_number_taken": gettext_noop(
        "See in the sending system which visit bears the number. Correct it here (PV1-19) and apply it, or leave"
        " it aside."
    ),
    "visit_number_retired": gettext_noop(
        "Nothing of it was applied. If it says something new, correct the number of the visit (PV1-19) and of the"
        " person (PID-3), in FHIR the references to them, and apply it; if not, leave it aside."
    ),
    "stays_differ": gettext_noop(
        "Make sure whether the person has died, have the discharge of the visit that stays sent again, and then"
        " apply this."
    ),
    "delete_told": gettext_noop(
        "Ask why it was deleted. A person entered twice: unite the two records. A person entered by mistake: stop all"
        " contact or erase the record. A visit: have it sent again as cancelled. Then leave this aside with what was"
        " decided."
    ),
    "consent_refused": gettext_noop(
        "Look at the person: the dead and erased decide nothing, a day in the future is wrong, and for children the"
        " guardian decides. Record what holds on the person's page and leave this aside."
    ),
    "later_emptied": gettext_noop(
        "Have the sending system send the person or the visit once more as it is today; then leave this aside."
    ),
    "person_erased": gettext_noop(
        "Nothing was made of it. If the person is in care here again, enter the record by hand under its record number"
        " and apply this; if not, leave it aside."
    ),
    "cannot_apply": gettext_noop(
        "Apply it again. If it fails once more, give the reason, the feed and the number of the message to whoever runs"
        " this system."
    ),
    **dict.fromkeys(
        ("identity_conflict", "record_conflict", "name_conflict", "stay_conflict", "several_people", "conflict"),
        _DECIDE,
    ),
    "alive_after_death": _DECIDE,
}


def remedy(code: str) -> str:
    """What to do about a reason, in the active language; '' where nothing needs to be done."""
    return gettext(REMEDIES[code]) if code in REMEDIES else ""
