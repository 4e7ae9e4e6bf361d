"""Claim, call out, record: what goes, what is held and why, and what a crash leaves behind."""

import datetime as dt

import pytest

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import dispatch, recording
from messaging.domain.journal import Journal, this_start
from messaging.domain.states import NotInThatState, move
from messaging.gateways.base import Outcome, Unreachable
from messaging.models import Message, Reason, State
from tests.messaging.conftest import ScriptedGateway, states_of
from tests.messaging.factories import NOW

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def li(cast):
    cast.li.user.email = "li@north.invalid"
    cast.li.user.save()
    return cast.li


def test_bell_is_delivered_without_leaving_the_house(queue, send, look):
    message = queue()
    assert send() is False
    assert (look(message).state, look(message).gateway) == (State.DELIVERED, "bell")
    assert states_of(message) == [("planned", ""), ("claimed", ""), ("delivered", "")]


def test_email_carries_text_sender_and_link(queue, send, look, li, north):
    with hospital_scope(north):
        HospitalSettings.objects.update(sender_address="care@north.invalid")
    gateway = ScriptedGateway()
    message = queue(channel="email", link=("messaging:notices", "?unread=1"))
    send(gateway)
    (letter,) = gateway.taken
    assert (letter.reference, letter.address, letter.subject) == (str(message.public_id), "li@north.invalid", "通知")
    assert letter.body == "发件箱\n\nhttp://127.0.0.1:8000/north/messages/?unread=1\n"
    assert (letter.sender_name, letter.sender_address) == ("北方医院", "care@north.invalid")
    assert look(message).state == State.HANDED_OVER


def test_second_round_sends_nothing_twice(queue, send, li):
    gateway = ScriptedGateway()
    queue(channel="email")
    send(gateway)
    send(gateway)
    assert len(gateway.taken) == 1


@pytest.mark.parametrize(("language", "subject"), [("", "通知"), ("en", "Notices"), ("zh-hans", "通知")])
def test_text_is_in_the_recipients_language(queue, send, look, cast, language, subject):
    cast.li.user.language = language
    cast.li.user.save()
    message = queue()
    send()
    assert (look(message).subject, look(message).language) == (subject, language or "zh-hans")


@pytest.mark.parametrize("who", ["staff", "user"])
def test_inactive_people_get_nothing(queue, send, look, cast, who, north):
    message = queue()
    with hospital_scope(north):
        gone = cast.li if who == "staff" else cast.li.user
        gone.is_active = False
        gone.save()
    send()
    assert (look(message).state, look(message).reason) == (State.HELD, Reason.INACTIVE)


@pytest.mark.parametrize(
    ("given", "reason"),
    [({"channel": "email"}, Reason.NO_ADDRESS), ({"channel": "email", "purpose": "test.can_wait"}, Reason.IN_DIGEST)],
)
def test_held_with_its_reason(queue, send, look, given, reason):
    message = queue(**given)
    gateway = ScriptedGateway()
    send(gateway)
    assert (look(message).state, look(message).reason, gateway.taken) == (State.HELD, reason, [])


def test_bell_of_what_can_wait_rings(queue, send, look):
    message = queue(purpose="test.can_wait")
    send()
    assert look(message).state == State.DELIVERED


def test_without_a_mail_server_in_production_email_is_held(queue, send, look, li):
    message = queue(channel="email")
    send(None)
    assert (look(message).state, look(message).reason) == (State.HELD, Reason.NO_GATEWAY)


def test_before_its_time_nothing_happens(queue, send, look):
    message = queue(not_before=NOW + MINUTE)
    send()
    assert look(message).state == State.PLANNED
    send(at=NOW + MINUTE)
    assert look(message).state == State.DELIVERED


def test_too_late_expires(queue, send, look):
    message = queue(not_after=NOW - MINUTE)
    send()
    assert (look(message).state, look(message).reason) == (State.EXPIRED, Reason.TOO_LATE)


def test_text_that_cannot_be_made_fails(queue, send, look):
    message = queue(template="digest", context={"day": "11-23"})
    send()
    assert (look(message).state, look(message).reason, look(message).detail) == (
        State.FAILED,
        Reason.NO_TEXT,
        "KeyError",
    )


def test_urgent_goes_first(queue, send, li):
    gateway = ScriptedGateway()
    late = queue(channel="email", key="late", urgency="bulk")
    urgent = queue(channel="email", key="urgent", urgency="interactive", now=NOW + MINUTE)
    send(gateway, at=NOW + MINUTE)
    assert [letter.reference for letter in gateway.taken] == [str(urgent.public_id), str(late.public_id)]


def test_postponed_is_tried_again_later_and_later(queue, send, look, li):
    later = Outcome(State.PLANNED, Reason.POSTPONED, "451 4.7.1")
    message = queue(channel="email")
    send(ScriptedGateway(later))
    assert (look(message).state, look(message).reason, look(message).detail) == (
        State.PLANNED,
        Reason.POSTPONED,
        "451 4.7.1",
    )
    assert look(message).not_before == NOW + 2 * MINUTE
    send(ScriptedGateway(later), at=NOW + 2 * MINUTE)
    assert look(message).not_before == NOW + 6 * MINUTE


def test_given_up_in_the_end(queue, send, look, li):
    message = queue(channel="email")
    with hospital_scope(message.hospital):
        Message.objects.update(attempts=recording.GIVE_UP_AFTER - 1)
    send(ScriptedGateway(Outcome(State.PLANNED, Reason.POSTPONED)))
    assert (look(message).state, look(message).reason) == (State.FAILED, Reason.POSTPONED)


def test_absent_server_ends_the_round(queue, send, look, li):
    first, second = queue(channel="email"), queue(channel="email", key="k2")
    gateway = ScriptedGateway(Unreachable("ConnectionRefusedError"))
    send(gateway)
    assert len(gateway.taken) == 1
    assert (look(first).state, look(first).reason) == (State.PLANNED, Reason.UNREACHABLE)
    assert (look(second).state, look(second).attempts, look(second).not_before) == (State.PLANNED, 0, NOW)


def test_crash_between_calling_and_recording_is_unknown_and_never_sent_again(queue, send, look, li):
    message, behind = queue(channel="email"), queue(channel="email", key="k2")
    with pytest.raises(KeyboardInterrupt):
        send(ScriptedGateway(KeyboardInterrupt()))
    assert (look(message).state, look(behind).state) == (State.CLAIMED, State.CLAIMED)
    gateway = ScriptedGateway()
    for minutes in (1, 16, 60):
        send(gateway, at=NOW + minutes * MINUTE)
        assert look(message).state == State.UNKNOWN
    assert [letter.reference for letter in gateway.taken] == [str(behind.public_id)]
    assert states_of(message) == [("planned", ""), ("claimed", ""), ("unknown", "interrupted")]
    assert states_of(behind) == [
        *(("planned", ""), ("claimed", ""), ("planned", "not_begun"), ("claimed", ""), ("handed_over", "")),
    ]


def test_what_was_done_before_the_crash_is_recorded(queue, send, look, li):
    first, second = queue(channel="email"), queue(channel="email", key="k2")
    taken = Outcome(State.HANDED_OVER, detail="250", provider_reference="x-1")
    with pytest.raises(KeyboardInterrupt):
        send(ScriptedGateway(taken, KeyboardInterrupt()))
    send(ScriptedGateway())
    assert (look(first).state, look(first).provider_reference) == (State.HANDED_OVER, "x-1")
    assert (look(second).state, look(second).reason) == (State.UNKNOWN, Reason.INTERRUPTED)


@pytest.mark.parametrize("gone", ["file", "start of the machine"])
def test_without_a_journal_to_believe_the_whole_batch_is_unknown(queue, send, look, li, north, journals, gone):
    messages = [queue(channel="email", key=f"k{number}") for number in range(3)]
    with pytest.raises(KeyboardInterrupt):
        send(ScriptedGateway(KeyboardInterrupt()))
    (book,) = journals.iterdir()
    if gone == "file":
        book.unlink()
        with hospital_scope(north):
            assert recording.settle_interrupted(now=NOW + 14 * MINUTE) == 0
            assert recording.settle_interrupted(now=NOW + 16 * MINUTE) == 3
    else:
        other = book.rename(journals / "elsewhere.0.1.0.journal")
        with hospital_scope(north):
            Message.objects.update(journal=other.stem)
        send(ScriptedGateway())
    assert [(look(one).state, look(one).reason) for one in messages] == [(State.UNKNOWN, Reason.INTERRUPTED)] * 3


def test_a_clock_that_jumps_does_not_take_a_living_workers_batch(queue, send, look, li, north):
    message = queue(channel="email")

    class Jumping(ScriptedGateway):
        def deliver(self, outgoing):
            for days in (1, -1):
                with hospital_scope(north):
                    assert recording.settle_interrupted(now=NOW + days * 1440 * MINUTE) == 0
            assert recording.settle_journals(north, now=NOW) == 0
            return super().deliver(outgoing)

    send(Jumping())
    assert look(message).state == State.HANDED_OVER


def test_a_claim_that_the_database_lost_is_put_back(queue, send, look, li, north, monkeypatch):
    """Nobody knows whether the claim was committed: the journal is left, and what was claimed is planned again."""
    message, claim = queue(channel="email"), dispatch._claim

    def lost(*args):
        claim(*args)
        raise OSError

    monkeypatch.setattr(dispatch, "_claim", lost)
    with pytest.raises(OSError):
        send(ScriptedGateway())
    assert look(message).state == State.CLAIMED
    monkeypatch.setattr(dispatch, "_claim", claim)
    send(gateway := ScriptedGateway())
    assert (look(message).state, len(gateway.taken)) == (State.HANDED_OVER, 1)


def test_a_recorded_batch_leaves_nothing_in_the_journal(queue, send, li, journals):
    queue(channel="email")
    send(ScriptedGateway())
    assert [path.stat().st_size for path in journals.iterdir()] == [0]


def test_two_workers_with_a_folder_each_have_journals_of_their_own(settings, tmp_path):
    names = set()
    for folder in ("one", "other"):
        settings.DATA_DIR = tmp_path / folder
        book = Journal()
        names.add(book.name)
        book.leave()
    assert (len(names), all(name.startswith(this_start() + ".") for name in names)) == (2, True)


def test_network_is_refused_inside_a_scope(in_north):
    with pytest.raises(RuntimeError, match="outside every scope"):
        dispatch.send_due(in_north)


def test_moves_that_do_not_exist_are_refused(queue, send):
    message = queue()
    send()
    with hospital_scope(message.hospital), pytest.raises(NotInThatState):
        move(message, State.CLAIMED, now=NOW)


def test_one_hospital_sends_only_its_own(queue, send, look, zhao):
    message = queue(staff=zhao)
    send()
    assert look(message).state == State.PLANNED
