"""Mails that came back: matched, kept once, acted on; nothing of them is kept that nobody needs."""

import datetime as dt
import io
import json
import sys
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import bounces, replies, suppressions
from messaging.inbound.found import Verdict
from messaging.inbound.reading import read
from messaging.models import InboundMail, Message, Reason, Reply, SoftBounce, State, Suppression
from messaging.returned_rows import forget_what_came_back
from patients import subject_file
from patients.models import Consent
from tests.cast import client_of
from tests.messaging.conftest import states_of
from tests.messaging.factories import NOW, MessageFactory
from tests.messaging.gateway_factories import InboundMailFactory, ReplyFactory
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
ADDRESS = "reader@person.invalid"


def report(status: str = "5.1.1", reply: str = "550 5.1.1 User unknown", **said: str) -> bytes:
    """A report of delivery as Postfix writes it. `to`: where it came; `reference`: in the mail that came back."""
    values = {"to": "care@north.invalid", "reference": "none", "about": ADDRESS, "action": "failed", **said}
    return (
        (
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.invalid\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\n<{about}>: {reply}\n\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.invalid\n\n"
            "Final-Recipient: rfc822; {about}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {reply}\n\n"
            "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{reference}@north.invalid>\nTo: {about}\n\n--b--\n"
        )
        .format(status=status, reply=reply, **values)
        .encode()
    )


def letter(message: Message, subject: str, text: str, head: str = "") -> bytes:
    """A mail of a person or of a program about a message."""
    return (
        f"From: {ADDRESS}\nTo: care@north.invalid\nSubject: {subject}\n"
        f"In-Reply-To: <{message.public_id}@north.invalid>\n"
        f"Content-Type: text/plain; charset=utf-8\n{head}\n{text}\n"
    ).encode()


@pytest.fixture
def person(in_north):
    found = PatientFactory()
    ContactPointFactory(patient=found, system="email", value=ADDRESS)
    return found


@pytest.fixture
def message(person) -> Message:
    return MessageFactory(
        staff=None,
        person=person,
        channel="email",
        purpose="test.education",
        state="handed_over",
        gateway="smtp",
        address=ADDRESS,
    )


def take(*raws: bytes) -> int:
    return bounces.take([read(raw) for raw in raws], now=NOW)


def stops() -> list[tuple[str, str]]:
    return list(Suppression.objects.values_list("address", "reason"))


def test_hard_bounce_by_reference_stops_the_address(message) -> None:
    assert take(report(reference=str(message.public_id))) == 1
    message.refresh_from_db()
    assert (message.state, message.reason, message.detail) == (State.FAILED, Reason.HARD_BOUNCE, "5.1.1")
    assert stops() == [(ADDRESS, "hard_bounce")]
    row = InboundMail.objects.get()
    assert (row.verdict, row.status, row.message, row.told) == ("hard_bounce", "5.1.1", message, "")


def test_address_it_came_to_names_the_message(message) -> None:
    take(report(to=f"bounces+{message.public_id}@north.invalid", about="forwarded@elsewhere.invalid"))
    assert stops() == [(ADDRESS, "hard_bounce")]


def test_without_a_reference_the_address_of_somebody_of_ours_is_counted(message) -> None:
    take(report())
    message.refresh_from_db()
    assert (message.state, message.reason, stops()) == (State.FAILED, Reason.HARD_BOUNCE, [])
    for day in (1, 2):
        bounces.take([read(report(reply=f"550 5.1.1 User unknown {day}"))], now=NOW + dt.timedelta(days=day))
    assert stops() == [(ADDRESS, "soft_bounces")]


def test_a_bounce_that_names_an_old_address_leaves_the_present_one(message, person) -> None:
    ContactPointFactory(patient=person, system="email", value="old@person.invalid", rank=2)
    take(report(about="old@person.invalid"))
    message.refresh_from_db()
    assert (message.state, stops(), list(SoftBounce.objects.values_list("address", flat=True))) == (
        State.HANDED_OVER,
        [],
        ["old@person.invalid"],
    )
    row = InboundMail.objects.get()
    assert (row.address, row.message) == ("old@person.invalid", None)


def test_a_reference_stops_no_other_address_than_its_own(message) -> None:
    other = "other@person.invalid"
    ContactPointFactory(patient=PatientFactory(), system="email", value=other)
    block = f"Final-Recipient: rfc822; {other}\nAction: failed\nStatus: 5.1.1\n\n"
    raw = report(reference=str(message.public_id)).replace(b"Final-Recipient:", block.encode() + b"Final-Recipient:")
    take(raw)
    assert stops() == [(ADDRESS, "hard_bounce")]
    assert list(SoftBounce.objects.values_list("address", flat=True)) == [other]


def test_a_complaint_about_an_old_address_leaves_the_present_one(message, person) -> None:
    ContactPointFactory(patient=person, system="email", value="old@person.invalid", rank=2)
    raw = (
        "From: feedback@isp.invalid\nTo: abuse@north.invalid\nSubject: complaint\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        "Original-Rcpt-To: old@person.invalid\n\n--b--\n"
    )
    take(raw.encode())
    assert stops() == [("old@person.invalid", "complaint")]


def test_address_of_nobody_of_ours_is_left_alone(in_north) -> None:
    take(report(about="stranger@elsewhere.invalid"))
    assert (stops(), InboundMail.objects.get().verdict) == ([], "hard_bounce")


def test_same_mail_again_changes_nothing(message) -> None:
    raw = report(reference=str(message.public_id))
    assert [take(raw, raw), take(raw), take(raw.replace(b"\n", b"\r\n"))] == [1, 0, 0]
    assert states_of(message) == [("failed", "hard_bounce")]


def test_soft_bounce_is_counted(message) -> None:
    take(report("5.2.2", "552 5.2.2 Mailbox full", reference=str(message.public_id)))
    message.refresh_from_db()
    assert (message.state, message.reason, stops()) == (State.FAILED, Reason.SOFT_BOUNCE, [])


def test_delay_says_nothing_yet(message) -> None:
    take(report("4.4.1", "451 try later", action="delayed", reference=str(message.public_id)))
    message.refresh_from_db()
    assert (message.state, stops()) == (State.HANDED_OVER, [])


def test_absence_changes_nothing(message) -> None:
    take(letter(message, "Automatic reply: away", "back on Monday", "Auto-Submitted: auto-replied\n"))
    message.refresh_from_db()
    assert (message.state, InboundMail.objects.get().verdict, Consent.objects.count()) == (
        "handed_over",
        "auto_reply",
        0,
    )


def test_complaint_stops_and_refuses(message, person) -> None:
    raw = (
        "From: feedback@isp.invalid\nTo: abuse@north.invalid\nSubject: complaint\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nx\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: <{message.public_id}@north.invalid>\n"
        f"To: {ADDRESS}\n\nx\n--b--\n"
    )
    take(raw.encode())
    message.refresh_from_db()
    assert (message.state, stops()) == (State.HANDED_OVER, [(ADDRESS, "complaint")])
    decided = dict(Consent.objects.filter(channel="email").values_list("purpose", "decision"))
    assert decided == dict.fromkeys(("marketing_mail", "education", "community", "points"), "refused")


@pytest.mark.parametrize(("subject", "text"), [("退订", "x"), ("Re: news", "请退订，谢谢"), ("unsubscribe", "")])
def test_mail_that_wants_no_more_is_heard(message, subject: str, text: str) -> None:
    take(letter(message, subject, text))
    assert InboundMail.objects.get().verdict == "unsubscribe"
    assert Consent.objects.filter(decision="refused").count() == 4


def test_ordinary_mail_waits_for_a_person_sealed(message) -> None:
    take(letter(message, "Re: news", "When may I come?"))
    row = InboundMail.objects.get()
    assert (row.verdict, row.settled_at, ADDRESS in row.told) == ("ordinary", None, False)
    assert bounces.told_by(row) == {"sender": ADDRESS, "subject": "Re: news"}


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"From: \xff\nContent-Type: multipart/mixed\n\n--", b"\r\r\r"])
def test_what_is_no_mail_is_kept_as_such(in_north, raw: bytes) -> None:
    assert take(raw) == 1
    assert InboundMail.objects.get().verdict in ("ordinary", "unreadable")


CRAFTED = [
    b"From: =?utf-8?q?a=00b=40x.invalid?=\nSubject: x\n\ny\n",
    b"From: =?unicode_escape?q?=5Cud800=40x=2Einvalid?=\nSubject: =?unicode_escape?q?=5Cud800?=\n\ny\n",
    report(about="ab\x00c@x.invalid", status="5.1.1"),
    b"From: " + b"a" * 300 + b"@x.invalid\nSubject: x\n\ny\n",
]


@pytest.mark.parametrize("raw", CRAFTED)
def test_crafted_mail_holds_up_no_other(message, raw: bytes) -> None:
    assert take(raw, report(reference=str(message.public_id))) == 2
    assert stops() == [(ADDRESS, "hard_bounce")]
    assert InboundMail.objects.exclude(message=message).get().address in ("", "mailer-daemon@mx.invalid")


def test_what_cannot_be_kept_is_kept_as_not_readable(message) -> None:
    bad = replace(read(b"From: a@b.invalid\nSubject: x\n\ny\n"), sender="a\x00b@x.invalid")
    good = read(report(reference=str(message.public_id)))
    assert [bounces.take([bad, good], now=NOW), bounces.take([bad, good], now=NOW)] == [2, 0]
    assert stops() == [(ADDRESS, "hard_bounce")]
    row = InboundMail.objects.get(message=None)
    assert (row.verdict, row.fingerprint, row.settled_at) == ("unreadable", bad.fingerprint, None)


def test_where_the_database_is_away_nothing_is_kept_as_not_readable(message, monkeypatch) -> None:
    def away(*_args: object, **_said: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(bounces, "_act", away)
    with pytest.raises(OperationalError):
        take(report(reference=str(message.public_id)))


def test_bounce_of_a_delivered_message_stops_but_does_not_unsay(message) -> None:
    Message.objects.update(state="delivered")
    take(report(reference=str(message.public_id)))
    message.refresh_from_db()
    assert (message.state, stops()) == ("delivered", [(ADDRESS, "hard_bounce")])


def test_reference_of_another_hospital_is_nobodys(message, south) -> None:
    with hospital_scope(south):
        take(report(reference=str(message.public_id)))
        assert (stops(), InboundMail.objects.get().message) == ([], None)


def test_pipe_takes_one_mail(north, monkeypatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(report()))
    monkeypatch.setattr(sys, "stdin", stdin)
    out = io.StringIO()
    call_command("receive_mail", hospital="north", json=True, stdout=out)
    assert json.loads(out.getvalue()) == {"mails": 1, "new": 1, "verdicts": {"hard_bounce": 1}}


def test_folder_file_holds_many(north, tmp_path) -> None:
    folder = tmp_path / "folder"
    one = b"From mailer Mon Nov 23 08:00:00 2026\n" + report()
    folder.write_bytes(one + b"\n" + one.replace(b"5.1.1", b"4.2.2"))
    out = io.StringIO()
    call_command("receive_mail", str(folder), hospital="north", json=True, stdout=out)
    assert json.loads(out.getvalue())["verdicts"] == {"hard_bounce": 1, "soft_bounce": 1}


def test_person_reads_what_waits(north, cast) -> None:
    with hospital_scope(north):
        row = InboundMailFactory()
    client = client_of(cast.qian)
    assert "你好" in client.get(client.url("messaging:mails")).content.decode()
    client.post(client.url("messaging:mail-settle", row.public_id))
    with hospital_scope(north):
        row.refresh_from_db()
        assert row.settled_by == cast.qian
    assert "你好" not in client.get(client.url("messaging:mails")).content.decode()
    assert "你好" in client.get(client.url("messaging:mails") + "?all=1").content.decode()


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ("Please confirm your message", Verdict.CHALLENGE),
        ("自动回复：不在", Verdict.AUTO_REPLY),
        ("你好", Verdict.ORDINARY),
    ],
)
def test_what_programs_and_people_write_is_told_apart(subject: str, verdict: Verdict) -> None:
    assert read(f"From: a@b.invalid\nSubject: {subject}\n\nx\n".encode()).verdict == verdict


def test_what_came_back_goes_with_the_record(message, person) -> None:
    take(report(reference=str(message.public_id)), letter(message, "Re: news", "When may I come?"))
    ReplyFactory(address=ADDRESS)
    forget_what_came_back(person)
    assert list(InboundMail.objects.values_list("address", "told")) == [("", "")] * 2
    assert Reply.objects.count() == 0


def test_stops_of_an_erased_address_hold_under_a_keyed_hash(message, person) -> None:
    other = "somebody@else.invalid"
    stop = {"channel": "email", "source": "test", "now": NOW}
    suppressions.suppress(address=ADDRESS, reason=Suppression.Reason.COMPLAINT, **stop)
    suppressions.suppress(address=other, reason=Suppression.Reason.BY_HAND, **stop)
    suppressions.soft_bounce(address=ADDRESS, **stop)
    suppressions.soft_bounce(address=other, **stop)
    forget_what_came_back(person)
    assert [ADDRESS in address for address, _ in stops()] == [False, False]
    assert list(SoftBounce.objects.values_list("address", flat=True)) == [other]
    assert suppressions.standing_for({"email": [ADDRESS.upper(), other]}) == {
        ("email", ADDRESS): "complaint",
        ("email", other): "by_hand",
    }
    assert suppressions.suppress(address=ADDRESS, reason="by_hand", **stop).reason == "complaint"
    assert suppressions.shown(Suppression.objects.order_by("pk").first()) == "已清除"
    assert (
        suppressions.lift_by_consent(channel="email", addresses=[ADDRESS], person=PatientFactory(), until=NOW, now=NOW)
        == 1
    )
    assert not suppressions.standing_for({"email": [ADDRESS]})


def test_what_is_stopped_for_somebody_else_too_stays_as_it_is(person) -> None:
    ContactPointFactory(patient=PatientFactory(), system="email", value=ADDRESS)
    stop = {"channel": "email", "source": "test", "now": NOW}
    suppressions.suppress(address=ADDRESS, reason=Suppression.Reason.COMPLAINT, **stop)
    suppressions.soft_bounce(address=ADDRESS, **stop)
    forget_what_came_back(person)
    assert (stops(), SoftBounce.objects.count()) == ([(ADDRESS, "complaint")], 1)


def test_a_reply_is_kept_under_the_number_as_records_write_it(person) -> None:
    ContactPointFactory(patient=person, value="13811117701")
    replies.heard(channel="sms", address="+86 138 1111 7701", text="好", at=NOW, now=NOW, provider_id="1")
    assert Reply.objects.get().address == "13811117701"
    forget_what_came_back(person)
    assert Reply.objects.count() == 0


def test_the_own_copy_holds_what_came_from_and_about_the_own_addresses(message, person) -> None:
    ContactPointFactory(patient=person, value="13811117701")
    ContactPointFactory(patient=person, value="13811117702", owner_relation="女儿")
    for number, text in (("13811117701", "几点来"), ("13811117702", "她在家")):
        replies.heard(channel="sms", address=number, text=text, at=NOW, now=NOW, provider_id=number)
    take(letter(message, "Re: news", "When may I come?"))
    stop = {"channel": "email", "source": "test", "now": NOW}
    suppressions.soft_bounce(address=ADDRESS, **stop)
    suppressions.suppress(address=ADDRESS, reason="complaint", **stop)
    suppressions.suppress(person=person, reason="by_hand", **stop)
    suppressions.suppress(address="somebody@else.invalid", reason="by_hand", **stop)
    said = {
        key: [{item.key: item.value for item in entry} for entry in subject_file.parts[key].entries(person, NOW)]
        for key in ("replies", "mails", "suppressions", "bounces")
    }
    assert [(one["address"], one["text"]) for one in said["replies"]] == [("13811117701", "几点来")]
    assert [(one["address"], one["subject"]) for one in said["mails"]] == [(ADDRESS, "Re: news")]
    assert sorted(one.get("address", "") for one in said["suppressions"]) == ["", ADDRESS]
    assert [one["address"] for one in said["bounces"]] == [ADDRESS]
