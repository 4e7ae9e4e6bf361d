"""Invented mails that come back: of ten, six bounces for good, one for a time, a complaint, an absence, a letter."""

from collections.abc import Iterable, Iterator

_REPORT = """Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: bounces+{reference}@north.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Message-Id: <back-{number}@mx.example.net>

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

<{address}>: host mx.example.net said: {reply}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {reply}

--b
Content-Type: text/rfc822-headers

Message-ID: <{reference}@north.example>
To: {address}
Subject: test

--b--
"""
_COMPLAINT = """From: feedback@example.net
To: abuse@north.example
Subject: complaint {number}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Rcpt-To: {address}

--b
Content-Type: message/rfc822

Message-ID: <{reference}@north.example>
To: {address}
Subject: test

text
--b--
"""
_ABSENCE = """From: {address}
To: care@north.example
Subject: Automatic reply: test
Auto-Submitted: auto-replied
In-Reply-To: <{reference}@north.example>

I am away until Monday ({number}).
"""
_LETTER = """From: {address}
To: care@north.example
Subject: Re: test {number}
In-Reply-To: <{reference}@north.example>

Thank you. When may I come?
"""
_FOR_GOOD, _FULL = ("5.1.1", "550 5.1.1 User unknown"), ("5.2.2", "552 5.2.2 Mailbox full")


def mails(sent: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """A mail about each message: reference and address."""
    for number, (reference, address) in enumerate(sent):
        text, (status, reply) = _kind(number % 10)
        said = {"number": number, "reference": reference, "address": address, "status": status, "reply": reply}
        yield text.format(**said).encode()


def _kind(place: int) -> tuple[str, tuple[str, str]]:
    others = {6: (_REPORT, _FULL), 7: (_COMPLAINT, ("", "")), 8: (_ABSENCE, ("", "")), 9: (_LETTER, ("", ""))}
    return others.get(place, (_REPORT, _FOR_GOOD))
