"""A call that changes something may carry a key of the caller's; sent again with it, it changes nothing twice."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import is_success

from accounts.api.problems import Refused
from accounts.domain import answers

if TYPE_CHECKING:
    from accounts.api.views import ApiView

HEADER = "Idempotency-Key"
PATTERN = "^[!-~]{1,100}$"


class KeyReused(Refused):
    """The key came with another call before."""

    default_detail = _("This key came with another call.")
    default_code = "key_reused"


def once(handler: Callable[..., Response]) -> Callable[..., Response]:
    """With `Idempotency-Key` the same call of the same token is done once and answered the same for seven days; another
    call under that key is refused. One that was refused keeps nothing: what it wrote, the key too, is undone where it
    raised.
    """

    @wraps(handler)
    def answered(view: "ApiView", request: Request, **kwargs: Any) -> Response:
        key, token = request.headers.get(HEADER), view.actor.token
        if key is None or token is None:
            return handler(view, request, **kwargs)
        if not re.fullmatch(PATTERN, key):
            raise ValidationError({HEADER: _("A key has one to a hundred characters without blanks.")})
        return _answered_once(handler, view, request, key, kwargs)

    return answered


def _answered_once(
    handler: Callable[..., Response], view: "ApiView", request: Request, key: str, kwargs: dict[str, Any]
) -> Response:
    said = json.dumps(request.data, sort_keys=True)
    try:
        row, first = answers.take(view.actor.token, key, f"{request.method} {request.path}\n{said}", now=timezone.now())
    except answers.KeyReused as refusal:
        raise KeyReused from refusal
    if first is not None:
        view.log(first.kind, first.patient_ids)
        return Response(first.content, status=first.status)
    response = handler(view, request, **kwargs)
    if not is_success(response.status_code):
        row.delete()
        return response
    kind, told = view.told
    content = JSONRenderer().render(response.data).decode()
    answers.keep(row, status=response.status_code, content=content, kind=kind, patient_ids=told)
    return response
