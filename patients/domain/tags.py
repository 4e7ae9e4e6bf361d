"""Tags on people: making them, putting them on, taking them off. Each is one event of the person's trail."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record, record_each
from patients.models import Patient, PatientTag, Tag

MOST_ACTIVE = 100
LONGEST = 20


class TagError(Exception):
    """Refused, with the reason."""


@transaction.atomic
def make_tag(name: str, *, actor: Actor) -> Tag:
    """A word that can be put on people from now on; a closed one of that name is in use again.

    Refuses: who may not, no word, more than a hundred in use.
    """
    if not actor.can("patients.tags"):
        raise TagError(_("Your role does not allow this."))
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST:
        raise TagError(_("A tag has between 1 and 20 characters."))
    known = Tag.objects.filter(name=name).first()
    if known is not None and known.is_active:
        return known
    if Tag.objects.active().count() >= MOST_ACTIVE:
        raise TagError(_("A hundred tags are in use. Close one that nobody needs first."))
    if known is not None:
        known.is_active = True
        known.save(update_fields=["is_active"])
    tag = known or Tag.objects.create(name=name)
    record("patients.tag.make", tag, actor=actor)
    return tag


@transaction.atomic
def close_tag(tag: Tag, *, actor: Actor) -> None:
    """The tag is put on nobody any more; where it is, it stays. Refused to who may not."""
    if not actor.can("patients.tags"):
        raise TagError(_("Your role does not allow this."))
    if Tag.objects.filter(pk=tag.pk, is_active=True).update(is_active=False):
        record("patients.tag.close", tag, actor=actor)


@transaction.atomic
def tag_people(people: Sequence[Patient], tag: Tag, *, actor: Actor, now: dt.datetime) -> list[int]:
    """Puts a tag on people; answers whom it was put on, without those who had it.

    Refuses: no right to change records, a closed tag.
    """
    if not actor.can("patients.edit"):
        raise TagError(_("Your role does not allow this."))
    if not tag.is_active:
        raise TagError(_("This tag is closed."))
    having = tagged_among([person.pk for person in people], tag)
    fresh = [person for person in people if person.pk not in having]
    links = (PatientTag(patient=person, tag=tag, tagged_by=actor.staff, tagged_at=now) for person in fresh)
    PatientTag.objects.bulk_create(links, ignore_conflicts=True)
    record_each("patients.person.tag", fresh, actor=actor, after={"tag": tag.pk})
    return [person.pk for person in fresh]


@transaction.atomic
def untag_people(people: Sequence[Patient], tag: Tag, *, actor: Actor) -> list[int]:
    """Takes a tag off people; answers off whom. Refused without the right to change records."""
    if not actor.can("patients.edit"):
        raise TagError(_("Your role does not allow this."))
    having = tagged_among([person.pk for person in people], tag)
    bearers = [person for person in people if person.pk in having]
    PatientTag.objects.filter(tag=tag, patient_id__in=having).delete()
    record_each(
        "patients.person.untag", bearers, actor=actor, before={person.pk: {"tag": tag.pk} for person in bearers}
    )
    return [person.pk for person in bearers]


def tagged_among(people: Collection[int], tag: Tag) -> set[int]:
    """Who among these bears the tag."""
    return set(PatientTag.objects.filter(tag=tag, patient_id__in=people).values_list("patient_id", flat=True))


def tags_of(people: Collection[int]) -> dict[int, list[str]]:
    """The names of the tags of these people."""
    found: dict[int, list[str]] = {}
    links = PatientTag.objects.filter(patient_id__in=people).order_by("tag__name")
    for patient_id, name in links.values_list("patient_id", "tag__name"):
        found.setdefault(patient_id, []).append(name)
    return found
