"""Requests signed as Tencent Cloud wants it: TC3-HMAC-SHA256 with a key of the day and the service."""

import datetime as dt
import hashlib
import hmac

_ALGORITHM = "TC3-HMAC-SHA256"
_CONTENT_TYPE = "application/json; charset=utf-8"


def signed_headers(
    *, host: str, service: str, action: str, body: bytes, key_id: str, secret: str, timestamp: int
) -> dict[str, str]:
    """The headers of a POST of JSON. `timestamp`: seconds; the day of the key is that of UTC."""
    day = f"{dt.datetime.fromtimestamp(timestamp, dt.UTC):%Y-%m-%d}"
    names = "content-type;host;x-tc-action"
    lines = f"content-type:{_CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    request = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{service}/tc3_request"
    to_sign = "\n".join([_ALGORITHM, str(timestamp), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return {
        "Authorization": f"{_ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}",
        "Content-Type": _CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Timestamp": str(timestamp),
    }
