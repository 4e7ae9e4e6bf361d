"""What the gateway makes of a real mail server: taken, later, no, gone, and silent at the worst moment."""

import email.policy
import socket
import ssl
import subprocess
import threading
from dataclasses import replace
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server

from messaging.gateways.base import Outcome, Outgoing, Unreachable
from messaging.gateways.smtp import SmtpGateway
from messaging.gateways.smtp import gateway as module
from messaging.models import Reason, State

pytestmark = pytest.mark.unit

LETTER = Outgoing(
    reference="0b6d9c6e-0000-4000-8000-000000000001",
    address="li@north.invalid",
    subject="今日随访：到期 5",
    body="第一行\n.以点开头\n\n结束",
    sender_name="北方医院",
    sender_address="care@north.invalid",
)


class Handler:
    """Takes letters; answers at each step what it is told to."""

    def __init__(self):
        self.letters, self.connections, self.answers, self.refused = [], 0, {}, {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.pop("rcpt", self.refused.get(address, "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        said = next((words for one, words in self.refused.items() if f"<{one}@".encode() in envelope.content), "250 OK")
        answer = self.answers.pop("text", said)
        if answer == "close":
            server.transport.abort()
        return answer


@pytest.fixture
def server():
    """A running mail server; `server.handler` says what it saw."""
    handler = Handler()

    class Counting(Server):
        def connection_made(self, transport):
            handler.connections += 1
            super().connection_made(transport)

    class Loopback(Controller):
        def factory(self):
            return Counting(self.handler)

    controller = Loopback(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.connections = 0  # the controller has knocked once itself
    yield controller
    controller.stop()


@pytest.fixture
def gateway(server):
    return SmtpGateway("127.0.0.1", server.port, timeout=5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def deliver(gateway, *letters):
    """What became of each letter, over one line."""
    with gateway.session() as session:
        return [session.deliver(letter) for letter in letters]


def test_letter_arrives_as_written(server, gateway):
    assert deliver(gateway, LETTER) == [Outcome(State.HANDED_OVER)]
    ((sender, recipients, content),) = server.handler.letters
    letter = message_from_bytes(content, policy=email.policy.default)
    assert (sender, recipients) == ("care@north.invalid", ["li@north.invalid"])
    assert (letter["Subject"], letter["From"], letter["To"]) == (
        "今日随访：到期 5",
        "北方医院 <care@north.invalid>",
        "li@north.invalid",
    )
    assert letter["Message-ID"] == "<0b6d9c6e-0000-4000-8000-000000000001@north.invalid>"
    assert letter.get_content().replace("\r\n", "\n") == "第一行\n.以点开头\n\n结束\n"


def test_one_line_carries_many_letters(server, gateway):
    assert deliver(gateway, LETTER, LETTER, LETTER) == [Outcome(State.HANDED_OVER)] * 3
    assert (len(server.handler.letters), server.handler.connections) == (3, 1)


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("rcpt", "450 4.2.1 mailbox busy", Outcome(State.PLANNED, Reason.POSTPONED, "450 4.2.1")),
        ("rcpt", "550 5.1.1 li@north.invalid unknown", Outcome(State.FAILED, Reason.HARD_BOUNCE, "550 5.1.1")),
        ("rcpt", "550 User not found: li@north.invalid", Outcome(State.FAILED, Reason.HARD_BOUNCE, "550")),
        ("rcpt", "550 5.7.1 user unknown to our policy", Outcome(State.FAILED, Reason.REFUSED, "550 5.7.1")),
        ("rcpt", "550 5.1.1 blocked by Spamhaus", Outcome(State.FAILED, Reason.REFUSED, "550 5.1.1")),
        ("rcpt", "552 5.2.2 mailbox full", Outcome(State.FAILED, Reason.REFUSED, "552 5.2.2")),
        ("rcpt", "550 no", Outcome(State.FAILED, Reason.REFUSED, "550")),
        ("text", "550 5.1.1 user unknown", Outcome(State.FAILED, Reason.REFUSED, "550 5.1.1")),
        ("text", "451 try later", Outcome(State.PLANNED, Reason.POSTPONED, "451")),
        ("text", "554 5.7.1 spam", Outcome(State.FAILED, Reason.REFUSED, "554 5.7.1")),
    ],
)
def test_refusals_are_certain_and_leave_the_line_open(server, gateway, step, answer, outcome):
    server.handler.answers[step] = answer
    assert deliver(gateway, LETTER, LETTER) == [outcome, Outcome(State.HANDED_OVER)]
    assert server.handler.connections == 1


def test_line_closed_after_the_text_is_unknown(server, gateway):
    server.handler.answers["text"] = "close"
    first, second = deliver(gateway, LETTER, LETTER)
    assert (first.state, first.reason) == (State.UNKNOWN, Reason.NO_ANSWER)
    assert (second, server.handler.connections) == (Outcome(State.HANDED_OVER), 2)


def test_line_closed_between_letters_is_opened_anew(server, gateway):
    with gateway.session() as session:
        first = session.deliver(LETTER)
        session.line.sock.shutdown(socket.SHUT_RDWR)
        assert (first, session.deliver(LETTER)) == (Outcome(State.HANDED_OVER), Outcome(State.HANDED_OVER))
    assert len(server.handler.letters) == 2


@pytest.fixture
def sealed(server, tmp_path, monkeypatch):
    """The same server speaking TLS from the first word, with a certificate that the gateway knows, on its 465."""
    key = tmp_path / "both.pem"
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    asked += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(asked, check=True, capture_output=True)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(tmp_path / "cert.pem", key)
    known, default = tmp_path / "cert.pem", ssl.create_default_context
    monkeypatch.setattr(
        ssl, "create_default_context", lambda *args, **said: default(*args, **{**said, "cafile": known})
    )
    controller = Controller(server.handler, hostname="127.0.0.1", port=free_port(), ssl_context=own)
    controller.start()
    monkeypatch.setattr(module, "TLS_FROM_THE_FIRST_WORD", controller.port)
    yield controller
    controller.stop()


@pytest.mark.parametrize("use_tls", [False, True])
def test_on_its_port_tls_is_spoken_from_the_first_word(sealed, use_tls):
    gateway = SmtpGateway("127.0.0.1", sealed.port, timeout=5, use_tls=use_tls)
    assert deliver(gateway, LETTER, LETTER) == [Outcome(State.HANDED_OVER)] * 2


def test_a_server_whose_certificate_is_not_known_gets_nothing(sealed, monkeypatch):
    monkeypatch.setattr(ssl, "create_default_context", ssl._create_default_https_context)
    with pytest.raises(Unreachable):
        deliver(SmtpGateway("127.0.0.1", sealed.port, timeout=5), LETTER)


def test_no_server_is_unreachable():
    with pytest.raises(Unreachable):
        deliver(SmtpGateway("127.0.0.1", free_port(), timeout=2), LETTER)


@pytest.mark.parametrize("address", ["li@\r\nRCPT TO:<other@x.invalid>", "李@北.invalid", ""])
def test_addresses_no_mail_can_carry_fail(gateway, server, address):
    letter = Outgoing("r", address, "s", "b", "n", "care@north.invalid")
    assert [outcome.state for outcome in deliver(gateway, letter)] == [State.FAILED]
    assert server.handler.letters == []


def mute_server(script: list[bytes]) -> int:
    """Answers the lines of `script` and then never again. Returns its port."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def talk():
        line, _ = listener.accept()
        for answer in script:
            line.sendall(answer)
            line.recv(65536)
        over.wait(10)

    threading.Thread(target=talk, daemon=True).start()
    return listener.getsockname()[1]


HELLO = [b"220 hello\r\n", b"250 hello\r\n", b"250 sender\r\n", b"250 recipient\r\n"]


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_silence_before_the_text_is_certain(steps):
    port = mute_server(HELLO[:steps])
    with pytest.raises(Unreachable):
        deliver(SmtpGateway("127.0.0.1", port, timeout=0.3), LETTER)


def test_silence_after_the_text_is_unknown():
    port = mute_server([*HELLO, b"354 go ahead\r\n"])
    outcome = deliver(SmtpGateway("127.0.0.1", port, timeout=0.3), LETTER)
    assert outcome == [Outcome(State.UNKNOWN, Reason.NO_ANSWER, "SMTPServerDisconnected")]


@pytest.fixture
def grouping(server):
    """The same server, taking commands in groups; `server.handler.heard` is what came at once."""
    server.handler.heard = []

    async def hello(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    class Grouping(Server):
        def connection_made(self, transport):
            server.handler.connections += 1
            super().connection_made(transport)

        def data_received(self, data):
            server.handler.heard.append(data)
            super().data_received(data)

    type(server.handler).handle_EHLO = hello
    server.factory = lambda: Grouping(server.handler)
    yield SmtpGateway("127.0.0.1", server.port, timeout=5)
    del type(server.handler).handle_EHLO


def deliver_in_a_row(gateway, *letters):
    """As the outbox does it: each is told which comes after it."""
    with gateway.session() as session:
        found = []
        for letter, following in zip(letters, [*letters[1:], None], strict=True):
            if following is not None:
                session.expect(following)
            found.append(session.deliver(letter))
        return found


def numbered(*numbers):
    return [replace(LETTER, reference=f"r{number}", address=f"p{number}@north.invalid") for number in numbers]


def test_the_next_envelope_goes_behind_the_text_of_a_mail(server, grouping):
    assert deliver_in_a_row(grouping, *numbered(1, 2, 3)) == [Outcome(State.HANDED_OVER)] * 3
    assert [to for _sender, (to,), _text in server.handler.letters] == [f"p{n}@north.invalid" for n in (1, 2, 3)]
    behind = [one for one in server.handler.heard if b"\r\n.\r\nmail FROM" in one]
    assert [one.endswith(b"data\r\n") for one in behind] == [True, True]


def test_of_two_mails_on_a_line_that_breaks_one_alone_is_unknown(server, grouping):
    server.handler.answers["text"] = "close"
    first, second, third = deliver_in_a_row(grouping, *numbered(1, 2, 3))
    assert (first.state, first.reason) == (State.UNKNOWN, Reason.NO_ANSWER)
    assert (second, third) == (Outcome(State.HANDED_OVER), Outcome(State.HANDED_OVER))
    assert [to for _sender, (to,), _text in server.handler.letters] == [f"p{n}@north.invalid" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("refused", "outcomes"),
    [
        ({"p2@north.invalid": "550 5.1.1 no"}, [State.HANDED_OVER, State.FAILED, State.HANDED_OVER]),
        ({"r2": "451 later"}, [State.HANDED_OVER, State.PLANNED, State.HANDED_OVER]),
        ({"p1@north.invalid": "450 later", "r2": "554 no"}, [State.PLANNED, State.FAILED, State.HANDED_OVER]),
    ],
)
def test_what_the_server_says_to_one_is_not_taken_for_another(server, grouping, refused, outcomes):
    server.handler.refused = refused
    assert [one.state for one in deliver_in_a_row(grouping, *numbered(1, 2, 3))] == outcomes
    assert len(server.handler.letters) == 3 - sum("@" in one for one in refused)
    assert server.handler.connections == 1


def test_in_a_group_too_only_the_recipient_is_no_address(server, grouping):
    server.handler.refused = {"p2@north.invalid": "550 5.1.1 no", "r3": "550 5.1.1 no"}
    reasons = [one.reason for one in deliver_in_a_row(grouping, *numbered(1, 2, 3))]
    assert reasons == [Reason.NONE, Reason.HARD_BOUNCE, Reason.REFUSED]


def test_a_mail_that_does_not_come_after_all_is_not_sent(server, grouping):
    first, second, third = numbered(1, 2, 3)
    with grouping.session() as session:
        session.expect(second)
        assert session.deliver(first) == Outcome(State.HANDED_OVER)
        assert session.deliver(third) == Outcome(State.HANDED_OVER)
        session.expect(second)
        assert session.deliver(first) == Outcome(State.HANDED_OVER)
    assert [to for _sender, (to,), _text in server.handler.letters] == [f"p{n}@north.invalid" for n in (1, 3, 1)]
