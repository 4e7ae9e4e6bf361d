"""A mail as it leaves: text, html and pictures, the fields of RFC 8058, addresses and headers that no mail can carry;
commands in one go; where bounces go.
"""

import email.policy
import socket
import threading
from dataclasses import replace
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.gateways.base import InlinePart, Outcome, Outgoing
from messaging.gateways.smtp import SmtpGateway
from messaging.gateways.smtp.letter import CannotBeMailed, compose, dot_stuffed, encoded
from messaging.models import Reason, State
from tests.messaging.provider import deliver

pytestmark = pytest.mark.unit
REFERENCE = "0b6d9c6e-0000-4000-8000-000000000001"
LETTER = Outgoing(REFERENCE, "li@north.invalid", "广告 体检套餐", "第一行\n.点", "北方医院", "care@north.invalid")
LOGO = InlinePart("logo", "image/png", b"\x89PNG" + bytes(range(256)))


def parsed(outgoing: Outgoing):
    return message_from_bytes(compose(outgoing), policy=email.policy.default)


def test_html_stands_beside_the_text_with_its_pictures() -> None:
    letter = parsed(replace(LETTER, html="<p>第一行</p><img src='cid:logo'>", inline=(LOGO,)))
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text.get_content().splitlines() == ["第一行", ".点"]
    assert html.get_content().splitlines() == ["<p>第一行</p><img src='cid:logo'>"]
    picture = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    assert (picture["Content-ID"], picture.get_content()) == ("<logo>", LOGO.content)


def test_bulk_mail_carries_both_fields_of_rfc_8058() -> None:
    letter = parsed(replace(LETTER, unsubscribe_url="https://crm.example/l/abc/"))
    assert letter["List-Unsubscribe"] == "<https://crm.example/l/abc/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed(LETTER)["List-Unsubscribe"] is None


def test_other_headers_go_along() -> None:
    letter = parsed(replace(LETTER, headers={"Precedence": "bulk", "X-Campaign": "健康讲座"}))
    assert (letter["Precedence"], letter["X-Campaign"]) == ("bulk", "健康讲座")


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": {"X-A": "b\r\nBcc: other@x.invalid"}},
        {"headers": {"X A": "b"}},
        {"unsubscribe_url": "https://x.example/\r\nBcc: a@x.invalid"},
        {"sender_address": "nobody"},
        {"html": "x", "inline": (InlinePart("a\nb", "image/png", b""),)},
        {"html": "x", "inline": (InlinePart("a", "text/html", b""),)},
        {"address": "a@b@c.invalid"},
        {"address": "a b@c.invalid"},
        {"address": f"{'a' * 250}@c.invalid"},
        {"address": "-@-.invalid"},
    ],
)
def test_what_would_be_another_header_or_address_is_refused(changes: dict) -> None:
    with pytest.raises(CannotBeMailed):
        compose(replace(LETTER, **changes))


@pytest.mark.parametrize("address", ["a.b+c@x.invalid", '"a b"@x.invalid', "o'neil@x-y.invalid", "1@2.invalid"])
def test_addresses_that_mails_can_carry(address: str) -> None:
    assert f"To: {address}\r\n".encode() in compose(replace(LETTER, address=address))


@pytest.mark.parametrize("name", ["北方医院", "North (Hospital), Ltd.", 'He "X"', "O'Neil", "=?utf-8?B?eA==?="])
def test_name_of_the_sender_is_read_as_it_was_written(name: str) -> None:
    assert parsed(replace(LETTER, sender_name=name))["From"].addresses[0].display_name == name


@given(st.text(min_size=1, max_size=200))
def test_any_subject_is_read_as_it_was_written(subject: str) -> None:
    shown = " ".join(subject.split())
    letter = message_from_bytes(f"Subject: {encoded(subject)}\r\n\r\n".encode(), policy=email.policy.default)
    kept = "".join(one for one in shown.encode("utf-8", "replace").decode() if one == " " or one.isprintable())
    assert "".join(one for one in letter["Subject"] if one == " " or one.isprintable()).split() == kept.split()
    assert all(len(line) <= 78 for line in f"Subject: {encoded(subject)}".split("\r\n"))


@given(st.text(max_size=500))
def test_any_text_arrives(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    got = parsed(replace(LETTER, body=text)).get_content().replace("\r\n", "\n").replace("\r", "\n")
    assert got == (plain if plain.endswith("\n") else f"{plain}\n")


def test_no_line_is_taken_for_the_end() -> None:
    assert dot_stuffed(b".a\r\n.\r\nb") == b"..a\r\n..\r\nb\r\n.\r\n"
    assert dot_stuffed(compose(LETTER)).count(b"\r\n.") == 1


class Server:
    """Answers groups of commands as RFC 2920 lets it; `answers` by command; remembers envelopes."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.envelopes, self.groups = answers, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as talk:
                self._talk(line, talk)

    def _talk(self, line: socket.socket, talk) -> None:
        self._say(talk, "220 hello")
        envelope: list[str] = []
        while text := talk.readline().decode().strip():
            word = text.split(" ")[0].lower()
            if word == "ehlo":
                self._say(talk, "250-hello", "250 PIPELINING")
            elif word == "quit":
                return self._say(talk, "221 bye")
            elif word == "data":
                answer = self.answers.get("data", "354 go")
                self._say(talk, answer)
                if answer.startswith("354"):
                    if not self._takes_text(talk):
                        return None
                    self.envelopes.append(envelope)
                    self._say(talk, self.answers.get("text", "250 taken"))
            else:
                envelope = [*envelope, text] if word == "rcpt" else [text] if word == "mail" else []
                self._say(talk, self.answers.get(word, "250 ok"))
        return None

    def _takes_text(self, talk) -> bool:
        """Reads to the final dot; False where the line was closed before it."""
        while text := talk.readline():
            if text == b".\r\n":
                return True
        return False

    def _say(self, talk, *lines: str) -> None:
        talk.write("".join(f"{one}\r\n" for one in lines).encode())
        talk.flush()

    def gateway(self, **given: str) -> SmtpGateway:
        return SmtpGateway("127.0.0.1", self.listener.getsockname()[1], timeout=2, **given)


def test_envelope_and_text_go_in_groups() -> None:
    server = Server()
    assert deliver(server.gateway(), LETTER, LETTER) == [Outcome(State.HANDED_OVER)] * 2
    assert server.envelopes == [["mail FROM:<care@north.invalid>", "rcpt TO:<li@north.invalid>"]] * 2


def test_bounces_go_to_the_return_address_with_our_reference() -> None:
    server = Server()
    deliver(server.gateway(sender="info@north.invalid", return_address="bounces@north.invalid"), LETTER)
    assert server.envelopes == [[f"mail FROM:<bounces+{REFERENCE}@north.invalid>", "rcpt TO:<li@north.invalid>"]]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"rcpt": "550 5.1.1 no", "data": "503 no"}, Outcome(State.FAILED, Reason.HARD_BOUNCE, "550 5.1.1")),
        (
            {"mail": "550 5.1.1 no", "rcpt": "503 no", "data": "503 no"},
            Outcome(State.FAILED, Reason.REFUSED, "550 5.1.1"),
        ),
        ({"rcpt": "450 4.2.1 busy", "data": "503 no"}, Outcome(State.PLANNED, Reason.POSTPONED, "450 4.2.1")),
        ({"mail": "451 later", "rcpt": "503 no", "data": "503 no"}, Outcome(State.PLANNED, Reason.POSTPONED, "451")),
        ({"text": "554 5.7.1 spam"}, Outcome(State.FAILED, Reason.REFUSED, "554 5.7.1")),
    ],
)
def test_first_refusal_of_a_group_counts(answers: dict, outcome: Outcome) -> None:
    assert deliver(Server(**answers).gateway(), LETTER, LETTER) == [outcome, outcome]


def test_server_that_waits_for_a_text_to_nobody_is_left() -> None:
    server = Server(rcpt="550 5.1.1 unknown")
    assert [one.state for one in deliver(server.gateway(), LETTER, LETTER)] == [State.FAILED] * 2
    assert server.envelopes == []
