"""Rows of people: read for recognising, filled where empty, written many at once.

Nothing here decides who somebody is (`matching` does), and nothing overwrites: an existing person gains numbers,
telephones and values that were empty.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hospital_crm.crypto import encrypt, tail_hash
from patients.domain.divisions import code_of
from patients.domain.matching import PAPER, Decision, Directory, Paper, Person
from patients.domain.names import is_placeholder, name_key, name_keys
from patients.domain.records import Contact, PersonRecord
from patients.domain.regions import county_of
from patients.domain.staging import HOSPITAL, executed, fetched, insert_staged, next_ids, one_by_one, stage
from patients.models import ContactPoint, Identifier, Patient, Relation
from patients.signals import birth_dates_changed, people_created

_ID_BLOCK = 500
_TEXT_FIELDS = {
    "mrn": 40,
    "phone": 30,
    "address": 200,
    "region": 40,
    "division_code": 12,
    "education": 14,
    "marital_status": 10,
    "occupation": 60,
    "insurance_type": 40,
    "allergies": 200,
}
_FILLED = ("name", "given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt", "sex", *_TEXT_FIELDS)
_EVERYTHING = frozenset((*_TEXT_FIELDS, "sex", "birth_date"))
_NEW_COLUMNS = {
    "id": "bigint",
    **dict.fromkeys(_FILLED, "text"),
    "birth_date": "date",
    "contact_state": "text",
    "deceased_on": "date",
    "deceased_source": "text",
    "death_reported_at": "timestamptz",
    "his_seen_at": "timestamptz",
    "last_visit_on": "date",
    "last_department_id": "bigint",
    "disease_group": "text",
    "last_diagnosis_text": "text",
}
NewestStay = tuple[dt.date | None, int | None, str, str]
_NO_STAY: NewestStay = (None, None, "", "")


@dataclass(slots=True)
class Additions:
    """What a chunk adds: rows of identifiers, contact points and relations, and values for empty fields by person."""

    identifiers: list[tuple[Any, ...]] = field(default_factory=list)
    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    relations: set[tuple[Any, ...]] = field(default_factory=set)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)


def new_ids(limit: int) -> Iterator[int]:
    """Ids for people that may be made, taken from the sequence as they are needed."""
    for start in range(0, limit, _ID_BLOCK):
        yield from next_ids(Patient, min(_ID_BLOCK, limit - start))


def directory_for(
    records: Sequence[PersonRecord], papers: Sequence[Paper], known_conflicts: MutableMapping[str, int]
) -> Directory:
    """Everybody who may be meant by these records. Contradictions met for the first time join `known_conflicts`."""
    directory = Directory(known_conflicts, _fetch)
    numbers = _numbers(records)
    _load(directory, _meant(records, papers, numbers))
    for number, person_id in numbers.items():
        directory.by_number[number] = directory.people[person_id]
        directory.stored_numbers.add(number)
    return directory


def people_meant(records: Sequence[PersonRecord], papers: Sequence[Paper]) -> set[int]:
    """Ids of everybody on record who may be meant by these records."""
    return _meant(records, papers, _numbers(records))


def _meant(
    records: Sequence[PersonRecord], papers: Sequence[Paper], numbers: Mapping[tuple[str, str], int]
) -> set[int]:
    """Those with a paper or a number, and those with a telephone of a record whose paper and numbers nobody has."""
    hashes = {paper[1] for paper in papers if paper[0]}
    owners = {(system, value): person_id for person_id, system, value in _papers("value_hash", hashes)}
    recognised = {value for _, value in numbers} | {value for _, value in owners}
    phones = {
        phone.value
        for record, paper in zip(records, papers, strict=True)
        if not _is_known(record, paper, recognised)
        for phone in record.phones
    }
    return {*owners.values(), *numbers.values(), *_people_with_phones(phones)}


def gather(
    additions: Additions,
    decision: Decision,
    record: PersonRecord,
    paper: Paper,
    directory: Directory,
    findings: list[tuple[int, str]],
) -> None:
    """Add what the record says about its person and was not known."""
    person = decision.person
    _gather_numbers(additions, decision, record, directory, findings)
    if paper[0] and PAPER not in decision.contested and paper not in directory.stored_papers:
        number = record.identity_number or record.paper_number
        directory.stored_papers.add(paper)
        directory.by_paper.setdefault(paper, person)
        person.papers[paper[0]] = paper[1]
        additions.identifiers.append((person.id, paper[0], "", paper[1], tail_hash(number), encrypt(number)))
    _gather_contacts(additions, person, record, directory)
    _gather_values(additions, person, record, findings)
    if record.has_died and person.is_new and person.state == "open":
        person.state, person.deceased_on = "deceased", record.death_day


def write(directory: Directory, additions: Additions, newest: Mapping[int, NewestStay], *, now: dt.datetime) -> None:
    """Write the people made, with their newest stay where they have one, and everything gathered."""
    made = directory.made
    if made:
        rows = (_person_row(person, additions, newest.get(person.id, _NO_STAY), now) for person in made)
        stage("staged_people", _NEW_COLUMNS, rows, with_statistics=False)
        insert_staged("staged_people", Patient, list(_NEW_COLUMNS))
    _fill_known({key: said for key, said in additions.values.items() if not directory.people[key].is_new}, now)
    if additions.identifiers:
        columns = dict.fromkeys(("system", "value", "value_hash", "tail_hash", "value_encrypted"), "text")
        stage("staged_identifiers", {"patient_id": "bigint", **columns}, additions.identifiers, with_statistics=False)
        insert_staged("staged_identifiers", Identifier, ["patient_id", *columns])
    if additions.contacts:
        columns = {"patient_id": "bigint", **dict.fromkeys(("system", "value", "value_reversed"), "text")}
        columns |= {"rank": "smallint", "owner_relation": "text", "source": "text"}
        stage("staged_contacts", columns, additions.contacts, with_statistics=False)
        insert_staged("staged_contacts", ContactPoint, list(columns), tail="on conflict do nothing")
    _write_relations(additions.relations)
    if made:
        people_created.send(sender=Patient, patient_ids=[person.id for person in made])


def show_newest_stay(people: Iterable[int], *, told_at: dt.datetime | None = None) -> None:
    """Repeat each person's newest stay on the person, for lists: day, department, disease and diagnosis; nothing where
    none counts. `told_at`: when a feed told the change; None where our own work made it, such as a union.
    """
    stage("staged_touched", {"id": "bigint"}, ((key,) for key in people), with_statistics=False)
    with one_by_one():
        executed(_SHOW_NEWEST, {"told_at": told_at})


_SHOW_NEWEST = f"""
    update patients_patient p
       set last_visit_on = n.seen_on, last_department_id = n.department_id, disease_group = coalesce(n.disease, ''),
           last_diagnosis_text = coalesce(n.diagnosis, ''),
           his_seen_at = coalesce(%(told_at)s::timestamptz, p.his_seen_at)
      from pg_temp.staged_touched t left join lateral (
           select coalesce(e.discharged_on, e.admitted_on) as seen_on, e.department_id,
                  left(e.diagnosis_code, 3) as disease, left(e.diagnosis_text, 200) as diagnosis
             from patients_encounter e
            where e.hospital_id = {HOSPITAL} and e.patient_id = t.id and not e.is_cancelled
            order by coalesce(e.discharged_on, e.admitted_on) desc, e.admitted_on desc, e.id desc
            limit 1) n on true
     where p.id = t.id
       and (p.last_visit_on, p.last_department_id, p.disease_group, p.last_diagnosis_text)
           is distinct from (n.seen_on, n.department_id, coalesce(n.disease, ''), coalesce(n.diagnosis, ''))"""


def _is_known(record: PersonRecord, paper: Paper, recognised: set[str]) -> bool:
    return paper[1] in recognised or not recognised.isdisjoint(number for _, number in record.numbers)


def _papers(column: str, values: Iterable[Any]) -> list[tuple[int, str, str]]:
    return fetched(
        "select patient_id, system, value_hash from patients_identifier"
        f" where hospital_id = {HOSPITAL} and {column} = any(%s) and value_hash <> ''",
        [list(values)],
    )


def _numbers(records: Sequence[PersonRecord]) -> dict[tuple[str, str], int]:
    """Who has one of the hospital's numbers that the records name."""
    found: dict[tuple[str, str], int] = {}
    named: dict[str, set[str]] = {}
    for record in records:
        for system, number in record.numbers:
            named.setdefault(system, set()).add(number)
    for system, numbers in named.items():
        rows = fetched(
            f"select value, patient_id from patients_identifier where hospital_id = {HOSPITAL} and system = %s"
            " and value = any(%s) and value <> ''",
            [system, list(numbers)],
        )
        found |= {(system, value): person_id for value, person_id in rows}
    return found


def _people_with_phones(phones: set[str]) -> list[int]:
    if not phones:
        return []
    rows = fetched(
        f"select distinct patient_id from patients_contactpoint where hospital_id = {HOSPITAL} and value = any(%s)",
        [list(phones)],
    )
    return [row[0] for row in rows]


def _load(directory: Directory, ids: Iterable[int]) -> None:
    keys = [list(ids)]
    if not keys[0]:
        return
    blanks = ", ".join(f"{column} = ''" for column in _TEXT_FIELDS)
    people = {
        row[0]: _known_person(row)
        for row in fetched(
            f"select id, name, birth_date, sex, contact_state, deceased_on, {blanks}"
            f" from patients_patient where hospital_id = {HOSPITAL} and id = any(%s)",
            keys,
        )
    }
    for person_id, system, value_hash in _papers("patient_id", people):
        people[person_id].papers[system] = value_hash
        directory.stored_papers.add((system, value_hash))
    contacts = (
        "select patient_id, system, value, rank from patients_contactpoint"
        f" where hospital_id = {HOSPITAL} and patient_id = any(%s)"
    )
    for person_id, system, value, rank in fetched(contacts, keys):
        people[person_id].phones.add(value if system == "phone" else f"{system}:{value}")
        people[person_id].phone_ranks = max(rank, people[person_id].phone_ranks)
    for person in people.values():
        directory.add(person)


def _known_person(row: Sequence[Any]) -> Person:
    empty = {name for name, is_blank in zip(_TEXT_FIELDS, row[6:], strict=True) if is_blank}
    empty |= ({"birth_date"} if row[2] is None else set()) | ({"sex"} if row[3] == "U" else set())
    return Person(
        row[0], row[1], birth_date=row[2], sex=row[3], state=row[4], deceased_on=row[5], blank=frozenset(empty)
    )


def _fetch(directory: Directory, person_id: int) -> Person | None:
    _load(directory, [person_id])
    return directory.people.get(person_id)


def _gather_numbers(
    additions: Additions,
    decision: Decision,
    record: PersonRecord,
    directory: Directory,
    findings: list[tuple[int, str]],
) -> None:
    for system, number in record.numbers:
        if system in decision.contested:
            continue
        owner = directory.by_number.setdefault((system, number), decision.person)
        if owner is not decision.person:
            findings.append((record.row, "number_of_another"))
        elif (system, number) not in directory.stored_numbers:
            directory.stored_numbers.add((system, number))
            additions.identifiers.append((decision.person.id, system, number, "", "", ""))


def _gather_contacts(additions: Additions, person: Person, record: PersonRecord, directory: Directory) -> None:
    said = {phone.value: ("phone", phone.value, phone.value[::-1], phone.note) for phone in record.phones}
    if record.email:
        said[f"email:{record.email}"] = ("email", record.email[:120], "", "")
    if record.wechat:
        said[f"wechat:{record.wechat}"] = ("wechat", record.wechat[:120], "", "")
    for name in directory.learn_phones(person, said):
        person.phone_ranks += 1
        system, value, backwards, note = said[name]
        additions.contacts.append((person.id, system, value, backwards, person.phone_ranks, note[:20], "his"))
    for contact in record.contacts:
        if _stands_beside(contact, person):
            phone = contact.phones[0].value[:30] if contact.phones else ""
            additions.relations.add((person.id, contact.name[:100], contact.relation[:20] or "-", phone))


def _stands_beside(contact: Contact, person: Person) -> bool:
    """Whether a contact is somebody: with a telephone, or by a name that is neither a filler nor the person's own."""
    is_named = not is_placeholder(contact.name) and name_key(contact.name) != person.key
    return bool(contact.name) and (bool(contact.phones) or is_named)


def _gather_values(additions: Additions, person: Person, record: PersonRecord, findings: list[tuple[int, str]]) -> None:
    blank = _EVERYTHING if person.is_new and person.id not in additions.values else person.blank
    said = {name: value for name, value in _said(record).items() if name in blank and value}
    if "region" not in said:
        said.pop("division_code", None)
    if not person.is_new:
        _compare(person, record, findings)
        if is_placeholder(person.name) and not is_placeholder(record.name):
            person.name = record.name
            said |= _name_values(record.name)
    if said or person.is_new:
        additions.values.setdefault(person.id, {}).update(said)
    person.blank = blank - said.keys()
    person.birth_date = person.birth_date or record.birth_date
    person.sex = record.sex if person.sex == "U" else person.sex


def _compare(person: Person, record: PersonRecord, findings: list[tuple[int, str]]) -> None:
    if record.birth_date and person.birth_date and record.birth_date != person.birth_date:
        findings.append((record.row, "birth_differs"))
    if "U" not in (record.sex, person.sex) and record.sex != person.sex:
        findings.append((record.row, "sex_differs"))


def _said(record: PersonRecord) -> dict[str, Any]:
    return {
        "sex": record.sex if record.sex != "U" else "",
        "birth_date": record.birth_date,
        "mrn": (record.record_number or record.admission_number)[:40],
        "phone": record.phones[0].value if record.phones else "",
        "address": record.address[:200],
        "region": (region := county_of(record.address)),
        "division_code": code_of(region, record.address),
        "education": record.education,
        "marital_status": record.marital_status,
        "occupation": record.occupation[:60],
        "insurance_type": record.insurance[:40],
        "allergies": record.allergies[:200],
    }


def _name_values(name: str) -> dict[str, str]:
    return {"name": name, **name_keys(name)._asdict()}


def _person_row(person: Person, additions: Additions, newest: NewestStay, now: dt.datetime) -> tuple[Any, ...]:
    said = {"sex": "U", **additions.values[person.id], **_name_values(person.name)}
    died = person.state == "deceased"
    texts = (said.get(name, "") for name in _FILLED)
    reported = now if died else None
    death = (person.state, person.deceased_on, "his" if died else "", reported)
    return (person.id, *texts, said.get("birth_date"), *death, now, *newest)


def _fill_known(values: Mapping[int, dict[str, Any]], now: dt.datetime) -> None:
    """Give people known before the values they lacked."""
    rows = [
        (person_id, *(said.get(name) for name in _FILLED), said.get("birth_date"))
        for person_id, said in values.items()
        if said
    ]
    if not rows:
        return
    stage("staged_fills", {"id": "bigint", **dict.fromkeys(_FILLED, "text"), "birth_date": "date"}, rows)
    filled = ", ".join(f"{name} = coalesce(f.{name}, p.{name})" for name in (*_FILLED, "birth_date"))
    executed(
        f"update patients_patient p set {filled}, his_seen_at = %s from pg_temp.staged_fills f where p.id = f.id",
        [now],
    )
    if born := [person_id for person_id, said in values.items() if said.get("birth_date")]:
        birth_dates_changed.send(sender=Patient, patient_ids=born)


def _write_relations(relations: set[tuple[Any, ...]]) -> None:
    """Relatives that are not known; a telephone goes to the one of that name who is known without."""
    if not relations:
        return
    columns = {"patient_id": "bigint", "name": "text", "kind": "text", "phone": "text"}
    reached = {(person_id, name) for person_id, name, _kind, phone in relations if phone}
    stage("staged_relations", columns, sorted(row for row in relations if row[3] or row[:2] not in reached))
    executed(_REACH_RELATIVES)
    executed(
        f"delete from pg_temp.staged_relations s using patients_relation r where r.hospital_id = {HOSPITAL}"
        " and r.patient_id = s.patient_id and r.name = s.name and s.phone in ('', r.phone)",
    )
    insert_staged("staged_relations", Relation, list(columns))


_REACH_RELATIVES = f"""
    update patients_relation r set phone = s.phone
      from (select distinct on (patient_id, name) patient_id, name, phone
              from pg_temp.staged_relations where phone <> '' order by patient_id, name, phone) s
     where r.hospital_id = {HOSPITAL} and r.patient_id = s.patient_id and r.name = s.name and r.phone = ''
       and not exists (select from patients_relation o
                        where o.hospital_id = r.hospital_id and o.patient_id = r.patient_id and o.name = r.name
                          and o.phone = s.phone)"""
