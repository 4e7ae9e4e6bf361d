"""One kept connection per batch. Before the text is sent, every failure is certain; after it, silence means unknown.

RFC 5321 §4.2.5 and §4.5.3: the server takes the message over with its answer to the final dot. A connection that
breaks between that dot
and the answer leaves both possible, so such a message is never sent again by itself. Every error of smtplib is an
OSError.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.utils import parseaddr

from django.conf import settings

from messaging.gateways.base import Outcome, Outgoing, Unreachable
from messaging.gateways.smtp.letter import compose, dot_stuffed
from messaging.models import Reason, State

_READY_FOR_TEXT = 354


@dataclass(frozen=True)
class SmtpGateway:
    """A mail server. `timeout` in seconds, for connecting and for each answer."""

    host: str
    port: int = 25
    username: str = ""
    password: str = ""
    use_tls: bool = False
    timeout: float = 15

    name = "smtp"
    calls_out = True

    @classmethod
    def from_settings(cls) -> "SmtpGateway":
        """The mail server of the installation."""
        return cls(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            settings.EMAIL_HOST_USER,
            settings.EMAIL_HOST_PASSWORD,
            settings.EMAIL_USE_TLS,
            settings.EMAIL_TIMEOUT,
        )

    @contextmanager
    def session(self) -> "Iterator[SmtpSession]":
        """A line that connects at the first message and is closed politely at the end."""
        session = SmtpSession(self)
        try:
            yield session
        finally:
            session.close()


class SmtpSession:
    """A conversation with the server, kept open between messages and opened anew where it broke."""

    def __init__(self, gateway: SmtpGateway) -> None:
        self.gateway = gateway
        self.line: smtplib.SMTP | None = None

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Envelope, text, answer. Unreachable where the server does not take even the envelope's line."""
        try:
            text = dot_stuffed(compose(outgoing))
            refusal = self._envelope(outgoing)
        except (
            ValueError,
            MessageError,
            IndexError,
        ) as error:  # an address no mail can carry; nothing of the text was sent
            self._drop()
            return Outcome(State.FAILED, Reason.NO_ADDRESS, type(error).__name__)
        return refusal or self._text(text)

    def close(self) -> None:
        """Says goodbye; a server that has gone already is no trouble."""
        if self.line is not None:
            with suppress(OSError):
                self.line.quit()
            self.line.close()
            self.line = None

    def _envelope(self, outgoing: Outgoing) -> Outcome | None:
        """Sender and recipient, up to the server's go-ahead for the text. None: go ahead."""
        was_open = self.line is not None
        try:
            line = self.line = self.line or self._connect()
            for command, argument in (
                ("mail", f"FROM:<{parseaddr(outgoing.sender_address)[1]}>"),
                ("rcpt", f"TO:<{outgoing.address}>"),
                ("data", ""),
            ):
                code, answer = line.docmd(command, argument)
                if not (200 <= code < 300 or code == _READY_FOR_TEXT):
                    line.docmd("rset")
                    return _refusal(code, answer)
        except OSError as error:
            self._drop()
            if was_open:  # the server closed an idle line: nothing was said yet, so a fresh one may be tried
                return self._envelope(outgoing)
            raise Unreachable(type(error).__name__) from error
        return None

    def _text(self, text: bytes) -> Outcome:
        """The text and the server's word on it."""
        assert self.line is not None
        try:
            self.line.send(text)
            code, answer = self.line.getreply()
        except OSError as error:
            self._drop()
            return Outcome(State.UNKNOWN, Reason.NO_ANSWER, type(error).__name__)
        if 200 <= code < 300:
            return Outcome(State.HANDED_OVER)
        return _refusal(code, answer)

    def _connect(self) -> smtplib.SMTP:
        line = smtplib.SMTP(self.gateway.host, self.gateway.port, timeout=self.gateway.timeout)
        line.ehlo()
        if self.gateway.use_tls:
            line.starttls(context=ssl.create_default_context())
            line.ehlo()
        if self.gateway.username:
            line.login(self.gateway.username, self.gateway.password)
        return line

    def _drop(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


def _refusal(code: int, answer: bytes) -> Outcome:
    """4xx: later; everything else: no. Only the codes are kept, for the words may repeat the address."""
    enhanced = answer.split(b" ", 1)[0].decode("ascii", "replace")
    detail = f"{code} {enhanced}" if enhanced.count(".") == 2 else str(code)
    if 400 <= code < 500:
        return Outcome(State.PLANNED, Reason.POSTPONED, detail)
    return Outcome(State.FAILED, Reason.REFUSED, detail)
