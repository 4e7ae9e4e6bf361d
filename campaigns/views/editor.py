"""The editor: a mail of blocks, or a short text, in one language; and the pictures of a mail."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from campaigns.domain import blocks, composing, deciding, editing, sms, testing, variables
from campaigns.domain.blocks import FIELDS, KINDS, MOST_BLOCKS, NOT_PRINTED, Block
from campaigns.domain.errors import CampaignError
from campaigns.forms import MailHeadForm, PictureForm, ShortTextForm, beside_fields
from campaigns.models import Campaign, CampaignPicture, CampaignText
from campaigns.views.listing import visible_campaign
from content.models import Article, Language
from hospital_crm.private_files.serving import download
from hospital_crm.shell.toasts import say
from hospital_crm.typed import whole_number

MOST_ARTICLES = 100


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The words of one language."""
    if language not in Language.values:
        raise Http404
    one = visible_campaign(request, public_id)
    text = one.texts.filter(language=language).first() or CampaignText(campaign=one, language=language)
    if one.has_blocks:
        return _mail(request, one, text)
    return _short(request, one, text)


def here(one: Campaign, language: str, place: str = "") -> str:
    """The editor of a language, at a block."""
    return f"{reverse('campaigns:words', args=[one.public_id, language])}{place}"


def _mail(request: HttpRequest, one: Campaign, text: CampaignText) -> HttpResponse:
    kept = {"subject": text.subject, "preview": text.preview}
    form = MailHeadForm(request.POST or None, initial=kept, is_letter=one.channel == Campaign.Channel.LETTER)
    found = _sent(request) if request.method == "POST" else blocks.read(text.blocks)
    if request.method == "POST" and form.is_valid():
        found, place = _acted(found, request.POST.get("act", ""))
        said = {"language": text.language, "found": found, "actor": request.actor}  # type: ignore[attr-defined]
        try:
            editing.write_mail(one, **said, **{"preview": "", **form.cleaned_data})
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Draft saved."))
            return redirect(here(one, text.language, place))
    around, is_mail = _around(one, text), one.channel == Campaign.Channel.EMAIL
    context = {
        **around,
        "form": beside_fields(form, around["findings"]),
        "blocks": [{"n": n, "block": block, "fields": FIELDS[block.kind]} for n, block in enumerate(found)],
        "kinds": [(kind, label) for kind, label in KINDS.items() if is_mail or kind not in NOT_PRINTED],
        "is_mail": is_mail,
        "articles": _articles(),
        "pictures": list(one.pictures.all()),
        "picture_form": PictureForm(),
    }
    return TemplateResponse(request, "campaigns/mail.html", context, status=422 if form.errors else 200)


def _short(request: HttpRequest, one: Campaign, text: CampaignText) -> HttpResponse:
    kept = {"body": text.body, "provider_template": text.provider_template}
    form = ShortTextForm(request.POST or None, initial=kept, channel=one.channel)
    if request.method == "POST" and form.is_valid():
        try:
            editing.write_short(one, language=text.language, actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Draft saved."))
            return redirect(here(one, text.language))
    is_sms, around = one.channel == Campaign.Channel.SMS, _around(one, text)
    said = {"is_commercial": one.is_commercial, "language": text.language}
    context = {
        **around,
        "form": beside_fields(form, around["findings"]),
        "shown": composing.said_of(one, text, picture_url=str).fill({}).body if text.body else "",
        "length": sms.longest(text.body, signature=sms.signature_here(), **said) if text.body and is_sms else None,
        "is_sms": is_sms,
    }
    return TemplateResponse(request, "campaigns/short.html", context, status=422 if form.errors else 200)


def _around(one: Campaign, text: CampaignText) -> dict[str, Any]:
    """What stands beside every editor."""
    found = deciding.findings_of(one, now=timezone.now())
    return {
        "campaign": one,
        "text": text,
        "language": Language(text.language),
        "languages": [
            {"label": label, "url": here(one, code), "is_on": code == text.language} for code, label in Language.choices
        ],
        "findings": found.get(text.language, []),
        "is_tested": one.channel in testing.TESTED,
        "variables": variables.NAMES.items(),
        "now": timezone.now(),
    }


def _articles() -> list[tuple[str, str]]:
    """The approved articles, by address and title."""
    rows = Article.objects.in_state("approved").order_by("name")[:MOST_ARTICLES]
    return [(str(one.public_id), one.name) for one in rows]


def _sent(request: HttpRequest) -> list[Block]:
    """The blocks as the form sends them: b-0-kind, b-0-text, …"""
    found = []
    for n in range(min(whole_number(request.POST.get("blocks")) or 0, MOST_BLOCKS)):
        kind = request.POST.get(f"b-{n}-kind", "")
        if kind in FIELDS:
            values = {
                name: request.POST.get(f"b-{n}-{name}", "").replace("\r\n", "\n").strip() for name in FIELDS[kind]
            }
            found.append(Block(kind, **values))
    return found


def _acted(found: list[Block], act: str) -> tuple[list[Block], str]:
    """The blocks after what was pressed, and where the page opens again. What is none of ours only saves."""
    verb, _colon, what = act.partition(":")
    if verb == "add" and what in FIELDS and len(found) < MOST_BLOCKS:
        return [*found, Block(what)], f"#block-{len(found)}"
    n = whole_number(what)
    if n is None or n >= len(found):
        return found, ""
    rest = [*found[:n], *found[n + 1 :]]
    if verb == "delete":
        return rest, f"#block-{max(n - 1, 0)}"
    to = {"up": n - 1, "down": n + 1}.get(verb)
    if to is None or not 0 <= to < len(found):
        return found, ""
    return [*rest[:to], found[n], *rest[to:]], f"#block-{to}"


@requires("campaigns.edit")
@require_POST
def attach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A picture that blocks may show."""
    one, form = visible_campaign(request, public_id), PictureForm(request.POST, request.FILES)
    language = request.POST.get("language", "")
    back = here(one, language if language in Language.values else Language.values[0])
    if not form.is_valid():
        say(request, " ".join(" ".join(errors) for errors in form.errors.values()), late=True)
        return redirect(back)
    said = form.cleaned_data
    try:
        made = editing.add_picture(one, said["file"], said=said["said"], actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    except CampaignError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, _("Picture %(n)s added.") % {"n": made.number})
    return redirect(back)


@requires("campaigns.view")
@require_GET
def picture(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A picture of a campaign."""
    return download(get_visible_or_404(CampaignPicture, request.actor, public_id=public_id))  # type: ignore[attr-defined]
