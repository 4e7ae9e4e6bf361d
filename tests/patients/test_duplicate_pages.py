"""Pages of possible duplicates: the list, two records side by side, many at once, taking a union apart."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AccessLog, Hospital, StaffRole
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import duplicate_review
from patients.domain.duplicate_review import plan, work_off
from patients.domain.duplicates import PairDecided, dismiss, find_for
from patients.domain.uniting import fingerprint, unite
from patients.models import DuplicateCandidate, Patient, PersonMerger
from tests.cast import MountedClient
from tests.patients.factories import ContactPointFactory, IdentifierFactory, PatientFactory, PatientNoteFactory
from tests.patients.list_factories import DuplicateCandidateFactory
from tests.patients.test_pages import count_queries

ClientAs = Callable[[str], MountedClient]
NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)


def a_pair(**given: object) -> DuplicateCandidate:
    left = PatientFactory(name="谢小平", occupation="教师", mrn="ZY2611000152")
    right = PatientFactory(name="謝小平", occupation="医师", address="清江县一号", mrn="ZY2611000199")
    ContactPointFactory(patient=left, value="13800005678")
    return DuplicateCandidateFactory(left_id=left.pk, right_id=right.pk, **given)


def both(pair: DuplicateCandidate) -> tuple[Patient, Patient]:
    return Patient.objects.get(pk=pair.left_id), Patient.objects.get(pk=pair.right_id)


@pytest.fixture
def pair(north: Hospital) -> DuplicateCandidate:
    with hospital_scope(north):
        return a_pair()


def pages(pair: DuplicateCandidate) -> dict[str, str]:
    return {
        "patients/duplicates/": "get",
        "patients/duplicates/progress/": "get",
        "patients/duplicates/bulk/": "post",
        f"patients/duplicates/{pair.public_id}/": "get",
        f"patients/duplicates/{pair.public_id}/dismiss/": "post",
    }


def test_pages_open_for_those_who_unite_records_only(pair: DuplicateCandidate, client_as: ClientAs) -> None:
    for path, method in pages(pair).items():
        assert getattr(client_as("agent"), method)(path).status_code == 403
        other = "post" if method == "get" else "get"
        if not path.endswith(f"{pair.public_id}/"):
            assert getattr(client_as("information_officer"), other)(path).status_code == 405
        assert getattr(client_as("information_officer"), method)(path).status_code in (200, 302)


def test_another_hospital_has_no_such_pair(pair: DuplicateCandidate, south: Hospital, zhao: object) -> None:
    from tests.cast import client_of

    client = client_of(zhao)  # type: ignore[arg-type]
    assert client.get(f"patients/duplicates/{pair.public_id}/").status_code == 404
    assert client.post(f"patients/duplicates/{pair.public_id}/dismiss/").status_code == 404


def test_the_list_masks_logs_and_asks_as_often_for_three_pairs_as_for_one(
    north: Hospital, pair: DuplicateCandidate, client_as: ClientAs
) -> None:
    client = client_as("information_officer")
    page = client.get("patients/duplicates/").content.decode()
    assert ("谢*平" in page, "谢小平" in page, "13800005678" in page, "ZY2611****52" in page) == (
        True,
        False,
        False,
        True,
    )
    with hospital_scope(north):
        assert set(AccessLog.objects.get().patient_ids) == {pair.left_id, pair.right_id}
    once = count_queries(client, "patients/duplicates/")
    with hospital_scope(north):
        for _n in range(2):
            a_pair()
    assert count_queries(client, "patients/duplicates/") == once
    assert once <= 15


def test_side_by_side_masks_and_marks_what_differs(pair: DuplicateCandidate, client_as: ClientAs) -> None:
    page = client_as("information_officer").get(f"patients/duplicates/{pair.public_id}/").content.decode()
    for hidden in ("谢小平", "謝小平", "清江县一号", "13800005678", "1968-03-04"):
        assert hidden not in page
    assert ('name="field-occupation"' in page, 'name="field-sex"' in page, "138****5678" in page) == (True, False, True)


def test_fields_are_taken_as_chosen_and_old_numbers_and_addresses_lead_to_the_kept_record(
    north: Hospital, pair: DuplicateCandidate, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        left, right = both(pair)
        number = IdentifierFactory(patient=right, value="OLD0001")
        seen = fingerprint(left, right)
    client = client_as("centre_manager")
    path = f"patients/duplicates/{pair.public_id}/"
    values = {"kept": "left", "field-occupation": "right", "field-name": "left", "seen": seen}
    assert client.post(path, {**values, "seen": "x"}).status_code == 422
    answer = client.post(path, values)
    assert (answer.status_code, answer["Location"].endswith(f"{left.public_id}/")) == (302, True)
    with hospital_scope(north):
        kept = Patient.objects.get()
        assert (kept.name, kept.occupation, kept.address) == ("谢小平", "医师", "清江县一号")
        assert PersonMerger.objects.get().chosen == ["occupation", "address"]
        assert DuplicateCandidate.objects.get().state == "merged"
    old = client.get(f"patients/{right.public_id}/")
    assert (old.status_code, old["Location"].endswith(f"{left.public_id}/")) == (302, True)
    assert client_as("agent").post("patients/suggest/", {"q": number.value}).content.decode().count("谢*平") == 1


def known_to_the_his(pair: DuplicateCandidate) -> tuple[Patient, Patient]:
    """Both records; the right one is told by the HIS, where it says nothing of the insurance."""
    Patient.objects.filter(pk=pair.left_id).update(allergies="海鲜", insurance_type="城镇职工")
    Patient.objects.filter(pk=pair.right_id).update(allergies="青霉素", his_seen_at=NOW, birth_date=dt.date(1970, 1, 2))
    return both(pair)


def marked_in(page: str) -> dict[str, str]:
    """What a page has marked, by the name of the choice."""
    inputs = [dict(re.findall(r'(\w+)="([^"]*)"', one)) for one in re.findall(r"<input[^>]* checked>", page)]
    return {one["name"]: one["value"] for one in inputs}


def test_what_the_his_has_told_is_marked_and_what_it_does_not_say_is_taken_from_the_other(
    north: Hospital, pair: DuplicateCandidate, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        left, right = known_to_the_his(pair)
        seen = fingerprint(left, right)
    client, path = client_as("centre_manager"), f"patients/duplicates/{pair.public_id}/"
    page = client.get(path).content.decode()
    marked = marked_in(page)
    assert marked == {
        "kept": "right",
        **{f"field-{name}": "right" for name in ("name", "address", "birth_date", "mrn", "occupation")},
        "field-insurance_type": "left",
        "field-allergies": "both",
    }
    assert ('data-left="left" data-right="left"' in page, 'data-left="both" data-right="both"' in page) == (True, True)
    assert client.post(path, {**marked, "seen": seen}).status_code == 302
    with hospital_scope(north):
        kept = Patient.objects.get()
        assert (kept.public_id, kept.name, kept.birth_date, kept.mrn, kept.occupation) == (
            right.public_id,
            "謝小平",
            dt.date(1970, 1, 2),
            "ZY2611000199",
            "医师",
        )
        assert (kept.insurance_type, kept.allergies) == ("城镇职工", "青霉素、海鲜")


def test_where_nothing_follows_the_record_that_is_kept_each_field_is_what_the_page_showed(
    north: Hospital, pair: DuplicateCandidate, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        left, right = known_to_the_his(pair)
        seen = fingerprint(left, right)
    client, path = client_as("centre_manager"), f"patients/duplicates/{pair.public_id}/"
    marked = {**marked_in(client.get(path).content.decode()), "kept": "left", "field-address": "left"}
    again = client.post(path, {**marked, "seen": "x"})
    assert (again.status_code, marked_in(again.content.decode())) == (422, marked)
    client.post(path, {**marked, "field-allergies": "right", "seen": seen})
    with hospital_scope(north):
        kept = Patient.objects.get()
        assert (kept.public_id, kept.name, kept.occupation) == (left.public_id, "謝小平", "医师")
        assert (kept.address, kept.insurance_type, kept.allergies) == ("", "城镇职工", "青霉素")


def test_two_people_are_dismissed_once(north: Hospital, pair: DuplicateCandidate, client_as: ClientAs) -> None:
    client = client_as("information_officer")
    client.post(f"patients/duplicates/{pair.public_id}/dismiss/", {"note": "双胞胎"})
    with hospital_scope(north):
        pair.refresh_from_db()
        assert (pair.state, pair.note, pair.decided_by.name) == ("dismissed", "双胞胎", "何信息")
        with pytest.raises(PairDecided):
            dismiss(pair, actor=None, now=NOW)
    assert client.get(f"patients/duplicates/{pair.public_id}/").status_code == 302


def test_many_sure_pairs_are_united_in_the_background(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        sure, vague = a_sure_pair("13800000001"), a_pair(score=60)
    client = client_as("information_officer")
    picked = {"picked": [str(sure.public_id), str(vague.public_id), "x"], "act": "merge"}
    page = client.post("patients/duplicates/bulk/", picked).content.decode()
    assert ("将合并1对" in page, "1对把握不足" in page, page.count('name="picked"')) == (True, True, 3)
    client.post("patients/duplicates/bulk/", {**picked, "confirmed": "1"})
    with hospital_scope(north):
        while work_off(now=NOW):
            pass
        assert list(DuplicateCandidate.objects.order_by("-score").values_list("state", "planned")) == [
            ("merged", ""),
            ("open", ""),
        ]
        assert Patient.objects.count() == 3


def a_sure_pair(phone: str) -> DuplicateCandidate:
    """Two records that the comparison itself finds sure."""
    people = [PatientFactory(name="谢小平", phone=phone, birth_date=dt.date(1950, 1, int(phone[-2:]))) for _n in (0, 1)]
    for person in people:
        ContactPointFactory(patient=person, value=phone)
    find_for([person.pk for person in people], now=NOW)
    return DuplicateCandidate.objects.get(left_id=people[0].pk, right_id=people[1].pk)


def test_what_changed_since_it_was_decided_keeps_waiting_and_the_others_are_done(
    in_north: Hospital, actor: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, broken, good = a_sure_pair("13800000001"), a_sure_pair("13800000002"), a_sure_pair("13800000003")
    assert plan(DuplicateCandidate.objects.all(), "merged", actor=actor("information_officer")) == 3
    Patient.objects.filter(pk=changed.right_id).update(name="谢小平儿")
    really = duplicate_review.unite

    def unite_or_break(*, kept_id: int, **given: Any) -> Patient:
        if kept_id == broken.left_id:
            raise RuntimeError
        return really(kept_id=kept_id, **given)

    monkeypatch.setattr(duplicate_review, "unite", unite_or_break)
    assert work_off(now=NOW) == 3
    for pair in (broken, good):
        pair.refresh_from_db()
    assert (broken.state, broken.planned, broken.note) == (
        "open",
        "",
        _("It could not be done. Look at this pair by itself."),
    )
    assert (good.state, PersonMerger.objects.count()) == ("merged", 1)
    note = _("What the two records say has changed since this was decided. Look again.")
    assert list(DuplicateCandidate.objects.filter(pk=changed.pk).values_list("state", "planned", "note")) == [
        ("open", "", note)
    ]


def test_who_may_no_longer_unite_records_has_decided_nothing(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    a_sure_pair("13800000001")
    officer = actor("information_officer")
    plan(DuplicateCandidate.objects.all(), "merged", actor=officer)
    StaffRole.objects.filter(staff=officer.staff).delete()
    work_off(now=NOW)
    pair = DuplicateCandidate.objects.get()
    assert (pair.state, pair.planned) == ("open", "")
    assert pair.note == _("Whoever decided this may not unite records any more.")


def test_what_cannot_be_united_keeps_waiting_with_the_reason(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    pair = a_pair(score=90)
    Patient.objects.filter(pk=pair.right_id).update(contact_state="erased")
    assert plan(DuplicateCandidate.objects.all(), "merged", actor=actor("information_officer")) == 1
    work_off(now=NOW)
    pair.refresh_from_db()
    assert (pair.state, pair.planned, pair.note) == ("open", "", _("One of the two records has been erased."))
    assert plan(DuplicateCandidate.objects.all(), "dismissed", actor=actor("information_officer")) == 1
    assert (work_off(now=NOW), work_off(now=NOW), DuplicateCandidate.objects.get().state) == (1, 0, "dismissed")


def test_a_union_is_taken_apart_on_its_page(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        left, right = PatientFactory(), PatientFactory()
        unite(kept_id=left.pk, other_id=right.pk, actor=None, now=NOW)
        note = PatientNoteFactory(patient=left)
    path, client = f"patients/unions/{right.public_id}/", client_as("centre_manager")
    assert client_as("agent").get(path).status_code == 403
    page = client.get(path).content.decode()
    assert f'value="patients.patientnote-{note.pk}"' in page
    assert client.post(path, {"reason": ""}).status_code == 422
    answer = client.post(path, {"reason": "是两个人", "moving": f"patients.patientnote-{note.pk}"})
    assert (answer.status_code, answer["Location"].endswith(f"{right.public_id}/")) == (302, True)
    assert client.get(path).status_code == 404
    assert client.get(f"patients/{right.public_id}/").status_code == 200
    with hospital_scope(north):
        note.refresh_from_db()
        assert note.patient == right
    words = client.get(f"patients/{left.public_id}/?show=unions").content.decode()
    assert ("与另一份档案合并" in words, "是两个人" in words) == (True, True)
