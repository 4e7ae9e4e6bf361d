"""WeChat's pushes, in plain mode: what became of template messages, what people write, and that somebody left.

Each call is signed over its timestamp and nonce with the token of the account. Documents with a document type are not
read, so that no entity is ever resolved.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from xml.etree import ElementTree

from messaging.gateways.told import Heard, Listener, NotReadable, Receipt, Told, moment_of_seconds, numbered
from messaging.models import State

FRESH = dt.timedelta(minutes=10)
# What leaving the account says about messages.
LEFT = "退订"


def is_signed(token: str, query: Mapping[str, str], now: dt.datetime) -> bool:
    """Whether the call is WeChat's and of these minutes."""
    parts = sorted([token, query.get("timestamp", ""), query.get("nonce", "")])
    wanted = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - theirs to choose
    if not hmac.compare_digest(wanted, query.get("signature", "")):
        return False
    try:
        at = moment_of_seconds(query.get("timestamp", ""))
    except NotReadable:
        return False
    return abs(now - at) <= FRESH


def read(body: bytes) -> Told:
    """What a call tells; events that say nothing of messages tell nothing. Refuses (NotReadable) what is no such
    document.
    """
    if b"<!" in body.replace(b"<![CDATA[", b""):
        raise NotReadable("document type")
    try:
        said = {child.tag: child.text or "" for child in ElementTree.fromstring(body)}  # noqa: S314 - see above
    except ElementTree.ParseError as error:
        raise NotReadable("xml") from error
    kind, event = said.get("MsgType", ""), said.get("Event", "").lower()
    at = moment_of_seconds(said.get("CreateTime", ""))
    person = said.get("FromUserName", "")
    if event == "templatesendjobfinish":
        return Told(receipts=[_receipt(said, at)])
    if event == "unsubscribe":
        return Told(replies=[Heard(numbered(person, event, at.timestamp()), person, LEFT, at)])
    if kind == "text":
        own = said.get("MsgId", "")[:100]
        return Told(replies=[Heard(own or numbered(person, at.timestamp()), person, said.get("Content", ""), at)])
    return Told()


def _receipt(said: Mapping[str, str], at: dt.datetime) -> Receipt:
    status = said.get("Status", "")
    is_there = status == "success"
    return Receipt(
        provider_reference=said.get("MsgID", "")[:128],
        state=State.DELIVERED if is_there else State.FAILED,
        at=at,
        detail="" if is_there else status.removeprefix("failed:").strip()[:60],
    )


LISTENER = Listener(read, "success", "text/plain; charset=utf-8", is_signed)
