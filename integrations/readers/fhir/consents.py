"""Consent as decisions about what a person may be approached for. Consents about the passing on of records say nothing.

A grant needs its source and the version of the wording; a refusal needs nothing. A grant that ends is not taken over,
for here a grant holds until it is taken back.
"""

from integrations.readers.consent_words import PURPOSES, VERSION_LENGTH
from integrations.readers.fhir import fields
from integrations.readers.fhir.fields import Options, Resource, part, parts, text
from patients.domain.records import ConsentRecord, PersonRecord

_DECISIONS = {"active": "", "rejected": "refused", "inactive": "withdrawn"}
_RULES = {"OPTIN": "granted", "OPTINR": "granted", "OPTOUT": "refused", "OPTOUTE": "refused"}


def why_no_decision(consent: Resource) -> str:
    """The code of the reason for which a Consent decides nothing here; '' where it does."""
    if text(consent.get("status")) not in _DECISIONS:
        return "consent_not_in_force"
    if not _purposes(consent):
        return "consent_of_another_kind"
    decision = _decision(consent)
    if not decision:
        return "consent_undecided"
    if decision == "granted" and part(consent, "provision", "period").get("end"):
        return "consent_ends"
    if decision == "granted" and not (_wording(consent) and _has_source(consent)):
        return "consent_without_proof"
    return ""


def decisions(consent: Resource, who: PersonRecord, options: Options) -> list[ConsentRecord]:
    """One decision for each purpose it names."""
    at = fields.moment(consent.get("dateTime"), options.zone)
    told = fields.moment(part(consent, "meta").get("lastUpdated"), options.zone)
    decision, wording = _decision(consent), _wording(consent)
    return [ConsentRecord(0, who, purpose, decision, wording, at, told) for purpose in _purposes(consent)]


def _purposes(consent: Resource) -> list[str]:
    provision = part(consent, "provision")
    codings = [*parts(provision, "purpose"), *parts(provision, "code"), *parts(consent, "category")]
    found = [purpose for one in codings for _, code, _ in fields.codes(one) for purpose in PURPOSES.get(code, ())]
    return list(dict.fromkeys(found))


def _decision(consent: Resource) -> str:
    if said := _DECISIONS[text(consent.get("status"))]:
        return said
    kind = text(part(consent, "provision").get("type"))
    if kind in ("permit", "deny"):
        return "granted" if kind == "permit" else "refused"
    return _RULES.get(fields.code_of(consent.get("policyRule")), "")


def _wording(consent: Resource) -> str:
    """The version of the wording: the policy it names."""
    named = (text(one.get("uri"), 200) for one in parts(consent, "policy"))
    words = next(filter(None, named), "") or text(part(consent, "policyRule").get("text"), 200)
    return words[-VERSION_LENGTH:]


def _has_source(consent: Resource) -> bool:
    return bool(part(consent, "sourceReference") or part(consent, "sourceAttachment"))
