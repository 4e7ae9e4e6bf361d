"""What a demo hospital reaches people with, and what came back: accounts that are not in use, letters, replies, mails.

The addresses are nobody's: nothing is ever sent.
"""

import datetime as dt

from accounts.actors import Actor
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from messaging import gateways
from messaging.domain import bounces, gateway_accounts, letters, replies
from messaging.inbound.reading import read
from messaging.models import GatewayTrial, Message, Reason, SenderCheck, State
from patients.models import ContactPoint, Patient

_TEXTS = "* = SMS_000000 text"
_MAIL = {
    "name": "医院邮件",
    "host": "mail.example.org",
    "port": 587,
    "use_tls": True,
    "username": "care",
    "password": "x",
}
_MAIL |= {"sender": "care@example.org", "return_address": "bounces@example.org", "postal_address": "清屿市健康路1号"}
_SMS = {"name": "短信（阿里云）", "key_id": "LTAI-demo", "secret": "x", "sign_name": "清屿一院", "texts": _TEXTS}
_WORDS = (
    "您好：\n\n按出院医嘱，您近期需要复诊。电话多次未能接通，特写信告知。可持本信到门诊服务台，由工作人员协助挂号。"
)
_SAID = ("谢谢，请问周六门诊几点开始？", "收到，麻烦换个时间来电", "TD")
_LETTERS = (
    ("From: reader@example.org\nSubject: {subject}\n\n{text}\n", "预约咨询", "请问体检需要空腹吗？"),
    ("From: other@example.org\nSubject: {subject}\n\n{text}\n", "Please confirm your message", "Press the link."),
)
_FINDINGS = (
    ("spf", "good", "", "v=spf1 include:relay.example.org -all"),
    ("dkim", "weak", "", "s1._domainkey.example.org (1024)"),
    ("dmarc", "weak", "only_watches", "v=DMARC1; p=none"),
    ("reverse", "good", "", "192.0.2.25"),
    ("mx", "bad", "missing", "bounces.example.org"),
)


def set_up(hospital: Hospital, *, admin: Actor, manager: Actor, now: dt.datetime) -> None:
    """Accounts with a test, the check of the sender, a posted batch and a letter that waits, replies and mails."""
    with hospital_scope(hospital):
        for code, given in (("smtp", _MAIL), ("sms_aliyun", _SMS)):
            then = now - dt.timedelta(days=9)
            account, _secret = gateway_accounts.enter(gateways.KINDS[code], given, actor=admin, now=then)
            GatewayTrial.objects.create(
                account=account,
                asked_by=admin.staff,
                asked_at=then,
                address="admin@example.org",
                language=hospital.language,
                state=State.FAILED,
                reason=Reason.UNREACHABLE,
                detail="ConnectTimeout",
                state_at=then,
            )
        keys = ("check", "verdict", "why", "detail")
        SenderCheck.objects.create(
            domain="example.org",
            host="mail.example.org",
            asked_at=now,
            asked_by=admin.staff,
            checked_at=now,
            findings=[dict(zip(keys, one, strict=True)) for one in _FINDINGS],
        )
        _print_letters(manager, now)
        _hear(now)


def _print_letters(manager: Actor, now: dt.datetime) -> None:
    """Five letters were posted, one of them came back; three wait."""
    people = list(Patient.objects.exclude(address="").filter(contact_state="open").order_by("pk")[:8])
    then = now - dt.timedelta(days=6)
    if [_letter(person, then) for person in people[:5]]:
        batch = letters.make_batch(actor=manager, now=then)
        letters.post(batch, actor=manager, now=then)
        letters.come_back(letters.sheets_of(batch, now=now)[0].code, actor=manager, now=now)
    for person in people[5:]:
        _letter(person, now)


def _letter(person: Patient, now: dt.datetime) -> str:
    message = Message.objects.create(
        key=f"demo:letter:{person.pk}",
        purpose="followups.contact",
        channel="letter",
        person=person,
        template="followups.unreached",
        not_before=now,
        created_at=now,
        state=State.HANDED_OVER,
        state_at=now,
        attempts=1,
        gateway="letter",
        address=person.address,
        language="zh-hans",
        subject="复诊提醒",
        body=_WORDS,
    )
    return letters.put_aside(str(message.public_id))


def _hear(now: dt.datetime) -> None:
    """Two replies and two mails to read; one reply that was understood."""
    points = ContactPoint.objects.filter(system="phone", rank=1).order_by("-pk")[: len(_SAID)]
    for number, (point, text) in enumerate(zip(points, _SAID, strict=False)):
        at = now - dt.timedelta(hours=3 * number + 1)
        replies.heard(channel="sms", address=point.value, text=text, at=at, now=now, provider_id=f"demo-{number}")
    mails = [read(form.format(subject=subject, text=text).encode()) for form, subject, text in _LETTERS]
    bounces.take(mails, now=now)
