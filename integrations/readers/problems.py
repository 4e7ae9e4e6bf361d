"""What was wrong or odd in a row: codes that are stored, sentences that are made when a person reads them."""

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

REJECTED = "rejected"
WARNING = "warning"
SKIPPED = "skipped"

SENTENCES: dict[str, str] = {
    "name_missing": gettext_noop("the name is missing"),
    "name_placeholder": gettext_noop("the name stands for somebody unknown"),
    "name_shortened": gettext_noop("the name is longer than 100 characters and was shortened"),
    "number_too_long": gettext_noop("the number %(value)s… has more than 40 characters"),
    "number_damaged": gettext_noop("a spreadsheet has cut off digits of the number; it is not used"),
    "nobody": gettext_noop("no number and too little else to tell who this is"),
    "discharge_missing": gettext_noop("the discharge date is missing"),
    "discharge_impossible": gettext_noop("%(value)s is not a day"),
    "discharge_before_admission": gettext_noop("discharge before admission"),
    "discharge_future": gettext_noop("%(value)s lies in the future"),
    "admission_impossible": gettext_noop("%(value)s is not a day; the admission date stays empty"),
    "department_missing": gettext_noop("the department is missing"),
    "day_ambiguous": gettext_noop("%(value)s can be two days; write the year first, with four digits"),
    "row_cut_short": gettext_noop("the row breaks off"),
    "identity_check_digit": gettext_noop("the check digit of the identity number is wrong; the number is not used"),
    "identity_date": gettext_noop("the identity number holds an impossible date; it is not used"),
    "identity_length": gettext_noop("an identity number has 18 digits; the number is not used"),
    "identity_damaged": gettext_noop("a spreadsheet has cut off digits of the identity number; it is not used"),
    "identity_unreadable": gettext_noop("this is not an identity number; it is not used"),
    "sex_contradicts_identity": gettext_noop("the sex contradicts the identity number, which is followed"),
    "birth_contradicts_identity": gettext_noop("the birth date contradicts the identity number, which is followed"),
    "birth_impossible_identity": gettext_noop("%(value)s is not a birth date; the identity number gives it"),
    "birth_impossible": gettext_noop("%(value)s is not a birth date; it stays empty"),
    "age_impossible": gettext_noop("%(value)s is not an age; it stays empty"),
    "phone_too_short": gettext_noop("digits are missing; the number is not dialled"),
    "phone_too_long": gettext_noop("too many digits; the number is not dialled"),
    "phone_damaged": gettext_noop("a spreadsheet has damaged the number; it is not dialled"),
    "phone_unreadable": gettext_noop("this is not a telephone number; it is not dialled"),
    "visit_number_impossible": gettext_noop("%(value)s is not a number of admissions; it stays empty"),
    "revisit_impossible": gettext_noop("%(value)s is not a day; the revisit date stays empty"),
    "fees_impossible": gettext_noop("%(value)s is not an amount; the fees stay empty"),
    "disposition_unknown": gettext_noop("the way of leaving “%(value)s” is not known"),
    "death_day_impossible": gettext_noop("%(value)s is no day on which the person can have died; it stays empty"),
    "death_contradicted": gettext_noop(
        "one column says that the person died, another that not; nobody calls until it is decided"
    ),
    "death_unclear": gettext_noop("this may mean that the person died; nobody calls until it is decided"),
    "identity_conflict": gettext_noop(
        "the identity number belongs to somebody of another name or birth date; to be decided"
    ),
    "named_otherwise": gettext_noop(
        "the number belongs to somebody of another name, birth date or sex here; nothing was done by number alone"
    ),
    "record_conflict": gettext_noop(
        "the record number belongs to somebody with another identity number or name; to be decided"
    ),
    "name_conflict": gettext_noop("the identity number and the record number belong to two people; to be decided"),
    "stay_conflict": gettext_noop("another stay has this admission number and other dates; to be decided"),
    "alive_after_death": gettext_noop("the person is recorded as died before this stay; to be decided"),
    "number_of_another": gettext_noop("a number in this row belongs to somebody else and was not taken over"),
    "physician_number_of_another": gettext_noop(
        "the staff number beside the name is that of somebody else here; the name waits to be assigned"
    ),
    "birth_differs": gettext_noop("another birth date is on record and was kept"),
    "sex_differs": gettext_noop("another sex is on record and was kept"),
    "death_taken_back": gettext_noop("this stay was recorded as ending in death; that was kept, to be decided"),
    "admission_missing": gettext_noop("the admission date is missing; the day of discharge stands for it"),
    "several_people": gettext_noop("several people fit; a separate record was made, to be decided"),
    "person_twice": gettext_noop("this person is named twice; there is one member, by the first row"),
    "member_gone": gettext_noop("this person has left the unit and was not made a member"),
    "member_leaves_later": gettext_noop(
        "the day of leaving is still to come: the person is a member until a list says it again after that day"
    ),
    "person_erased": gettext_noop("the record of this person was erased; nothing is made of it again"),
    "stay_already": gettext_noop("the stay is on record already, and this list only adds"),
    "no_stay_yet": gettext_noop("the stay is not on record, and this list only corrects"),
    "check_already": gettext_noop("the check is on record already, and this list only adds"),
    "no_check_yet": gettext_noop("the check is not on record, and this list only corrects"),
    "code_already": gettext_noop("the code is there already, and this list only adds"),
    "no_code_yet": gettext_noop("the code is not there, and this list only corrects"),
    "member_already": gettext_noop("belongs to the unit already, and this list only adds"),
    "no_member_yet": gettext_noop("is no member of the unit, and this list only corrects"),
    "joined_impossible": gettext_noop("%(value)s is not a day; the day of joining stays empty"),
    "left_impossible": gettext_noop("%(value)s is not a day; the day of leaving stays empty"),
    "checkup_day_missing": gettext_noop("the day of the check is missing"),
    "checkup_day_impossible": gettext_noop("%(value)s is not a day"),
    "code_missing": gettext_noop("the code is missing"),
    "code_impossible": gettext_noop("“%(value)s” is no code of this table"),
    "code_twice": gettext_noop("this code stands in the list twice; the first row counts"),
    "term_missing": gettext_noop("the name is missing"),
    "term_too_long": gettext_noop("the name “%(value)s…” is too long"),
    "name_taken": gettext_noop("another department bears this name"),
    "purpose_unknown": gettext_noop("“%(value)s” is no purpose that is known"),
    "purpose_missing": gettext_noop("the purpose is missing"),
    "channel_unknown": gettext_noop("“%(value)s” is no channel that is known"),
    "decision_unknown": gettext_noop("“%(value)s” is neither a yes nor a no"),
    "decision_missing": gettext_noop("yes or no is missing"),
    "decided_impossible": gettext_noop("%(value)s is not a day"),
    "decided_future": gettext_noop("the decision lies in the future"),
    "no_source": gettext_noop("no source: what the decision rests on is not said"),
    "person_not_on_record": gettext_noop("nobody on record is meant for sure; a list of consents makes nobody"),
    "several_fit": gettext_noop("several people fit, and none of them for sure"),
    "consent_own_no": gettext_noop("the person said no here; only the person lifts it"),
    "consent_without_wording": gettext_noop("a yes needs the version of the text it was given to"),
    "consent_not_confirmed": gettext_noop("a yes for e-mail needs the day on which the address was confirmed"),
    "consent_of_a_child": gettext_noop("under 14 the guardian decides, here"),
    "consent_not_taken": gettext_noop("the dead and erased decide nothing, and a day in the future is wrong"),
    "consent_already": gettext_noop("the person has decided about this before, and this list only adds"),
    "no_consent_yet": gettext_noop("the person has never decided about this, and this list only corrects"),
    "left_before_joined": gettext_noop("left before joining"),
    "staff_already": gettext_noop("works here already, and this list only adds"),
    "no_staff_yet": gettext_noop("does not work here yet, and this list only corrects"),
    "staff_number_taken": gettext_noop("the staff number %(value)s belongs to somebody of another name"),
    "staff_of_one_name": gettext_noop("several people bear this name; the staff number is needed"),
    "staff_without_number": gettext_noop("somebody new needs a staff number or a user name"),
    "staff_left": gettext_noop("no longer works here; the account is to be activated first"),
    "ward_without_department": gettext_noop("a ward needs its department"),
    "department_code_unknown": gettext_noop("no department has the code %(value)s, and the row names none to make"),
    "department_code_of_another": gettext_noop(
        "the department code %(value)s and the department's name do not mean the same department here"
    ),
    "head_unknown": gettext_noop("“%(value)s” does not say whether somebody is head; it is not taken over"),
    "head_not_taken": gettext_noop(
        "whoever works here already is made head by the hospital's administrator; it is not taken over"
    ),
    "head_of_nothing": gettext_noop("head, but of no department or ward; it is not taken over"),
    "email_impossible": gettext_noop("“%(value)s” is no e-mail address"),
    "username_impossible": gettext_noop("“%(value)s” cannot be a user name"),
    "username_taken": gettext_noop("the user name %(value)s is taken"),
    "username_of_another": gettext_noop("the user name %(value)s belongs to somebody of another name"),
    "roles_mixed": gettext_noop("one person cannot hold these roles together: administration stays apart"),
    "role_for_oneself": gettext_noop("nobody grants roles to himself"),
    "role_administers": gettext_noop("roles that administer or audit are granted by the security officer"),
    "staff_signed_in": gettext_noop("has signed in since, so the account stays with its places and roles"),
    "staff_used": gettext_noop("work, a role or a place was given since, so the account stays"),
    "department_used": gettext_noop("the department stays: something uses it"),
    "ward_used": gettext_noop("the ward stays: something uses it"),
    "station_used": gettext_noop("the community station stays: something uses it"),
    "role_unknown": gettext_noop("the role “%(value)s” is not known; known are: %(known)s"),
    "visit_not_known": gettext_noop("the visit is not known, and the message says too little to make it"),
    "visit_of_another": gettext_noop("the visit is known as that of somebody else"),
    "discharge_in_future": gettext_noop("the discharge lies in the future"),
    "admission_future": gettext_noop("the admission lies in the future"),
    "discharge_from_event": gettext_noop("no discharge time; the moment of the event stands for it"),
    "merge_without_number": gettext_noop("the message does not say which number is retired, or which one stays"),
    "merge_of_nobody": gettext_noop("neither number is known, and the message does not say whose they are"),
    "cannot_unite": gettext_noop("the two records cannot be united"),
    "cannot_apply": gettext_noop("applying it failed; nothing of it was kept"),
    "later_emptied": gettext_noop(
        "what was said later about the same person is kept no more, and would be overruled; nothing was applied"
    ),
    "unreadable": gettext_noop("this is no message that can be read"),
    "training": gettext_noop("a message of training; it touches nothing real"),
    "no_stay": gettext_noop("messages of this kind tell no stay and nothing of a person"),
    "kept_for_later": gettext_noop("kept until the part of the system that it concerns is in use"),
    "empty": gettext_noop("the message is empty"),
    "no_header": gettext_noop("the message has no header (MSH)"),
    "no_type": gettext_noop("the header names no kind of message"),
    "no_delimiters": gettext_noop("the header names no usable delimiters"),
    "no_person": gettext_noop("the message names nobody (no PID)"),
    "several_messages": gettext_noop("several messages or a batch were sent as one message"),
    "control_characters": gettext_noop("the header holds control characters"),
    "erased": gettext_noop("the record of this person has been erased, and with it what the message said"),
    "birth_unreadable": gettext_noop("the birth date cannot be read; it stays as it was"),
    "death_day_not_taken": gettext_noop(
        "the day of death is no day on which the person can have died; it is not taken"
    ),
    "death_told_and_denied": gettext_noop(
        "the message says that the person died and that not; nobody calls until it is decided"
    ),
    "charset_misplaced": gettext_noop("the character set stands in a field that is not its own"),
    "charset_differs": gettext_noop("the text is not in the character set that the message declares"),
    "charset_guessed": gettext_noop("the message declares no character set; it was recognised by the text"),
    "charset_unreadable": gettext_noop("parts of the text cannot be read in any known character set"),
    "delete_told": gettext_noop("the source deletes a person or a visit; nothing is deleted here, somebody decides"),
    "delete_not_taken": gettext_noop(
        "the source takes away the telephone at work; which one it is, is not kept here, and all stay"
    ),
    "delete_unnamed": gettext_noop("the source deletes a visit and does not say which"),
    "link_told": gettext_noop("the source links or parts two records without merging them; links are not kept here"),
    "other_number_told": gettext_noop("an alternate number has changed; such numbers are not kept here"),
    "place_told": gettext_noop("the state of a bed; it concerns nobody"),
    "person_not_here": gettext_noop("the person to be deleted is not known here"),
    "number_taken": gettext_noop("the new number belongs to somebody else here; nobody was united"),
    "move_of_unknown_stay": gettext_noop("a visit is moved to somebody else, and it is not known here by this number"),
    "stay_number_taken": gettext_noop("the new number is that of another visit"),
    "visit_number_retired": gettext_noop("the number of the visit was retired: the visit is known under another one"),
    "stays_differ": gettext_noop("two visits are said to be one, and only one of them ended in death"),
    "stay_without_number": gettext_noop("the message does not say which number of a visit is retired, or which stays"),
    "person_not_known": gettext_noop("it refers to somebody who is not known here"),
    "no_json": gettext_noop("this is no JSON that can be read"),
    "no_resource": gettext_noop("this is no resource of FHIR"),
    "bundle_type": gettext_noop("bundles of this type are not taken"),
    "bundle_empty": gettext_noop("the bundle holds no resource"),
    "animal": gettext_noop("an animal; not a person"),
    "unborn": gettext_noop("somebody unborn; not a record of its own"),
    "record_inactive": gettext_noop("the source no longer uses this record"),
    "nobody_meant": gettext_noop("it belongs to a record that is no person here"),
    "kind_not_used": gettext_noop("resources of this kind tell nothing that is kept here"),
    "names_only": gettext_noop("only lends its name to the visits that refer to it"),
    "reference_unknown": gettext_noop(
        "department, ward or physician of a visit are named by a reference to what was not sent before;"
        " left empty until it is"
    ),
    "medicine_in_house": gettext_noop(
        "a medicine that is given in the house; only those that the person takes home are kept"
    ),
    "vaccination": gettext_noop("a vaccination; the register of vaccinations keeps it, and no rule here reads it"),
    "medicine_unnamed": gettext_noop("the medicine is not named"),
    "not_of_checkup": gettext_noop("a result that belongs to no health check; such results are not kept here"),
    "result_not_final": gettext_noop("a result that is not final"),
    "allergy_unnamed": gettext_noop("names no substance, or says that no allergy is known"),
    "no_visit": gettext_noop("belongs to no visit"),
    "not_so": gettext_noop("the source says that it is not so, or was not done"),
    "visit_planned": gettext_noop("a visit that is only planned"),
    "contact_incomplete": gettext_noop("no name of the person beside"),
    "consent_not_in_force": gettext_noop("the consent is a draft or was entered by mistake"),
    "consent_of_another_kind": gettext_noop("the consent is about something else than being approached"),
    "consent_undecided": gettext_noop("the consent does not say whether it permits or denies"),
    "consent_without_proof": gettext_noop("a consent without its source or the version of its wording; not taken"),
    "consent_stricter_stands": gettext_noop("a consent that may be older than the refusal on record, which stands"),
    "allergies_too_many": gettext_noop(
        "the field of allergies is full; an allergy of the message was not added, see the message for it"
    ),
    "consent_ends": gettext_noop("a consent that ends is not taken over automatically"),
    "consent_refused": gettext_noop("the decision cannot be taken for this person"),
    "by_hand": gettext_noop("left aside by hand"),
    "conflict": gettext_noop("two records contradict each other; to be decided"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: kind rejected (the row is left out) or warning (it goes in), the field it is about, and the values
    said.
    """

    kind: str
    code: str
    field: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The finding in the active language."""
        return sentence(self.code, self.params)


def sentence(code: str, params: dict[str, Any]) -> str:
    """A stored finding in the active language; what an older one does not hold is left blank."""
    text = gettext(SENTENCES[code])
    return text % defaultdict(str, params) if params else text
