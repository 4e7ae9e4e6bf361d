"""What came back and a person has to read: replies that are not clear, and mails."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_visible_or_404, requires
from hospital_crm.shell import paging
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import Key, page_of
from messaging.domain import bounces, replies
from messaging.models import InboundMail, Reply
from patients.domain.masking import mask_contact, mask_email

NEWEST = Key("id", int)
_SYSTEMS = {"sms": "phone", "wechat": "wechat"}


@requires("messaging.settle")
@require_GET
def replied(request: HttpRequest) -> HttpResponse:
    """Replies that wait for a person, newest first; `?all=1` the clear and the settled ones too."""
    show_all = request.GET.get("all") == "1"
    rows = Reply.objects.all() if show_all else Reply.objects.filter(meaning=Reply.Meaning.UNCLEAR, settled_at=None)
    page = _page(request, rows, Reply)
    for row in page.rows:
        row.words = replies.words_of(row)
        row.from_whom = mask_contact(_SYSTEMS.get(row.channel, ""), row.address)
    context = {
        "rows": page.rows,
        "page": paging.page_urls(request, page),
        "chips": _chips(request, show_all),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/replies.html", context)


@requires("messaging.settle")
@require_POST
def settle_reply(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody has read a reply: it wants no more, or it wants something else."""
    found: Reply = get_visible_or_404(Reply, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    wants_no_more = request.POST.get("act") == "stop"
    actor = request.actor  # type: ignore[attr-defined]
    replies.settle(found, wants_no_more=wants_no_more, actor=actor, now=timezone.now())
    say(request, _("No more messages go there.") if wants_no_more else _("Written down as read."))
    return redirect("messaging:replies")


@requires("messaging.settle")
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """Mails that came back and wait for a person; `?all=1` bounces, complaints and absences too."""
    show_all = request.GET.get("all") == "1"
    rows = InboundMail.objects.all() if show_all else InboundMail.objects.filter(settled_at=None)
    page = _page(request, rows, InboundMail)
    for row in page.rows:
        told = bounces.told_by(row)
        row.said = {**told, "sender": mask_email(told["sender"])} if told else {}
        row.about = mask_email(row.address)
    context = {
        "rows": page.rows,
        "page": paging.page_urls(request, page),
        "chips": _chips(request, show_all),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/mails.html", context)


@requires("messaging.settle")
@require_POST
def settle_mail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody has read a mail."""
    found: InboundMail = get_visible_or_404(InboundMail, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    bounces.settle(found, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    say(request, _("Written down as read."))
    return redirect("messaging:mails")


def _page(request: HttpRequest, rows, model):  # type: ignore[no-untyped-def]
    """A page of the list, newest first."""
    return page_of(
        rows,
        NEWEST,
        fetch=model.objects.all(),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )


def _chips(request: HttpRequest, show_all: bool) -> list[dict[str, object]]:
    return [
        {"label": _("To read"), "is_on": not show_all, "url": f"?{paging.query(request, all='')}"},
        {"label": _("All"), "is_on": show_all, "url": f"?{paging.query(request, all='1')}"},
    ]
