"""Aliyun's pushes over HTTP: SmsReport tells of messages, SmsUp of answers; both are arrays of JSON, unsigned."""

import json
from typing import Any

from messaging.gateways.told import Heard, Listener, NotReadable, Receipt, Told, moment, numbered
from messaging.models import State

_GONE = ("MOBILE_NOT_ON_SERVICE", "PHONE_NOT_ON_SERVICE", "MK:0001", "INVALID_NUMBER")


def read(body: bytes) -> Told:
    """What a call tells. Refuses (NotReadable) what is no such array."""
    try:
        said = json.loads(body)
    except ValueError as error:
        raise NotReadable("json") from error
    rows = said if isinstance(said, list) else [said]
    if not all(isinstance(row, dict) for row in rows):
        raise NotReadable("array")
    told = Told()
    for row in rows:
        if "content" in row:
            told.replies.append(_heard(row))
        elif "success" in row:
            told.receipts.append(_receipt(row))
        else:
            raise NotReadable("row")
    return told


def _receipt(row: dict[str, Any]) -> Receipt:
    code = str(row.get("err_code", ""))[:60]
    is_there = row["success"] is True or str(row["success"]).lower() == "true"
    return Receipt(
        provider_reference=str(row.get("biz_id", ""))[:128],
        state=State.DELIVERED if is_there else State.FAILED,
        at=moment(str(row.get("report_time", ""))),
        detail="" if is_there else code,
        reference=str(row.get("out_id", "")),
        is_gone=not is_there and code in _GONE,
    )


def _heard(row: dict[str, Any]) -> Heard:
    number, text, at = str(row.get("phone_number", "")), str(row["content"]), str(row.get("send_time", ""))
    own = str(row.get("sequence_id", ""))[:100]
    return Heard(own or numbered(number, text, at), number, text, moment(at))


LISTENER = Listener(read, '{"code": 0, "msg": "OK"}')
