"""What a message of FHIR resources tells: people, numbers that are one person, visits with what is theirs, consents.

The message is one unit. What tells nothing here is counted with its reason; what can be told is told.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from integrations.readers.fhir import bundle as bundles
from integrations.readers.fhir import consents, lines, names, people, visits
from integrations.readers.fhir.bundle import Bundle, NotFhir
from integrations.readers.fhir.fields import Options, Resource, kind_of, part, parts, source_number, text
from integrations.readers.reading import IGNORED, KEPT, SET_ASIDE, Lacking, Reading
from patients.domain.records import MergeRecord, PersonRecord, Told

_KEPT = ("Appointment", "AppointmentResponse", "Schedule", "Slot")
_NAMES = ("Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService")
# what is told, and no part of the record: what was given in the house, and vaccinations
_NEVER_KEPT = {"MedicationAdministration": "medicine_in_house", "Immunization": "vaccination"}
_REPLACED, _REPLACES = "replaced-by", "replaces"


def read(raw: bytes, options: Options) -> Reading:
    """What one message tells."""
    try:
        bundle = bundles.opened(raw)
    except NotFhir as error:
        return Reading(state=SET_ASIDE, reason=error.code)
    teller = _Teller(bundle, options)
    teller.tell()
    return teller.reading()


@dataclass(slots=True)
class _Teller:
    """The resources of one message on their way to things told."""

    bundle: Bundle
    options: Options
    told: list[Told] = field(default_factory=list)
    kinds: list[dict[str, int]] = field(default_factory=list)
    ignored: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    findings: list[str] = field(default_factory=list)
    people: dict[int, PersonRecord] = field(default_factory=dict)
    nobodies: set[int] = field(default_factory=set)
    lacking: list[Lacking] = field(default_factory=list)

    def tell(self) -> None:
        """Everything, in the order in which it depends on each other."""
        for patient in self.bundle.of_kind("Patient"):
            self._recognise(patient)
        for patient in self.bundle.of_kind("Patient"):
            self._patient(patient)
        for relative in self.bundle.of_kind("RelatedPerson"):
            self._relative(relative)
        for resource in self.bundle.of_kind("AllergyIntolerance"):
            self._allergy(resource)
        self._visits()
        for consent in self.bundle.of_kind("Consent"):
            self._consent(consent)
        done = ("Patient", "RelatedPerson", "AllergyIntolerance", "Encounter", "Consent", *lines.KINDS)
        for resource in self.bundle.resources:
            kind = resource["resourceType"]
            if kind not in done:
                self.ignored[kind][_why_not_used(kind)] += 1
        for url in self.bundle.deleted:
            self.ignored[kind_of({"resourceType": url.partition("/")[0]}) or "?"]["delete_told"] += 1

    def reading(self) -> Reading:
        """What came of it."""
        detail = {"ignored": {kind: dict(reasons) for kind, reasons in self.ignored.items()}} if self.ignored else {}
        findings, called = list(dict.fromkeys(self.findings)), list(names.told(self.bundle))
        if self.told:
            whole = {"kinds": self.kinds, "names": called, "lacking": self.lacking}
            return Reading(self.told, detail=detail, findings=findings, **whole)
        reasons = Counter(reason for counts in self.ignored.values() for reason in counts.elements())
        state, reason = _state_of(reasons)
        return Reading(state=state, reason=reason, detail=detail, findings=findings, names=called)

    def _add(self, one: Told, **kinds: int) -> None:
        self.told.append(one)
        self.kinds.append({kind: count for kind, count in kinds.items() if count})

    def _recognise(self, patient: Resource) -> None:
        """The person of a Patient; one that was replaced is whoever bears its number, and some are nobody."""
        if any(kind == _REPLACED for kind, _ in _links(patient)):
            self.people[id(patient)] = people.reference_to(self.bundle.key_of(patient), self.options)
            return
        reason = people.why_nobody(patient)
        who = people.person(patient, self.bundle, self.options, self.findings)
        if reason or who.is_nobody:
            self.nobodies.add(id(patient))
            self.ignored["Patient"][reason or "nobody"] += 1
        else:
            self.people[id(patient)] = who

    def _patient(self, patient: Resource) -> None:
        who = self.people.get(id(patient))
        if who is None:
            return
        for kind, other in _links(patient):
            if kind == _REPLACED:
                self._merge(self._person_of(other), self.bundle.key_of(patient), Patient=1)
                return
        self._add(who, Patient=1)
        for kind, other in _links(patient):
            if kind == _REPLACES:
                _found, key = self.bundle.meant(other, "Patient")
                self._merge(who, key)
            else:
                self.findings.append("link_told")

    def _merge(self, who: PersonRecord, old: str, **kinds: int) -> None:
        numbers = (source_number(self.options, old),) if old else ()
        self._add(MergeRecord(0, who, numbers), **kinds)

    def _person_of(self, reference: Resource) -> PersonRecord:
        """Whom a reference means: a Patient of the message as it says, else somebody who must be known."""
        found, key = self.bundle.meant(reference, "Patient")
        if found is not None and id(found) in self.people:
            return self.people[id(found)]
        if key or not part(reference, "identifier"):
            return people.reference_to(key, self.options)
        return people.by_identifier(reference, self.options)

    def _is_nobody(self, reference: Resource) -> bool:
        """Whether a Patient of the message is meant that is nobody here."""
        found, _key = self.bundle.meant(reference, "Patient")
        return found is not None and id(found) in self.nobodies

    def _relative(self, relative: Resource) -> None:
        if self._is_nobody(part(relative, "patient")):
            self.ignored["RelatedPerson"]["nobody_meant"] += 1
            return
        who = self._person_of(part(relative, "patient"))
        beside = people.contacts([relative])
        if not beside:
            self.ignored["RelatedPerson"]["contact_incomplete"] += 1
            return
        who.other_contacts = (*who.other_contacts, *beside)
        self._tell_of(who, "RelatedPerson")

    def _allergy(self, resource: Resource) -> None:
        reference = part(resource, "patient")
        change, reason = lines.allergy(resource)
        if reason := "nobody_meant" if self._is_nobody(reference) else reason:
            self.ignored["AllergyIntolerance"][reason] += 1
            return
        who = self._person_of(reference)
        who.allergy_changes = (*who.allergy_changes, change)
        self._tell_of(who, "AllergyIntolerance")

    def _tell_of(self, who: PersonRecord, kind: str) -> None:
        """One more thing that is told of somebody, who is told of once."""
        place = next((place for place, one in enumerate(self.told) if one is who), None)
        if place is None:
            self._add(who, **{kind: 1})
        else:
            self.kinds[place][kind] = self.kinds[place].get(kind, 0) + 1

    def _visits(self) -> None:
        own, elsewhere = self._lines()
        for encounter in self.bundle.of_kind("Encounter"):
            under = own.get(id(encounter), [])
            reason = visits.why_no_visit(encounter)
            if not reason and self._is_nobody(part(encounter, "subject")):
                reason = "nobody_meant"
            if reason:
                for one in (encounter, *under):
                    self.ignored[one["resourceType"]][reason] += 1
                continue
            if visits.kind_of(encounter) != "checkup":
                under = self._without_results(under)
            who = self._person_of(part(encounter, "subject"))
            called = names.of_visit(encounter, self.bundle)
            record = visits.visit(encounter, who, under, called, self.bundle, self.options)
            self.lacking += [Lacking(record, name, reference) for name, reference in called.lacking.items()]
            self._add(record, Encounter=1, **Counter(one["resourceType"] for one in under))
        for (key, _is_result), under in elsewhere.items():
            who = self._person_of(part(under[0], "subject"))
            counts = Counter(one["resourceType"] for one in under)
            self._add(visits.added_to(key, who, under, self.bundle, self.options), **counts)

    def _without_results(self, under: list[Resource]) -> list[Resource]:
        """What is written under a visit that is no health check."""
        left = [one for one in under if one["resourceType"] != "Observation"]
        if len(left) < len(under):
            self.ignored["Observation"]["not_of_checkup"] += len(under) - len(left)
        return left

    def _lines(self) -> tuple[dict[int, list[Resource]], dict[tuple[str, bool], list[Resource]]]:
        """What is written under the Encounters of the message, and under the key of one that must be known; there
        results, which only a health check takes, go apart.
        """
        own: dict[int, list[Resource]] = defaultdict(list)
        elsewhere: dict[tuple[str, bool], list[Resource]] = defaultdict(list)
        for kind in lines.KINDS:
            for one in self.bundle.of_kind(kind):
                found, key = self.bundle.meant(lines.visit_of(one), "Encounter")
                if reason := "no_visit" if found is None and not key else lines.why_not(one, self.bundle):
                    self.ignored[kind][reason] += 1
                elif found is not None:
                    own[id(found)].append(one)
                else:
                    elsewhere[key, kind == "Observation"].append(one)
        return own, elsewhere

    def _consent(self, consent: Resource) -> None:
        reference = part(consent, "patient")
        reason = consents.why_no_decision(consent) or ("nobody_meant" if self._is_nobody(reference) else "")
        if reason:
            self.ignored["Consent"][reason] += 1
            return
        who = self._person_of(reference)
        for place, one in enumerate(consents.decisions(consent, who, self.options)):
            self._add(one, Consent=int(place == 0))


def _why_not_used(kind: str) -> str:
    """Why nothing is told of a resource of this kind."""
    if kind in _KEPT:
        return "kept_for_later"
    return "names_only" if kind in _NAMES else _NEVER_KEPT.get(kind, "kind_not_used")


def _links(patient: Resource) -> list[tuple[str, Resource]]:
    return [(text(one.get("type")), part(one, "other")) for one in parts(patient, "link")]


def _state_of(reasons: Counter[str]) -> tuple[str, str]:
    """State and reason of a message that tells nothing."""
    if reasons["delete_told"]:
        return SET_ASIDE, "delete_told"
    if reasons["kept_for_later"]:
        return KEPT, "kept_for_later"
    return IGNORED, next((reason for reason, _ in reasons.most_common(1)), "bundle_empty")
