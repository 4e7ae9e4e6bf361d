"""The names of the fields of lists for the people who map columns."""

from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Promise] = {
    "record_number": _("record number"),
    "admission_number": _("inpatient number"),
    "outpatient_number": _("outpatient number"),
    "card_number": _("hospital card"),
    "identity_number": _("identity number"),
    "identity_kind": _("kind of paper"),
    "name": _("person's name"),
    "sex": _("sex"),
    "birth_date": _("birth date"),
    "age": _("age"),
    "phone": _("phone"),
    "contact_name": _("contact person"),
    "contact_relation": _("relation of the contact person"),
    "contact_phone": _("phone of the contact person"),
    "email": _("e-mail"),
    "wechat": _("WeChat"),
    "admitted_on": _("admission date"),
    "discharged_on": _("discharge date"),
    "department": _("department"),
    "admission_department": _("admitting department"),
    "ward": _("ward"),
    "bed": _("bed"),
    "physician": _("attending physician"),
    "chief_physician": _("chief physician"),
    "nurse": _("responsible nurse"),
    "diagnosis_code": _("diagnosis code"),
    "diagnosis_text": _("diagnosis"),
    "admission_diagnosis": _("diagnosis on admission"),
    "secondary_diagnoses": _("other diagnoses"),
    "procedure_code": _("procedure code"),
    "procedure_text": _("procedure"),
    "surgery_level": _("surgery level"),
    "icu": _("intensive care"),
    "critical": _("critical notice"),
    "disposition": _("way of leaving"),
    "outcome": _("outcome"),
    "died": _("died"),
    "died_on": _("date of death"),
    "visit_number": _("number of the admission"),
    "discharge_instructions": _("discharge instructions"),
    "revisit_on": _("revisit date"),
    "medicines": _("medicines taken home"),
    "fees": _("fees"),
    "address": _("address"),
    "registered_address": _("registered address"),
    "occupation": _("occupation"),
    "employer": _("employer"),
    "education": _("education"),
    "purpose": _("purpose"),
    "channel": _("channel"),
    "decision": _("yes or no"),
    "decided_on": _("day of the decision"),
    "proof_source": _("source of the consent"),
    "wording": _("version of the wording"),
    "confirmed_on": _("day the address was confirmed"),
    "marital_status": _("marital status"),
    "insurance": _("insurance"),
    "allergies": _("allergies"),
    "length_of_stay": _("days of stay"),
    "row_label": _("serial number"),
    "hospital_name": _("hospital"),
    "ethnicity": _("ethnicity"),
    "staff_number": _("staff number"),
    "username": _("user name"),
    "department_code": _("department code"),
    "role": _("role"),
    "title": _("title"),
    "is_head": _("head"),
    "station": _("community station"),
    "employee_number": _("employee number"),
    "unit_department": _("department at the unit"),
    "position": _("position at the unit"),
    "is_key_person": _("key person"),
    "joined_on": _("joined on"),
    "left_on": _("left on"),
    "checkup_number": _("check-up number"),
    "checked_on": _("day of the check"),
    "package": _("check-up package"),
    "abnormal_items": _("abnormal items"),
    "advice": _("advice"),
    "table_code": _("code"),
    "term": _("what it is called"),
    "pinyin": _("initials"),
    "category": _("group of diagnoses"),
    "parent": _("belongs to"),
    "aliases": _("also called"),
    "level": _("level"),
}


# What is clinical text, for roles that read none of it.
CLINICAL_FIELDS = frozenset((
    "diagnosis_code", "diagnosis_text", "admission_diagnosis", "secondary_diagnoses", "procedure_code",
    "procedure_text", "surgery_level", "icu", "critical", "discharge_instructions", "medicines", "allergies",
    "abnormal_items", "advice",
))  # fmt: skip
NOT_SHOWN = _("recognised, content not shown")


@cache
def not_shown_words() -> frozenset[str]:
    """What stands in the place of clinical text, in every language: where such a file comes back, it says nothing."""
    words = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words.add(str(NOT_SHOWN))
    return frozenset(words)


def field_label(name: str) -> Promise | str:
    """The field in the reader's language."""
    return LABELS.get(name, name)
