"""Letters: what waits to be printed, batches, their sheets, and what came back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from hospital_crm.shell import paging
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.keyset import Key, page_of
from messaging.domain import letters as domain
from messaging.domain.letters import LetterRefused
from messaging.gateway_forms import CodeForm
from messaging.models import Letter, LetterBatch

NEWEST = Key("id", int)
COUNT_LIMIT = 1001


@requires("messaging.settle")
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """How many letters wait, and the batches, newest first. With the code of a letter that somebody answers: on to its
    message.
    """
    answer_form = CodeForm(request.GET if "code" in request.GET else None, auto_id="answer_%s")
    if answer_form.is_bound and answer_form.is_valid():
        try:
            return redirect("messaging:message", domain.letter_of(answer_form.cleaned_data["code"]).message.public_id)
        except LetterRefused as refusal:
            answer_form.add_error("code", str(refusal))
    waiting = len(Letter.objects.waiting().values_list("pk", flat=True)[:COUNT_LIMIT])
    page = page_of(
        LetterBatch.objects.all(),
        NEWEST,
        fetch=LetterBatch.objects.select_related("made_by", "posted_by"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "waiting": waiting,
        "rows": page.rows,
        "page": paging.page_urls(request, page),
        "form": CodeForm(),
        "answer_form": answer_form,
        "out_form": CodeForm(auto_id="out_%s"),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/letters.html", context)


@requires("messaging.settle")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """The waiting letters become a batch, whose sheets are shown."""
    try:
        batch = domain.make_batch(actor=_actor(request), now=timezone.now())
    except LetterRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("messaging:letters")
    return redirect("messaging:letters-print", batch.public_id)


@requires("messaging.settle")
@require_GET
def sheets(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A sheet for each letter: the address in the window, the text, the answer code. Every recipient is on record as
    printed.
    """
    batch: LetterBatch = get_visible_or_404(LetterBatch, _actor(request), public_id=public_id)
    found = domain.sheets_of(batch, now=timezone.now())
    people = [one.message.person_id for one in found if one.message.person_id is not None]
    purpose = _("letters to post")
    log_access(_actor(request), "print", people, purpose=purpose, page="messaging:letters-print")
    context = {
        "batch": batch,
        "sheets": [{"letter": one, "lines": _address_lines(one)} for one in found],
        "purpose": purpose,
        "printed_by": _actor(request).staff,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "messaging/print_letters.html", context)


@requires("messaging.settle")
@require_POST
def post(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A batch went to the post, or letters are to be taken out of it first."""
    batch: LetterBatch = get_visible_or_404(LetterBatch, _actor(request), public_id=public_id)
    try:
        codes = domain.post(batch, actor=_actor(request), now=timezone.now())
    except LetterRefused as refusal:
        say(request, str(refusal), late=True)
        return redirect("messaging:letters")
    if codes:
        words = _("Not posted. Take out the letters with these codes, then say once more that it was posted: %(codes)s")
        say(request, words % {"codes": ", ".join(codes)}, late=True)
    else:
        say(request, _("Written down as posted."))
    return redirect("messaging:letters")


@requires("messaging.settle")
@require_POST
def returned(request: HttpRequest) -> HttpResponse:
    """A letter came back or, with `out`, is taken out before it is posted; known by its code."""
    form = CodeForm(request.POST)
    try:
        if not form.is_valid():
            raise LetterRefused(_("No letter that was posted has this code."))
        if "out" in request.POST:
            domain.take_out(form.cleaned_data["code"], actor=_actor(request), now=timezone.now())
            say(request, _("Taken out: this letter is not posted."))
            return redirect("messaging:letters")
        domain.come_back(form.cleaned_data["code"], actor=_actor(request), now=timezone.now())
        say(request, _("Written down as come back."))
    except LetterRefused as refusal:
        say(request, str(refusal), late=True)
    return redirect("messaging:letters")


def _address_lines(letter: Letter) -> list[str]:
    """What stands in the window: whom it goes to, then where."""
    message = letter.message
    name = message.person.name if message.person is not None else message.recipient_label
    return [name, *(line.strip() for line in message.address.splitlines() if line.strip())]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
