"""What a staff sheet has beside the steps of every list: its upload, and the one-time passwords of its accounts.

Whoever imported the sheet is shown them once; later the hospital's administrator hands them out.
"""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from hospital_crm.shell.toasts import say
from integrations.domain.errors import ImportRefused
from integrations.domain.kinds import kind_named
from integrations.domain.staff_sheets import IMPORTS_STAFF, show_passwords
from integrations.forms import UploadForm
from integrations.models import ImportBatch
from integrations.views.uploads import take_in


@requires(IMPORTS_STAFF)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Step 1: take a sheet in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return take_in(request, kind_named(ImportBatch.Kind.STAFF), form, back=reverse("integrations:list"))


@requires(IMPORTS_STAFF)
@require_POST
@never_cache
def passwords(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The one-time passwords, in this answer and nowhere else; pressed again, those of accounts that still wait."""
    actor = request.actor  # type: ignore[attr-defined]
    sheets = ImportBatch.objects.filter(kind=ImportBatch.Kind.STAFF)
    batch = get_visible_or_404(sheets, actor, public_id=public_id)
    try:
        accounts, some_wait = show_passwords(batch, actor=actor, now=timezone.now())
    except ImportRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("integrations:batch", batch.public_id)
    if not accounts:
        say(request, _("Every account of this sheet has a password already."), late=True)
        return redirect("integrations:batch", batch.public_id)
    context = {"batch": batch, "accounts": accounts, "some_wait": some_wait}
    return TemplateResponse(request, "integrations/passwords.html", context)
