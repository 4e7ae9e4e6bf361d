"""Where links of mails lead on their way to a page, and the picture that says that a mail was opened; without log-in.

Looking changes nothing but the record of having looked; HEAD not even that.
"""

import base64

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain import readings
from messaging.domain.reading_links import Named, named_by
from messaging.models import LinkedPage

_POINT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@public
@never_cache
@require_safe
def go(request: HttpRequest, token: str) -> HttpResponse:
    """To the page that a link of a mail means. 404 for an address that is none of ours."""
    named = named_by(token, required_hospital())
    page = readings.page_of(named) if named else None
    if named is None or page is None:
        raise Http404
    _note(request, named, page)
    return HttpResponseRedirect(page.url)


@public
@never_cache
@require_safe
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """A picture of one point, for whoever asks; written down where the address names a mail of ours."""
    named = named_by(token, required_hospital())
    if named is not None and not named.digest:
        _note(request, named, None)
    return HttpResponse(_POINT, content_type="image/gif")


def _note(request: HttpRequest, named: Named, page: LinkedPage | None) -> None:
    if request.method == "GET":
        readings.note(named, page, agent=request.headers.get("User-Agent", ""), now=timezone.now())
