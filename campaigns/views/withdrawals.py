"""Who wanted no more by a message of a campaign: as many rows as the number on its page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.audit import log_access
from campaigns.views.listing import visible_campaign
from hospital_crm.shell import paging
from hospital_crm.tenancy.keyset import Key, page_of
from messaging.domain.withdrawals import of_sending
from messaging.models import Withdrawal
from patients.domain.masking import mask_name

NEWEST = Key("id", int)


@requires("campaigns.view")
@require_GET
def listed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Each reader with the way and the moment, the newest first."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    fetch = Withdrawal.objects.select_related("message__person")
    page = page_of(of_sending(one.batch), NEWEST, fetch=fetch, **place)
    people = [row.message.person for row in page.rows]
    log_access(actor, "list", [person.pk for person in people], page="campaigns:withdrawals")
    context = {
        "campaign": one,
        "rows": [{"row": row, "name": mask_name(person.name)} for row, person in zip(page.rows, people, strict=True)],
        "page": paging.page_urls(request, page),
        "sees_messages": actor.can("messaging.view"),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "campaigns/withdrawals.html", context)
