"""The base of every view of the API, and pages of long lists."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import public
from accounts.actors import TokenActor
from accounts.api.schema import described
from accounts.api.types import check_types
from accounts.audit import log_access, log_unmasking
from accounts.scopes import SCOPES
from hospital_crm.crypto import CannotDecrypt, decrypt, encrypt
from hospital_crm.tenancy.keyset import Page
from hospital_crm.tenancy.scope import required_hospital

SIZE = 50


class ApiView(APIView):
    """One address of the API. `requires`: capabilities of which reading needs one; `changes`: changing, for which the
    token needs the scope `scope_to_change` too where several lend the same capability.

    Words are in the language of Accept-Language, else in the hospital's.
    """

    requires: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    scope_to_change = ""
    told: tuple[str, list[int]] = ("", [])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before anything is decided, the language of the answer."""
        if request.headers.get("Accept-Language"):
            translation.activate(translation.get_language_from_request(request._request))
        super().initial(request, *args, **kwargs)

    @property
    def actor(self) -> TokenActor:
        """Who calls."""
        return self.request._request.actor

    def read_query(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        """The query of the address in its shape; refused (400) where it has another, as where a value is left blank."""
        query = shape(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return query.validated_data

    def read_body(self, shape: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        """The body in its shape; refused (400) where it has another."""
        body = shape(data=self.request.data, partial=partial)
        check_types(body, self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def log(self, kind: str, patient_ids: Iterable[int], *, is_named: bool = True) -> None:
        """People were told to a system: one row, with the name of the token. Where names or numbers were told whole it
        is an unmasking, with a row for each person; an answer that holds neither (`is_named`) never is.
        """
        token, told = self.actor.token, list(patient_ids)
        self.told = kind, told
        purpose = f"{token.name}: {token.reason}"[:200] if token else ""
        if self.actor.sees_whole and is_named:
            log_unmasking(self.actor, told, page="api", purpose=purpose, field="whole")
        else:
            log_access(self.actor, kind, told, page="api", purpose=purpose)


class CursorField(serializers.CharField):
    """Where a page begins, as the page before told it: sealed, so that it tells nothing."""

    default_error_messages = {"cursor": _("This is no cursor of this list.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default": "", "allow_blank": True, "max_length": 400, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """The place in the list."""
        text = super().to_internal_value(data)
        if not text:
            return ""
        try:
            return decrypt(text)
        except (CannotDecrypt, ValueError):
            return self.fail("cursor")


class PageQuery(serializers.Serializer):
    """A page of a list."""

    after = CursorField(help_text="`next` of the page before")


def paged(page: Page, results: list[Mapping[str, Any]]) -> Response:
    """A page: its rows, and the cursor of the next one, null on the last."""
    return Response({"results": results, "next": encrypt(page.older) if page.older else None})


class ScopeSerializer(serializers.Serializer):
    """What the token may do, and whether its role grants it still."""

    scope = serializers.CharField()
    description = serializers.CharField()
    granted = serializers.BooleanField()


class TokenSerializer(serializers.Serializer):
    """The token that calls."""

    hospital = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    expires_at = serializers.DateTimeField()
    whole_values = serializers.BooleanField()
    scopes = ScopeSerializer(many=True)


class TokenView(ApiView):
    """What the token may do."""

    requires = tuple(sorted(frozenset().union(*(scope.capabilities for scope in SCOPES.values()))))

    @described("The token that calls", TokenSerializer, tag="token")
    def get(self, request: Request) -> Response:
        """Its name, role, scopes and last day."""
        actor, token = self.actor, self.actor.token
        assert token is not None
        scopes = [
            {
                "scope": code,
                "description": SCOPES[code].label,
                "granted": bool(SCOPES[code].capabilities & actor.capabilities),
            }
            for code in token.scopes
            if code in SCOPES
        ]
        said = {
            "hospital": required_hospital().slug,
            "name": token.name,
            "role": actor.role_code,
            "expires_at": token.expires_at,
            "whole_values": actor.sees_whole,
            "scopes": scopes,
        }
        return Response(TokenSerializer(said).data)


class NowhereView(ApiView):
    """Every address that is none."""

    schema = None
    permission_classes = ()
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """404, whatever the method."""
        super().initial(request, *args, **kwargs)
        raise NotFound


nowhere: Callable[..., Any] = public(NowhereView.as_view())
