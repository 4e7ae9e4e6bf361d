"""Systems that call the API of a hospital."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Hospital, Role, StaffMember
from accounts.scopes import SCOPES
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.scope import hospital_scope

MASKED = tuple(code for code in SCOPES if code != "patients.whole")


class System:
    """A program with a token of one hospital; `address` without a leading slash lies under its API."""

    def __init__(self, hospital: Hospital, secret: str, token: ApiToken | None = None) -> None:
        self.hospital, self.secret, self.token = hospital, secret, token
        self._client = Client()

    def call(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """One call with JSON."""
        path = address if address.startswith("/") else f"/{self.hospital.slug}/api/v1/{address}"
        said = {"Authorization": f"Bearer {self.secret}", **headers} if self.secret else headers
        return self._client.generic(
            method, path, b"" if body is None else _json(body), content_type="application/json", headers=said
        )

    def get(self, address: str, **headers: str) -> Any:
        """GET."""
        return self.call("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        """POST."""
        return self.call("POST", address, body, **headers)

    def patch(self, address: str, body: Any) -> Any:
        """PATCH."""
        return self.call("PATCH", address, body)


def _json(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, default=str).encode()


def token_of(staff: StaffMember, role: str, scopes: Iterable[str], **values: Any) -> tuple[ApiToken, str]:
    """A token that is allowed and fetched, with its secret."""
    now, secret = timezone.now(), "crm_" + secrets.token_urlsafe(16)
    with hospital_scope(staff.hospital):
        token = ApiToken.objects.create(
            **{
                "name": "总机",
                "staff": staff,
                "role": Role.objects.get(code=role),
                "scopes": list(scopes),
                "reason": "电话系统对接",
                "state": "allowed",
                "token_hash": whole_hash(secret),
                "asked_at": now,
                "decided_at": now,
                "expires_at": now + dt.timedelta(days=30),
                **values,
            }
        )
    return token, secret
