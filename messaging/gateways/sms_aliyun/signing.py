"""Requests signed as Aliyun's V3 wants it: ACS3-HMAC-SHA256 over the request in canonical form."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

_ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Parameters in order, escaped by RFC 3986."""
    return "&".join(f"{quote(name, safe='~')}={quote(parameters[name], safe='~')}" for name in sorted(parameters))


def signed_headers(
    *, host: str, action: str, version: str, query: str, key_id: str, secret: str, date: str, nonce: str
) -> dict[str, str]:
    """The headers of a POST without a body. `date`: UTC as 2026-11-30T08:00:00Z; `nonce`: never the same twice."""
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(["POST", "/", query, lines, names, digest])
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()
    return {**headers, "Authorization": f"{_ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}
