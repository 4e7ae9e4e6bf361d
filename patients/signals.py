"""What others may hear from patients. Receivers live above and call one domain function each; all are sent inside
the transaction.

- `people_created(patient_ids)`: records were made, by hand, by a program or by a chunk of a feed or list.
- `encounters_changed(encounter_ids, made)`: stays were made, corrected or cancelled by a feed; `made` are those of them
  that were not there before. Without `made` all were.
- `stays_withdrawn(encounter_ids, now)`: stays do not count any more, because the list they came from was taken back, or
  the hospital's system has cancelled the stay or its discharge.
- `birth_dates_changed(patient_ids)`: the birth date of these people was told, corrected or taken away, or that of a
  record that is theirs by now.
- `facts_changed(encounter)`: somebody ticked clinical facts of a stay.
- `people_deceased(patients, now)`: deaths were reported, of one person or of a chunk of a feed; everything stops at
  once.
- `death_withdrawn(patient, now)`: a reported death was an error, found before its confirmation.
- `death_doubted(patient, now)` / `doubt_settled(patient, now)`: another record that may be this person says death; it
  is decided.
- `contact_stopped(patient)` / `contact_resumed(patient, now)`: the person refused all contact, or allowed it again.
- `people_erased(patient, now)`: the record is about to be erased; what is still to be done for the person ends,
  and texts that others keep of the person go.
- `station_left(patient, station, actor, now)`: the person is no longer assigned to this community station.
- `patients_merged(kept, merged)`: two records are one person. `kept` has the stricter end of contact already; the
  rows of `merged` still hang on it, and each module brings its own together.
- `patients_unmerged(kept, other, merger, now)`: the union is taken apart. Both records stand as they were, and rows
  that hung on `other` before (`merger.before`) hang on it again; each module gives back what the union had ended, and
  moves the rows that are written once.
- `consent_decided(consent, now)`: a person allowed, refused or took something back; what rests on it heeds it at once.
- `consents_taken_back(consents, now)`: entries that a list had brought in are gone; what held before holds again.
- `consent_awaits(awaited, now)`: a grant by e-mail waits to be confirmed; whoever can write to people sends the link.
- `own_page_wanted(patient, now)`: the person wants the link to the own page; whoever can write to people sends it.
- `member_message_sent(message, to, now)`: somebody wrote about a VIP member; `to` are the staff who should hear of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from accounts.outside import Fact, Item, register
from hospital_crm.tenancy.copies import Telling

people_created = Telling()
encounters_changed = Telling()
stays_withdrawn = Telling()
birth_dates_changed = Telling()
facts_changed = Telling()
people_deceased = Telling()
death_withdrawn = Telling()
death_doubted = Telling()
doubt_settled = Telling()
contact_stopped = Telling()
contact_resumed = Telling()
station_left = Telling()
patients_merged = Telling()
patients_unmerged = Telling()
people_erased = Telling()
consent_decided = Telling()
consent_awaits = Telling()
consents_taken_back = Telling()
own_page_wanted = Telling()
member_message_sent = Telling()


def _stays(said: Mapping[str, Any]) -> Iterable[Item]:
    rows = apps.get_model("patients", "Encounter").objects.filter(pk__in=list(said["encounter_ids"]))
    for stay, person in rows.order_by("pk").values_list("public_id", "patient__public_id"):
        yield {"encounter": str(stay), "person": str(person)}


def _made(said: Mapping[str, Any]) -> Iterable[Item]:
    rows = apps.get_model("patients", "Patient").objects.filter(pk__in=list(said["patient_ids"]))
    for public_id in rows.order_by("pk").values_list("public_id", flat=True):
        yield {"person": str(public_id)}


def _person(said: Mapping[str, Any]) -> Iterable[Item]:
    yield {"person": str(said["patient"].public_id)}


def _people(said: Mapping[str, Any]) -> Iterable[Item]:
    for patient in said["patients"]:
        yield {"person": str(patient.public_id)}


def _decided(said: Mapping[str, Any]) -> Iterable[Item]:
    consent = said["consent"]
    codes = {name: str(getattr(consent, name)) for name in ("purpose", "channel", "decision")}
    yield {"person": str(consent.patient.public_id), **codes}


def _decided_again(said: Mapping[str, Any]) -> Iterable[Item]:
    """For each decision that is gone the one that holds again; `none` where nothing was ever decided beside it."""
    gone = {(one.patient_id, one.purpose, one.channel): one.patient for one in said["consents"]}
    model = apps.get_model("patients", "Consent")
    people, purposes = {key[0] for key in gone}, {key[1] for key in gone}
    held: dict[tuple[int, str, str], tuple[Any, str]] = {}
    for row in model.objects.filter(patient_id__in=people, purpose__in=purposes).order_by("at", "id"):
        held[row.patient_id, row.purpose, row.channel] = ((row.at, row.pk), row.decision)
    for (person, purpose, channel), patient in gone.items():
        found = [held[key] for one in (channel, model.Channel.ANY) if (key := (person, purpose, one)) in held]
        decision = max(found)[1] if found else "none"
        yield {"person": str(patient.public_id), "purpose": purpose, "channel": channel, "decision": decision}


def _united(said: Mapping[str, Any]) -> Iterable[Item]:
    yield {"kept": str(said["kept"].public_id), "merged": str(said["merged"].public_id)}


def _parted(said: Mapping[str, Any]) -> Iterable[Item]:
    yield {"kept": str(said["kept"].public_id), "other": str(said["other"].public_id)}


_CONSENT = _("a consent was given, refused or taken back")
for _fact in (
    Fact("encounters.changed", _("stays were told or corrected"), encounters_changed, _stays),
    Fact("encounters.withdrawn", _("stays do not count any more"), stays_withdrawn, _stays),
    Fact("people.created", _("records of people were made"), people_created, _made),
    Fact("people.deceased", _("a death was reported"), people_deceased, _people),
    Fact("people.death_withdrawn", _("a reported death was an error"), death_withdrawn, _person),
    Fact("people.contact_stopped", _("contact was stopped"), contact_stopped, _person),
    Fact("people.contact_resumed", _("contact was allowed again"), contact_resumed, _person),
    Fact("people.consent_decided", _CONSENT, consent_decided, _decided),
    Fact("people.consent_decided", _CONSENT, consents_taken_back, _decided_again),
    Fact("people.merged", _("two records were united"), patients_merged, _united),
    Fact("people.unmerged", _("a union was taken apart"), patients_unmerged, _parted),
    Fact("people.erased", _("a record was erased"), people_erased, _person),
):
    register(_fact)
