"""The bin of units."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from accounts.views import bins
from groups.models import GroupCustomer
from groups.views.acting import address, visible_unit


@requires("groups.edit")
@require_http_methods(["GET", "POST"])
def put_in_bin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks why the record was a mistake."""
    unit = visible_unit(request, public_id)
    return bins.put_page(request, unit, back=address(unit), undo_url=address(unit, "groups:put-back"))


@requires("groups.edit")
@require_GET
def bin_page(request: HttpRequest) -> HttpResponse:
    """What lies in the bin."""
    return bins.bin_page(request, GroupCustomer, put_back_name="groups:put-back")


@requires("groups.edit")
@require_POST
def put_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The unit is what it was before."""
    return bins.put_back(request, GroupCustomer, public_id, bin_name="groups:bin", page="groups:detail")
