"""The upload of a staff sheet, which then takes the steps of every list."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from integrations.domain.kinds import kind_named
from integrations.domain.staff_sheets import IMPORTS_STAFF
from integrations.forms import UploadForm
from integrations.models import ImportBatch
from integrations.views.uploads import take_in


@requires(IMPORTS_STAFF)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Step 1: take a sheet in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.STAFF), form, back=reverse("integrations:list"))
