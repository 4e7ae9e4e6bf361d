"""What people answer to a text message or write to the official account: whoever wants no more gets no more, in
whatever form it is said; what is not clear is read by a person.
"""

import datetime as dt
import re
import unicodedata

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.crypto import CannotDecrypt, decrypt, encrypt
from messaging.domain import refusing, suppressions
from messaging.models import Reply, Suppression

# Said alone, perhaps after 回复 and before a particle. What may as well answer a question (N, 取消) is not among them.
_ALONE = re.compile(
    r"(?:请|我)?(?:回复|回|回覆)?(?:R|T|TD|QX|TDHY|STOP|UNSUBSCRIBE|QUIT|退|退订|退訂|拒收)(?:了|吧|啊|呀)?"
)
# Said among other words.
_AMONG = re.compile(
    r"退订|退訂|拒收|拒绝接收|拒絕接收|取消订阅|取消訂閱"
    r"|(?:不要|别|別|勿|停止|不想|不用)再?(?:给我|給我)?"
    r"(?:[发發](?:了|送|短信|信息|消息|邮件|广告|这|$)|推送|(?:打扰|打擾|骚扰|騷擾)(?:我|了|$))"
    r"|不(?:想|要|希望|愿意?|願意?|需要)再?(?:接收|收到)|不再?接收|(?:请|希望)不再收到"
    r"|UNSUBSCRIBE|\bSTOP (?:SENDING|MESSAGING|TEXTING)|OPT ?OUT|REMOVE ME"
)
# Said of it, not for it: then a person reads.
_NOT_SO = re.compile(
    r"(?:不|别|別|没|沒|没有|沒有|并非|並非|不是|不要|误|誤)(?:想|要|会|會|是)?(?:退订|退訂|拒收|取消)"
    r"|(?:怎么|怎麼|如何|为什么|為什麼|是否|能否|可以).{0,6}(?:退订|退訂|拒收|取消)"
    r"|(?:怎么|怎麼|为什么|為什麼|为何|為何|为啥|為啥|咋).{0,4}不再?接收|不再?接收.{0,12}(?:吗|嗎|么|麼|\?)"
    r"|恢复|恢復|(?:退订|退訂|拒收|取消).{0,3}(?:吗|嗎|么|麼|\?)|DON'?T UNSUBSCRIBE|HOW (?:DO|CAN|TO)"
)
_ORNAMENT = re.compile(r"[\s.,;:!?'\"“”‘’、。，；：！？…·~～\-_()\[\]【】<>《》*#]+")


def meaning_of(text: str) -> Reply.Meaning:
    """What a reply means. Width, case, blanks and punctuation make no difference; what is said of withdrawing, and
    what could be an answer to something else, is unclear.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    bare = _ORNAMENT.sub("", plain)
    if _ALONE.fullmatch(bare):
        return Reply.Meaning.STOP
    if _NOT_SO.search(bare) or _NOT_SO.search(plain):
        return Reply.Meaning.UNCLEAR
    return Reply.Meaning.STOP if _AMONG.search(bare) or _AMONG.search(plain) else Reply.Meaning.UNCLEAR


@transaction.atomic
def heard(
    *, channel: str, address: str, text: str, at: dt.datetime, now: dt.datetime, provider_id: str
) -> Reply | None:
    """Keeps what somebody answered, sealed, and does what it says; None where the same was heard before."""
    meaning = meaning_of(text)
    try:
        with transaction.atomic():
            reply = Reply.objects.create(
                channel=channel,
                provider_id=provider_id[:100],
                address=suppressions.address_key(channel, address),
                text=encrypt(text[:1000]),
                heard_at=at,
                meaning=meaning,
                settled_at=now if meaning == Reply.Meaning.STOP else None,
            )
    except IntegrityError:
        return None
    if meaning == Reply.Meaning.STOP:
        _stop(reply, now=now)
    return reply


@transaction.atomic
def settle(reply: Reply, *, wants_no_more: bool, actor: Actor, now: dt.datetime) -> None:
    """A person has read what was not clear. Settled before: nothing changes."""
    found = Reply.objects.filter(pk=reply.pk, settled_at=None)
    if not found.update(settled_at=now, settled_by=actor.staff, meaning=_MEANINGS[wants_no_more]):
        return
    if wants_no_more:
        _stop(reply, now=now)
    record("messaging.reply.settle", reply, actor=actor, after={"stop": wants_no_more})


def words_of(reply: Reply) -> str:
    """What was said; '' where it cannot be read any more."""
    try:
        return decrypt(reply.text)
    except (CannotDecrypt, ValueError):
        return ""


_MEANINGS = {True: Reply.Meaning.STOP, False: Reply.Meaning.UNCLEAR}


def _stop(reply: Reply, *, now: dt.datetime) -> None:
    people = refusing.people_of(reply.channel, reply.address)
    last = refusing.last_message(reply.channel, reply.address, people, now=now)
    refusing.stop(
        channel=reply.channel,
        address=reply.address,
        now=now,
        at=reply.heard_at,
        reason=Suppression.Reason.REPLY,
        source="reply",
        message=last,
    )
