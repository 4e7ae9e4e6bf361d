"""The mailbox to which mails come back, read over IMAP (RFC 3501). Nothing is deleted; what was kept is marked seen."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

SECONDS = 20
AT_ONCE = 100


class MailboxAway(Exception):
    """The mailbox cannot be opened or read; the next round tries again. Its word: server, login, folder, broken."""


@dataclass(frozen=True)
class Mailbox:
    """Where mails come back to. Port 993 speaks TLS from the first word, any other after STARTTLS."""

    host: str
    username: str
    password: str
    port: int = 993
    folder: str = "INBOX"
    is_plain: bool = False

    @contextmanager
    def open(self) -> "Iterator[OpenMailbox]":
        """A conversation with the server. MailboxAway where there is none."""
        with _away("server"):
            line = self._connect()
        try:
            with _away("login"):
                line.login(self.username, self.password)
            with _away("folder"):
                if line.select(_quoted(self.folder))[0] != "OK":
                    raise MailboxAway("folder")
            yield OpenMailbox(line)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                line.logout()

    def _connect(self) -> imaplib.IMAP4:
        if self.port == 993:
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=ssl.create_default_context(), timeout=SECONDS)
        line = imaplib.IMAP4(self.host, self.port, timeout=SECONDS)
        if not self.is_plain:
            line.starttls(ssl.create_default_context())
        return line


@contextmanager
def _away(word: str) -> Iterator[None]:
    """Whatever the line or the server does not do is told by this word; a line that breaks by its own."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise MailboxAway("broken") from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(word) from error


@dataclass(frozen=True)
class OpenMailbox:
    """A mailbox that can be read."""

    line: imaplib.IMAP4

    def unseen(self) -> list[tuple[str, bytes]]:
        """The next mails that nobody has seen, with their number in the mailbox; reading marks nothing."""
        with _away("broken"):
            found = self.line.uid("SEARCH", "UNSEEN")[1][0] or b""
            numbers = found.split()[:AT_ONCE]
            return [(number.decode(), raw) for number in numbers if (raw := self._mail(number.decode())) is not None]

    def mark_seen(self, numbers: list[str]) -> None:
        """What was kept is not read again."""
        with _away("broken"):
            if numbers:
                self.line.uid("STORE", ",".join(numbers), "+FLAGS.SILENT", r"(\Seen)")

    def _mail(self, number: str) -> bytes | None:
        """A mail as it came; None where the server does not give it out."""
        try:
            answer = self.line.uid("FETCH", number, "(BODY.PEEK[])")[1]
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return None
        return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
