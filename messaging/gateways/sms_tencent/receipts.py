"""Tencent Cloud's callbacks: an array tells of messages, one object of an answer; unsigned."""

import json
from typing import Any

from messaging.gateways.told import Heard, Listener, NotReadable, Receipt, Told, moment, moment_of_seconds, numbered
from messaging.models import State

_GONE = ("MK:0001", "MI:0013", "NOROUTE", "PHONE_NOT_EXIST")


def read(body: bytes) -> Told:
    """What a call tells. Refuses (NotReadable) anything else."""
    try:
        said = json.loads(body)
    except ValueError as error:
        raise NotReadable("json") from error
    rows = said if isinstance(said, list) else [said]
    if not all(isinstance(row, dict) for row in rows):
        raise NotReadable("array")
    told = Told()
    for row in rows:
        if "report_status" in row:
            told.receipts.append(_receipt(row))
        elif "text" in row:
            told.replies.append(_heard(row))
        else:
            raise NotReadable("row")
    return told


def _receipt(row: dict[str, Any]) -> Receipt:
    is_there = row["report_status"] == "SUCCESS"
    code = str(row.get("errmsg", ""))[:60]
    return Receipt(
        provider_reference=str(row.get("sid", ""))[:128],
        state=State.DELIVERED if is_there else State.FAILED,
        at=moment(str(row.get("user_receive_time", ""))),
        detail="" if is_there else code,
        is_gone=not is_there and code in _GONE,
    )


def _heard(row: dict[str, Any]) -> Heard:
    number, text, at = str(row.get("mobile", "")), str(row["text"]), row.get("time", "")
    return Heard(numbered(number, text, at), number, text, moment_of_seconds(at))


LISTENER = Listener(read, '{"result": 0, "errmsg": "OK"}')
