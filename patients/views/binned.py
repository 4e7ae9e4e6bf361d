"""The bin of people."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires
from accounts.views import bins
from patients.models import Patient
from patients.views.person import visible_person


@requires("patients.edit")
@require_http_methods(["GET", "POST"])
def put_in_bin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks why the record was a mistake."""
    patient = visible_person(request, public_id)
    back, undo_url = reverse("patients:detail", args=[public_id]), reverse("patients:put-back", args=[public_id])
    return bins.put_page(request, patient, back=back, undo_url=undo_url)


@requires("patients.edit")
@require_GET
def bin_page(request: HttpRequest) -> HttpResponse:
    """What lies in the bin."""
    return bins.bin_page(request, Patient, put_back_name="patients:put-back")


@requires("patients.edit")
@require_POST
def put_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record is what it was before."""
    return bins.put_back(request, Patient, public_id, bin_name="patients:bin", page="patients:detail")
