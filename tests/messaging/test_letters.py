"""Letters: one per message, printed in a batch, posted, and marked when they come back."""

import datetime as dt
from dataclasses import replace

import pytest

from accounts.models import AccessLog
from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.domain import batches, dispatch, letters, suppressions
from messaging.domain.letters import LetterRefused
from messaging.domain.marking import MedicalAdvert
from messaging.gateways.base import Outgoing
from messaging.gateways.letter import LetterGateway
from messaging.models import Letter, LetterBatch, Message, Reason, State, Touch
from patients.models import Patient
from tests.cast import client_of
from tests.messaging.factories import NOW, MessageFactory, TouchFactory
from tests.messaging.gateway_factories import LetterFactory
from tests.patients.factories import ConsentFactory, PatientFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def message(in_north) -> Message:
    return MessageFactory(
        staff=None,
        person=PatientFactory(name="王小明", address="清江县一号"),
        channel="letter",
        purpose="test.satisfaction",
        state="handed_over",
        gateway="letter",
        address="清江县一号",
        subject="复诊提醒",
        body="请按时复诊",
    )


def test_gateway_puts_a_letter_aside_once(message) -> None:
    outgoing = Outgoing(str(message.public_id), "清江县一号", "复诊提醒", "x")
    with LetterGateway().session() as session:
        first, second = session.deliver(outgoing), session.deliver(outgoing)
    letter = Letter.objects.get()
    assert (first, first.state, first.provider_reference) == (second, State.HANDED_OVER, letter.code)
    assert (len(letter.code), letters.read_code(f" {letter.code[:4].lower()}-{letter.code[4:]} ")) == (8, letter.code)


def test_batch_holds_what_waits_and_no_letter_twice(message, actor) -> None:
    manager = actor("centre_manager")
    letters.put_aside(str(message.public_id))
    batch = letters.make_batch(actor=manager, now=NOW)
    assert (batch.letters_count, [one.message for one in letters.sheets_of(batch, now=NOW)]) == (1, [message])
    with pytest.raises(LetterRefused):
        letters.make_batch(actor=manager, now=NOW)


def test_only_a_posted_letter_comes_back_and_once(message, actor) -> None:
    manager = actor("centre_manager")
    code = letters.put_aside(str(message.public_id))
    batch = letters.make_batch(actor=manager, now=NOW)
    with pytest.raises(LetterRefused):
        letters.come_back(code, actor=manager, now=NOW)
    letters.post(batch, actor=manager, now=NOW)
    with pytest.raises(LetterRefused):
        letters.post(batch, actor=manager, now=NOW)
    letters.come_back(code.lower(), actor=manager, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, Reason.RETURNED)
    assert suppressions.standing_for({"letter": ["清江县一号"]})
    with pytest.raises(LetterRefused):
        letters.come_back(code, actor=manager, now=NOW)


def test_page_prints_posts_and_takes_back(north, cast) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="王小明", address="清江县一号")
        message = MessageFactory(
            staff=None, person=person, channel="letter", state="handed_over", address="清江县一号", subject="复诊提醒"
        )
        code = letters.put_aside(str(message.public_id))
    client = client_of(cast.qian)
    sheets = client.post(client.url("messaging:letters-make")).url
    text = client.get(sheets).content.decode()
    assert [one in text for one in ("王小明", "清江县一号", "复诊提醒", code)] == [True] * 4
    with hospital_scope(north):
        assert AccessLog.objects.filter(kind="print", patient_id=person.pk).count() == 1
        batch = Letter.objects.get().batch
    client.post(client.url("messaging:letters-post", batch.public_id))
    client.post(client.url("messaging:letter-returned"), {"code": code})
    with hospital_scope(north):
        assert Message.objects.get().state == State.FAILED


def test_a_letter_counts_as_a_contact_until_it_comes_back(queue, person, north, actor) -> None:
    with hospital_scope(north):
        ConsentFactory(patient=person, purpose="education", channel="letter", at=NOW)
    queue(person=person, channel="letter", purpose="test.education")
    dispatch.send_due(north, clock=lambda: NOW)
    with hospital_scope(north):
        assert list(Touch.objects.values_list("person", "channel", "is_approach")) == [(person.pk, "letter", True)]
        batch = letters.make_batch(actor=actor("centre_manager"), now=NOW)
        letters.post(batch, actor=actor("centre_manager"), now=NOW)
        letters.come_back(Letter.objects.get().code, actor=actor("centre_manager"), now=NOW)
        assert Touch.objects.count() == 0


def refuse(message: Message) -> None:
    ConsentFactory(patient=message.person, purpose="satisfaction", channel="any", decision="refused", at=NOW)


def test_nothing_is_printed_for_whoever_may_not_be_written_to_any_more(message, actor) -> None:
    letters.put_aside(str(message.public_id))
    Patient.objects.filter(pk=message.person_id).update(contact_state="deceased", deceased_source="family")
    with pytest.raises(LetterRefused):
        letters.make_batch(actor=actor("centre_manager"), now=NOW)
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, Reason.DECEASED)
    assert (Letter.objects.waiting().count(), LetterBatch.objects.count()) == (0, 0)


def test_a_letter_that_may_not_go_makes_room_for_the_next(message, actor) -> None:
    letters.put_aside(str(message.public_id))
    refuse(message)
    other = MessageFactory(
        staff=None, person=PatientFactory(address="二号"), channel="letter", state="handed_over", address="二号"
    )
    letters.put_aside(str(other.public_id))
    batch = letters.make_batch(actor=actor("centre_manager"), now=NOW, limit=1)
    assert (batch.letters_count, [one.message for one in letters.sheets_of(batch, now=NOW)]) == (1, [other])


def test_whoever_refuses_after_the_printing_is_not_posted_to(message, actor) -> None:
    manager = actor("centre_manager")
    code = letters.put_aside(str(message.public_id))
    batch = letters.make_batch(actor=manager, now=NOW)
    refuse(message)
    assert letters.sheets_of(batch, now=NOW) == []
    assert letters.post(batch, actor=manager, now=NOW) == [code]
    batch.refresh_from_db()
    message.refresh_from_db()
    assert (batch.posted_at, batch.letters_count, message.state, message.reason) == (
        None,
        0,
        State.FAILED,
        Reason.REFUSED_KIND,
    )
    assert letters.post(batch, actor=manager, now=NOW) == []
    with pytest.raises(LetterRefused):
        letters.come_back(code, actor=manager, now=NOW)


def test_letters_of_a_sending_wait_while_it_is_paused_and_never_go_once_it_is_called_back(message, actor) -> None:
    manager = actor("centre_manager")
    Message.objects.update(batch="campaign:7")
    code = letters.put_aside(str(message.public_id))
    batch = letters.make_batch(actor=manager, now=NOW)
    batches.pause("campaign:7", now=NOW)
    assert letters.post(batch, actor=manager, now=NOW) == [code]
    with pytest.raises(LetterRefused):
        letters.make_batch(actor=manager, now=NOW)
    message.refresh_from_db()
    assert (message.state, Letter.objects.waiting().count()) == (State.HANDED_OVER, 1)
    batches.resume("campaign:7", now=NOW)
    batch = letters.make_batch(actor=manager, now=NOW)
    batches.call_back("campaign:7", now=NOW)
    assert letters.post(batch, actor=manager, now=NOW) == [code]
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, Reason.CANCELLED)


def test_an_advert_whose_review_is_over_stays_on_the_pile_until_it_is_renewed(message, actor, monkeypatch) -> None:
    reviews = [MedicalAdvert("津医广〔2026〕1号", NOW.date() + days * DAY) for days in (-1, 1)]
    said = templates.get("test").said("zh-hans")
    monkeypatch.setattr(templates.Template, "said", lambda self, language: replace(said, advert=reviews[0]))
    Message.objects.update(template="test")
    letters.put_aside(str(message.public_id))
    with pytest.raises(LetterRefused):
        letters.make_batch(actor=actor("centre_manager"), now=NOW)
    reviews.pop(0)
    assert letters.make_batch(actor=actor("centre_manager"), now=NOW).letters_count == 1


def test_a_letter_counts_on_the_day_on_which_it_is_posted(message, actor) -> None:
    manager = actor("centre_manager")
    TouchFactory(person=message.person, channel="letter", source="messaging", source_id=message.pk)
    letters.put_aside(str(message.public_id))
    batch = letters.make_batch(actor=manager, now=NOW)
    letters.post(batch, actor=manager, now=NOW + 3 * DAY)
    assert Touch.objects.get().day == NOW.date() + 3 * DAY


def test_a_printed_letter_is_taken_out_by_its_code(north, cast) -> None:
    with hospital_scope(north):
        message = MessageFactory(staff=None, person=PatientFactory(), channel="letter", state="handed_over")
        letter = LetterFactory(message=message)
    client = client_of(cast.qian)
    for _twice in range(2):
        client.post(client.url("messaging:letter-returned"), {"code": letter.code, "out": "1"})
    with hospital_scope(north):
        letter.refresh_from_db()
        assert (letter.message.state, letter.message.reason) == (State.FAILED, Reason.CANCELLED)
        assert (letter.batch.letters_count, letter.returned_at, letter.taken_out_at is None) == (0, None, False)


def test_page_says_which_letters_are_to_be_taken_out(north, cast) -> None:
    with hospital_scope(north):
        person = PatientFactory(address="一号", contact_state="deceased", deceased_source="family")
        message = MessageFactory(staff=None, person=person, channel="letter", state="handed_over")
        letter = LetterFactory(message=message)
        code, batch = letter.code, letter.batch
    client = client_of(cast.qian)
    answer = client.post(client.url("messaging:letters-post", batch.public_id), follow=True)
    assert code in answer.content.decode()


def test_whoever_answers_a_letter_is_found_by_its_code(north, cast) -> None:
    with hospital_scope(north):
        letter = LetterFactory(message__staff=None, message__person=PatientFactory(), message__channel="letter")
        waiting = LetterFactory(batch=None)
    client = client_of(cast.qian)
    where = client.url("messaging:letters")
    found = client.get(where, {"code": f"{letter.code[:4].lower()} {letter.code[4:]}"})
    assert found.url == client.url("messaging:message", letter.message.public_id)
    for code in (waiting.code, "", "ZZZZZZZZ"):
        assert client.get(where, {"code": code}).status_code == 200


def test_batch_of_another_hospital_is_not_there(south, cast) -> None:
    with hospital_scope(south):
        foreign = LetterFactory().batch
    client = client_of(cast.qian)
    assert client.get(client.url("messaging:letters-print", foreign.public_id)).status_code == 404


@pytest.mark.parametrize("role", ["agent", "hospital_admin", "nurse"])
def test_others_print_no_letters(client_as, role: str) -> None:
    client = client_as(role)
    assert client.get(client.url("messaging:letters")).status_code == 403


def test_list_asks_the_same_for_one_batch_and_three(north, cast, django_assert_max_num_queries) -> None:
    client = client_of(cast.qian)
    counts = []
    for number in (1, 2):
        with hospital_scope(north):
            for _place in range(number):
                LetterFactory()
        client.get(client.url("messaging:letters"))
        with django_assert_max_num_queries(15) as asked:
            client.get(client.url("messaging:letters"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
