"""One kept connection per batch. Before the text is sent, every failure is certain; after it, silence means unknown.

Where the server takes commands in groups (RFC 2920), envelope and DATA go in one, and behind the text of a mail goes
the envelope of the next: one turn of the line for each mail. Of two such mails one alone may become unknown, for the
text of the second is sent only after the answer to that of the first. Mails are not signed here: DKIM is the work of
the relay, which must sign both fields of RFC 8058.

RFC 5321 §4.2.5 and §4.5.3: the server takes the message over with its answer to the final dot. A connection that
breaks between that dot and the answer leaves both possible, so such a message is never sent again by itself. Every
error of smtplib is an OSError.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from messaging.gateways.base import Kind, Outcome, Outgoing, Setting, Unreachable
from messaging.gateways.smtp.letter import CannotBeMailed, address_in, checked, compose, dot_stuffed
from messaging.inbound import words
from messaging.models import Reason, State

# RFC 8314 §7.3; on any other port TLS begins by STARTTLS.
TLS_FROM_THE_FIRST_WORD = 465
_READY_FOR_TEXT = 354
# The place of the recipient among the commands of an envelope.
_RECIPIENT = 1


@dataclass(frozen=True)
class SmtpGateway:
    """A mail server. On port 465 TLS is spoken from the first word; `use_tls`: STARTTLS. `timeout` in seconds, for
    connecting and for each answer. `sender`: takes the place of the address that a message comes with.
    `return_address`: where bounces go, with our reference after a plus, so that each names the message it is about;
    without it they go to the sender.
    """

    host: str
    port: int = 25
    username: str = ""
    password: str = ""
    use_tls: bool = False
    timeout: float = 15
    sender: str = ""
    return_address: str = ""

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


class _Letter(NamedTuple):
    """A message as it goes over the line: its envelope up to DATA, and its text with the dot."""

    reference: str
    envelope: tuple[str, ...]
    text: bytes


class SmtpSession:
    """A conversation with the server, kept open between messages and opened anew where it broke. `_ahead`: the mail
    whose envelope the server has already, and whose text it waits for.
    """

    def __init__(self, gateway: SmtpGateway) -> None:
        self.gateway = gateway
        self.line: smtplib.SMTP | None = None
        self._following: Outgoing | None = None
        self._ahead: _Letter | None = None

    def expect(self, outgoing: Outgoing) -> None:
        """This one is handed over right after the next, so that its envelope may go behind that one's text."""
        self._following = outgoing

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Envelope, text, answer. Unreachable where the server does not take even the envelope's line."""
        following, self._following = self._following, None
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.reference != outgoing.reference:
            self._drop()
            ahead = None
        try:
            letter = ahead or self._letter(outgoing)
        except CannotBeMailed as error:  # nothing was sent
            return Outcome(State.FAILED, Reason.NO_ADDRESS, str(error)[:60])
        return self._envelope(letter.envelope, is_said=ahead is not None) or self._text(letter.text, following)

    def close(self) -> None:
        """Says goodbye; a server that has gone already is no trouble, and one that waits for a text gets none."""
        if self.line is not None and self._ahead is None:
            with suppress(OSError):
                self.line.quit()
        self._drop()

    def _letter(self, outgoing: Outgoing) -> _Letter:
        given = replace(outgoing, sender_address=self.gateway.sender) if self.gateway.sender else outgoing
        text = dot_stuffed(compose(given))
        envelope = (f"mail FROM:<{self._return_path(given)}>", f"rcpt TO:<{given.address}>", "data")
        return _Letter(given.reference, envelope, text)

    def _return_path(self, outgoing: Outgoing) -> str:
        """Where a bounce of this message goes."""
        user, _at, domain = self.gateway.return_address.rpartition("@")
        if not domain:
            return address_in(outgoing.sender_address)
        return checked(f"{user}+{outgoing.reference}@{domain}")

    def _envelope(self, commands: tuple[str, ...], *, is_said: bool) -> Outcome | None:
        """Sender and recipient, up to the server's go-ahead for the text. None: go ahead."""
        was_open = self.line is not None
        try:
            line = self.line = self.line or self._connect()
            if not is_said and line.has_extn("pipelining"):
                line.send(_lines(commands))
                is_said = True
            answers = [line.getreply() for _command in commands] if is_said else _in_turn(line, commands)
            refused = next((place for place, one in enumerate(answers) if not _is_yes(one[0])), None)
            if refused is not None:
                self._start_over(line, answers)
                return _refusal(*answers[refused], of_recipient=refused == _RECIPIENT)
        except OSError as error:
            self._drop()
            if was_open:  # the server closed an idle line: nothing of the text was said, so a fresh one may be tried
                return self._envelope(commands, is_said=False)
            raise Unreachable(type(error).__name__) from error
        return None

    def _start_over(self, line: smtplib.SMTP, answers: list[tuple[int, bytes]]) -> None:
        """After a refusal. A server that waits for a text although it took no recipient is not given one: an empty
        text would be a mail to nobody, so the line is given up.
        """
        if answers[-1][0] == _READY_FOR_TEXT:
            self._drop()
        else:
            line.docmd("rset")

    def _text(self, text: bytes, following: Outgoing | None) -> Outcome:
        """The text and the server's word on it. What follows is put behind it where the server takes groups."""
        assert self.line is not None
        ahead = self._said_behind(following)
        try:
            self.line.send(text + _lines(ahead.envelope).encode("ascii") if ahead else text)
            code, answer = self.line.getreply()
        except OSError as error:
            self._drop()
            return Outcome(State.UNKNOWN, Reason.NO_ANSWER, type(error).__name__)
        self._ahead = ahead
        if 200 <= code < 300:
            return Outcome(State.HANDED_OVER)
        return _refusal(code, answer)

    def _said_behind(self, following: Outgoing | None) -> _Letter | None:
        """The mail whose envelope goes behind this text."""
        if following is None or self.line is None or not self.line.has_extn("pipelining"):
            return None
        try:
            return self._letter(following)
        except CannotBeMailed:  # told when its turn comes
            return None

    def _connect(self) -> smtplib.SMTP:
        given = self.gateway
        is_sealed = given.port == TLS_FROM_THE_FIRST_WORD
        if is_sealed:
            context = ssl.create_default_context()
            line: smtplib.SMTP = smtplib.SMTP_SSL(given.host, given.port, timeout=given.timeout, context=context)
        else:
            line = smtplib.SMTP(given.host, given.port, timeout=given.timeout)
        line.ehlo()
        if given.use_tls and not is_sealed:
            line.starttls(context=ssl.create_default_context())
            line.ehlo()
        if given.username:
            line.login(given.username, given.password)
        return line

    def _drop(self) -> None:
        self._ahead = None
        if self.line is not None:
            self.line.close()
            self.line = None


def _lines(commands: tuple[str, ...]) -> str:
    """Commands as one group."""
    return "".join(f"{command}\r\n" for command in commands)


def _in_turn(line: smtplib.SMTP, commands: tuple[str, ...]) -> list[tuple[int, bytes]]:
    """One command after the other, until one is refused."""
    answers: list[tuple[int, bytes]] = []
    for command in commands:
        answers.append(line.docmd(command))
        if not _is_yes(answers[-1][0]):
            break
    return answers


def _is_yes(code: int) -> bool:
    """Whether the server goes along."""
    return 200 <= code < 300 or code == _READY_FOR_TEXT


def _refusal(code: int, answer: bytes, *, of_recipient: bool = False) -> Outcome:
    """4xx: later; everything else: no, for good where the recipient is refused because there is none. Only the codes
    are kept, for the words may repeat the address.
    """
    enhanced = answer.split(b" ", 1)[0].decode("ascii", "replace")
    detail = f"{code} {enhanced}" if enhanced.count(".") == 2 else str(code)
    if 400 <= code < 500:
        return Outcome(State.PLANNED, Reason.POSTPONED, detail)
    status = enhanced if enhanced.count(".") == 2 else ""
    if of_recipient and words.is_no_address(code, status, answer.decode("utf-8", "replace")):
        return Outcome(State.FAILED, Reason.HARD_BOUNCE, detail)
    return Outcome(State.FAILED, Reason.REFUSED, detail)


def _of_account(given: dict) -> SmtpGateway:
    """The gateway of an account."""
    return SmtpGateway(
        given["host"],
        int(given.get("port") or 25),
        given.get("username", ""),
        given.get("password", ""),
        bool(given.get("use_tls")),
        settings.EMAIL_TIMEOUT,
        given.get("sender", ""),
        given.get("return_address", ""),
    )


SMTP = Kind(
    "smtp",
    "email",
    _("own mail server"),
    (
        Setting("host", _("server"), help_text=_("Host name of the mail server.")),
        Setting("port", _("port"), default=587, kind="number"),
        Setting(
            "use_tls",
            _("STARTTLS"),
            is_required=False,
            default=True,
            kind="flag",
            help_text=_("Port 465 speaks TLS from the first word, whatever stands here."),
        ),
        Setting("username", _("user name"), is_required=False),
        Setting("password", _("password"), is_secret=True, is_required=False),
        Setting("sender", _("sender address"), kind="email"),
        Setting(
            "return_address",
            _("address for bounces"),
            is_required=False,
            kind="email",
            help_text=_("Mail to this address with anything after a plus must arrive there too."),
        ),
        Setting("postal_address", _("postal address in mails"), help_text=_("Commercial mail must carry it.")),
        Setting("telephone", _("telephone in mails"), is_required=False),
        Setting("dkim_selector", _("DKIM selector of the relay"), is_required=False),
        Setting("imap_host", _("mailbox for bounces: server"), is_required=False),
        Setting("imap_port", _("mailbox for bounces: port"), is_required=False, default=993, kind="number"),
        Setting("imap_username", _("mailbox for bounces: user name"), is_required=False),
        Setting("imap_password", _("mailbox for bounces: password"), is_secret=True, is_required=False),
        Setting("imap_folder", _("mailbox for bounces: folder"), is_required=False, default="INBOX"),
    ),
    _of_account,
    own_address="email",
)
