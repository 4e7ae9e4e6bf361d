"""Plain factories of accounts, tests, letters and what came back. Rows are made inside a hospital's scope."""

import json

import factory
from factory.django import DjangoModelFactory

from hospital_crm.crypto import encrypt
from messaging import models
from tests.accounts.factories import StaffMemberFactory
from tests.messaging.factories import NOW, MessageFactory
from tests.patients.factories import PatientFactory

# Nobody listens there, and nothing leaves the machine.
NOBODY = "http://127.0.0.1:9"


class GatewayAccountFactory(DjangoModelFactory):
    """An account of e-mail on this machine, at which nobody listens; not in use."""

    class Meta:
        model = models.GatewayAccount

    kind = "smtp"
    channel = "email"
    name = factory.Sequence(lambda n: f"邮件账号{n}")
    settings = factory.LazyFunction(
        lambda: {"host": "127.0.0.1", "port": 9, "sender": "care@north.invalid", "postal_address": "清江县一号"}
    )
    credentials = factory.LazyFunction(lambda: encrypt(json.dumps({"password": "", "imap_password": ""})))
    receipt_secret = factory.LazyFunction(lambda: encrypt("heard-secret"))
    created_at = NOW


class AliyunAccountFactory(GatewayAccountFactory):
    """An account of text messages."""

    kind = "sms_aliyun"
    channel = "sms"
    settings = factory.LazyFunction(
        lambda: {"key_id": "AK", "sign_name": "北方医院", "texts": "* = SMS_9 text", "endpoint": NOBODY}
    )
    credentials = factory.LazyFunction(lambda: encrypt(json.dumps({"secret": "s"})))


class GatewayTrialFactory(DjangoModelFactory):
    """A test that was asked for."""

    class Meta:
        model = models.GatewayTrial

    account = factory.SubFactory(GatewayAccountFactory)
    asked_by = factory.SubFactory(StaffMemberFactory)
    asked_at = NOW
    address = "admin@north.invalid"
    language = "zh-hans"
    state_at = NOW


class LetterBatchFactory(DjangoModelFactory):
    """A batch of one letter."""

    class Meta:
        model = models.LetterBatch

    made_at = NOW
    made_by = factory.SubFactory(StaffMemberFactory)
    letters_count = 1


class LetterFactory(DjangoModelFactory):
    """A letter in a batch."""

    class Meta:
        model = models.Letter

    message = factory.SubFactory(MessageFactory)
    batch = factory.SubFactory(LetterBatchFactory)
    code = factory.Sequence(lambda n: f"ABCD{n:04d}")


class InboundMailFactory(DjangoModelFactory):
    """An ordinary mail that a person has to read."""

    class Meta:
        model = models.InboundMail

    fingerprint = factory.Sequence(lambda n: f"{n:064d}")
    received_at = NOW
    verdict = "ordinary"
    address = "someone@person.invalid"
    told = factory.LazyFunction(lambda: encrypt(json.dumps({"sender": "someone@person.invalid", "subject": "你好"})))


class ReplyFactory(DjangoModelFactory):
    """A reply that is not clear."""

    class Meta:
        model = models.Reply

    channel = "sms"
    provider_id = factory.Sequence(lambda n: f"reply{n}")
    address = "13800000000"
    text = factory.LazyFunction(lambda: encrypt("几点上班"))
    heard_at = NOW
    meaning = "unclear"


class SenderCheckFactory(DjangoModelFactory):
    """A check that was made."""

    class Meta:
        model = models.SenderCheck

    domain = "north.invalid"
    host = "mail.north.invalid"
    asked_at = NOW
    asked_by = factory.SubFactory(StaffMemberFactory)
    checked_at = NOW
    findings = factory.LazyFunction(lambda: [{"check": "spf", "verdict": "bad", "why": "missing", "detail": ""}])


class TellingWordsFactory(DjangoModelFactory):
    """One word more."""

    class Meta:
        model = models.TellingWords

    added = ["某某病"]


class SendingRulesFactory(DjangoModelFactory):
    """As shipped."""

    class Meta:
        model = models.SendingRules


class GatewayPaceFactory(DjangoModelFactory):
    """An account that has sent."""

    class Meta:
        model = models.GatewayPace

    account = factory.SubFactory(GatewayAccountFactory)
    next_at = NOW


class LinkedPageFactory(DjangoModelFactory):
    """A page that mails lead to."""

    class Meta:
        model = models.LinkedPage

    url = factory.Sequence(lambda n: f"https://north.invalid/{n}/")
    digest = factory.Sequence(lambda n: f"{n:016x}")


class ReadingFactory(DjangoModelFactory):
    """Somebody has clicked."""

    class Meta:
        model = models.Reading

    message = factory.SubFactory(MessageFactory)
    person = factory.SubFactory(PatientFactory)
    kind = "clicked"
    page = factory.SubFactory(LinkedPageFactory)
    at = NOW
    seconds = 600


class StoppedSendingFactory(DjangoModelFactory):
    """A sending that is paused."""

    class Meta:
        model = models.StoppedSending

    batch = factory.Sequence(lambda n: f"campaign:{n}")
    is_final = False
    at = NOW


class MailboxWatchFactory(DjangoModelFactory):
    """A mailbox that was read."""

    class Meta:
        model = models.MailboxWatch

    account = factory.SubFactory(GatewayAccountFactory)
    read_at = NOW
