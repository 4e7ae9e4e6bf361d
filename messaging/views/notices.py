"""The bell and the notices behind it: everybody's own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import staff_only
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number
from messaging import purposes
from messaging.domain import notices as domain
from messaging.domain.links import page_of
from messaging.models import Message


@staff_only
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """All notices, newest first; `?unread=1` only those not opened; `?before=` the older page."""
    only_unread = request.GET.get("unread") == "1"
    rows, older = domain.page_of_notices(
        request.actor,  # type: ignore[attr-defined]
        before=whole_number(request.GET.get("before")),
        unread_only=only_unread,
    )
    alarms = purposes.alarms()
    for row in rows:
        row.alarm = alarms.get(row.purpose, "")
    page = {"notices": rows, "older": older, "only_unread": only_unread, "now": timezone.now()}
    return TemplateResponse(request, "messaging/notices.html", page)


@staff_only
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell of the top bar, which asks for itself once a minute."""
    return TemplateResponse(request, "components/bell.html")


@staff_only
@require_POST
def open_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """Marks the notice as read and goes to the page it is about; with `line`, to that of one of its lines."""
    notice = get_object_or_404(Message.objects.on_bell_of(request.actor), public_id=public_id)  # type: ignore[attr-defined]
    domain.mark_read(notice, now=timezone.now())
    return redirect(_page_of(_link(notice, request.POST.get("line", ""))))


@staff_only
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything as read."""
    count = domain.mark_all_read(request.actor, now=timezone.now())  # type: ignore[attr-defined]
    say(
        request,
        ngettext("%(count)s notice marked as read", "%(count)s notices marked as read", count) % {"count": count},
    )
    return redirect("messaging:notices")


def _link(notice: Message, line: str) -> list[str]:
    """The page of this line of the notice, else of the whole."""
    links = {str(number): link for number, (_text, _count, link) in enumerate(notice.lines)}
    return links.get(line, notice.link)


def _page_of(link: list[str]) -> str:
    """The address of a page; the list of notices where there is none, or the page no longer exists."""
    page = page_of(link)
    try:
        return reverse(page.name, args=page.arguments) + page.query if page else reverse("messaging:notices")
    except NoReverseMatch:
        return reverse("messaging:notices")
