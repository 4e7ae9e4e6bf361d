"""The mailbox to which mails come back, against a server on this machine that speaks IMAP."""

import datetime as dt
import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import gateway_accounts, mailboxes
from messaging.inbound import mailbox as module
from messaging.inbound.mailbox import Mailbox, MailboxAway
from messaging.models import InboundMail, MailboxWatch, Message
from tests.cast import client_of
from tests.messaging.factories import NOW
from tests.messaging.gateway_factories import GatewayAccountFactory, GatewayTrialFactory
from tests.messaging.provider import nobody

MAILS = {"1": b"From: a@b.invalid\r\nSubject: one\r\n\r\nx\r\n", "2": b"From: a@b.invalid\r\nSubject: two\r\n\r\ny\r\n"}


class ImapServer:
    """One mailbox; knows which of its mails were seen."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.refuses: set[str] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as talk:
                talk.write(b"* OK ready\r\n")
                talk.flush()
                while text := talk.readline().decode().strip():
                    tag, _blank, command = text.partition(" ")
                    talk.write(self._answer(tag, command))
                    talk.flush()

    def _answer(self, tag: str, command: str) -> bytes:
        word = command.upper()
        if word.startswith("CAPABILITY"):
            said = b"* CAPABILITY IMAP4rev1\r\n"
        elif word.startswith("LOGIN") and "wrong" in command:
            return f"{tag} NO not you\r\n".encode()
        elif word.startswith("SELECT"):
            said = b"* 2 EXISTS\r\n"
        elif word.startswith("UID SEARCH"):
            said = f"* SEARCH {' '.join(n for n in MAILS if n not in self.seen)}\r\n".encode()
        elif found := re.match(r"UID FETCH (\d+)", word):
            if found[1] in self.refuses:
                return f"{tag} BAD no\r\n".encode()
            raw = MAILS[found[1]]
            said = f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        elif found := re.match(r"UID STORE ([\d,]+)", word):
            self.seen |= set(found[1].split(","))
            said = b""
        else:
            said = b"* BYE\r\n" if word == "LOGOUT" else b""
        return said + f"{tag} OK done\r\n".encode()


@pytest.fixture
def server() -> Iterator[ImapServer]:
    found = ImapServer()
    yield found
    found.listener.close()


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, server: ImapServer) -> Mailbox:
    monkeypatch.setattr(mailboxes, "mailbox_of", lambda account: box)
    box = Mailbox("127.0.0.1", "bounces", "secret", server.port, is_plain=True)
    return box


@pytest.mark.unit
def test_unseen_mails_are_read_without_marking(server: ImapServer, plain: Mailbox) -> None:
    with plain.open() as opened:
        assert opened.unseen() == [("1", MAILS["1"]), ("2", MAILS["2"])]
    assert server.seen == set()


@pytest.mark.unit
def test_mailbox_that_is_away_or_refuses_says_so(plain: Mailbox) -> None:
    port = int(nobody().rpartition(":")[2])
    for box in (Mailbox("127.0.0.1", "x", "wrong", plain.port, is_plain=True), Mailbox("127.0.0.1", "x", "y", port)):
        with pytest.raises(MailboxAway), box.open():
            pass


@pytest.mark.django_db(transaction=True)
def test_mails_are_fetched_kept_and_marked_once(north, server: ImapServer, plain: Mailbox) -> None:
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True)
    assert [mailboxes.fetch(north), mailboxes.fetch(north)] == [2, 0]
    assert server.seen == {"1", "2"}
    server.seen.clear()  # killed before it was marked: fetched again, known by its fingerprint
    assert mailboxes.fetch(north) == 0
    with hospital_scope(north):
        assert InboundMail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_mailbox_is_read_in_small_parts(north, server: ImapServer, plain: Mailbox, monkeypatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True)
    assert mailboxes.fetch(north) == 2


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_the_server_does_not_give_out_holds_up_no_other(north, server, plain, monkeypatch) -> None:
    monkeypatch.setattr(server, "refuses", {"1"})
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True)
    assert (mailboxes.fetch(north), server.seen) == (1, {"2"})


def at(hours: int) -> Callable[[], dt.datetime]:
    return lambda: NOW + dt.timedelta(hours=hours)


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_that_cannot_be_opened_is_told_once_after_a_day(north, cast, server, plain, monkeypatch) -> None:
    deng, wrong = cast.deng, Mailbox("127.0.0.1", "bounces", "wrong", server.port, is_plain=True)
    monkeypatch.setattr(mailboxes, "mailbox_of", lambda account: wrong)
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True)
    told = []
    for hours in (0, 23, 24, 30):
        assert mailboxes.fetch(north, clock=at(hours)) == 0
        with hospital_scope(north):
            told.append(Message.objects.filter(purpose="messaging.mailbox", channel="bell").count())
    with hospital_scope(north):
        row = MailboxWatch.objects.get()
        assert (told, row.trouble, row.failing_since, row.read_at) == ([0, 0, 1, 1], "login", NOW, None)
        assert Message.objects.get().staff == deng
    monkeypatch.setattr(mailboxes, "mailbox_of", lambda account: plain)
    assert mailboxes.fetch(north, clock=at(31)) == 2
    with hospital_scope(north):
        row.refresh_from_db()
        assert (row.trouble, row.failing_since, row.told_at, row.read_at) == ("", None, None, at(31)())


@pytest.mark.django_db(transaction=True)
def test_a_password_that_cannot_be_read_is_written_down_too(north) -> None:
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True, settings={"imap_host": "mail.invalid"}, credentials="broken")
    mailboxes.fetch(north, clock=at(0))
    with hospital_scope(north):
        assert MailboxWatch.objects.get().trouble == "secret"


@pytest.mark.django_db(transaction=True)
def test_an_account_without_a_mailbox_is_not_watched(north) -> None:
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True)
    mailboxes.fetch(north, clock=at(0))
    with hospital_scope(north):
        assert MailboxWatch.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_test_of_the_account_tries_its_mailbox_too(north, cast, server, monkeypatch) -> None:
    wrong = Mailbox("127.0.0.1", "bounces", "wrong", server.port, is_plain=True)
    monkeypatch.setattr(mailboxes, "mailbox_of", lambda account: wrong)
    with hospital_scope(north):
        trial = GatewayTrialFactory(account__is_active=True)
        page = trial.account.public_id
    gateway_accounts.run_trial(north, trial.pk, clock=at(0))
    client = client_of(cast.deng)
    assert "用户名或密码被拒绝" in client.get(client.url("messaging:gateway", page)).content.decode()
    assert "退信邮箱未能读取" in client.get(client.url("messaging:gateways")).content.decode()


@pytest.mark.django_db
def test_inside_a_scope_nothing_is_fetched(in_north) -> None:
    with pytest.raises(RuntimeError):
        mailboxes.fetch(in_north)


@pytest.mark.django_db
def test_account_says_where_its_mailbox_is(in_north) -> None:
    account = GatewayAccountFactory(settings={"imap_host": "mail.invalid", "imap_username": "b", "imap_port": 143})
    box = mailboxes.mailbox_of(account)
    assert box is not None
    assert (box.host, box.username, box.port, box.folder) == ("mail.invalid", "b", 143, "INBOX")
    assert mailboxes.mailbox_of(GatewayAccountFactory()) is None
