"""What the gateway makes of a real mail server: taken, later, no, gone, and silent at the worst moment."""

import email.policy
import socket
import threading
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server

from messaging.gateways.base import Outcome, Outgoing, Unreachable
from messaging.gateways.smtp import SmtpGateway
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
        self.letters, self.connections, self.answers = [], 0, {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.pop("rcpt", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        answer = self.answers.pop("text", "250 OK")
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
        ("rcpt", "550 5.1.1 li@north.invalid unknown", Outcome(State.FAILED, Reason.REFUSED, "550 5.1.1")),
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
