"""Invented messages in HL7."""


def adt(event: str = "A01", control: str = "C1", *, pid: str = "", pv1: str = "", more: str = "", **said: str) -> bytes:
    """An ADT message of somebody invented. said: processing, name, number, at."""
    number, name = said.get("number", "M1"), said.get("name", "甘书远")
    lines = [
        f"MSH|^~\\&|HIS|H|CRM|C|{said.get('at', '20260601100000')}||ADT^{event}|{control}|"
        f"{said.get('processing', 'P')}|2.4||||||UNICODE UTF-8",
        f"EVN|{event}|{said.get('at', '20260601100000')}",
        pid or f"PID|1||{number}^^^H^MR||{name}||19600102|M|||山东省青岛市市南区一路1号||13800000001",
        pv1,
        more,
    ]
    return "\r".join(filter(None, lines)).encode()


def pv1(key: str = "V1", *, kind: str = "I", admitted: str = "20260601090000", left: str = "", ended: str = "") -> str:
    """A visit; `left` is its disposition, `ended` the discharge time."""
    fields = [""] * 46
    fields[0], fields[2], fields[3], fields[7] = "PV1", kind, "心内科^2^12", "1001^陈明"
    fields[19], fields[36], fields[44], fields[45] = key, left, admitted, ended
    return "|".join(fields)
