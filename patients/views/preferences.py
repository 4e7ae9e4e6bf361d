"""Pages behind links without log-in: what a person allows, and the confirmation of a consent by e-mail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.calendar import today
from accounts.models import PublicLink
from accounts.public_links import LinkKind
from patients.domain import granting, masking, preferences
from patients.domain.consents import ConsentError, needs_guardian, withdraw
from patients.domain.wordings import present_wordings, wording_of
from patients.models import AwaitedConsent, Consent, Patient

_MODES = (Consent.SaidBy.GUARDIAN, Consent.SaidBy.FAMILY)


def page(request: HttpRequest, link: PublicLink) -> HttpResponse:
    """Everything a person allows, with one button for each change; opening it changes nothing."""
    person = preferences.person_of(link)
    assert person is not None  # asked by the kind before
    _speak(request, person)
    if request.method != "POST":
        return _shown(request, link, person)
    try:
        done = _act(request, link, person)
    except ConsentError as refusal:
        return _shown(request, link, person, refusal=str(refusal))
    opened = _purpose_in(request)
    return redirect(f"{request.path}?done={done}{f'&open={opened}' if opened else ''}{_mode_in(request)}")


def one_click(request: HttpRequest, link: PublicLink) -> HttpResponse:
    """The button of a mail program (RFC 8058): what the message was about stops by e-mail, at once."""
    person = preferences.person_of(link)
    assert person is not None  # asked by the kind before
    said: dict[str, Any] = {"source": Consent.Source.ONE_CLICK, "link": link, "now": timezone.now()}
    if link.extra in Consent.Purpose.values:
        ways = granting.channels_of(link.extra)
        channel = Consent.Channel.EMAIL if Consent.Channel.EMAIL in ways else Consent.Channel.ANY
        withdraw(person=person, purpose=link.extra, channel=channel, **said)
    else:
        preferences.stop_marketing(person=person, channel=Consent.Channel.EMAIL, **said)
    return HttpResponse(_("Recorded."), content_type="text/plain; charset=utf-8")


def confirm(request: HttpRequest, link: PublicLink) -> HttpResponse:
    """The text of a consent and the button that confirms it; opening it changes nothing."""
    awaited = AwaitedConsent.objects.select_related("patient").get(pk=link.object_id)
    _speak(request, awaited.patient)
    if request.method == "POST":
        try:
            granting.confirm(awaited, link=link, now=timezone.now())
        except ConsentError as refusal:
            return _confirm_page(request, awaited, str(refusal))
        return redirect(request.path)
    return _confirm_page(request, awaited)


def _confirm_page(request: HttpRequest, awaited: AwaitedConsent, refusal: str = "") -> HttpResponse:
    context = {
        "awaited": awaited,
        "title": preferences.WORDS[awaited.purpose][0],
        "text": wording_of(awaited.purpose, awaited.wording_version, awaited.language),
        "is_done": awaited.ended_as == AwaitedConsent.End.CONFIRMED,
        "refusal": refusal,
    }
    return TemplateResponse(request, "patients/consent_confirm.html", context, status=409 if refusal else 200)


def _is_waiting(link: PublicLink) -> bool:
    row = AwaitedConsent.objects.filter(pk=link.object_id).first()
    if row is None or row.ended_as == AwaitedConsent.End.CONFIRMED:
        return row is not None
    return row.is_waiting and row.expires_at > timezone.now() and row.waits_for == AwaitedConsent.WaitsFor.LINK


def _speak(request: HttpRequest, person: Patient) -> None:
    """The language chosen in this browser, else the person's own."""
    language = preferences.written_language(person)
    if language and "crm_language" not in request.COOKIES:
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]


def _act(request: HttpRequest, link: PublicLink, person: Patient) -> str:
    """What one button asked for. Each is one entry; the calm word for it is shown afterwards."""
    act, _blank, rest = request.POST.get("act", "").partition(" ")
    purpose, _blank, channel = rest.partition(" ")
    now = timezone.now()
    said = _said(request, link)
    if act == "settings":
        chosen = {name: request.POST.get(name, "") for name in ("language", "channel")}
        preferences.choose(person=person, now=now, **chosen)
        return "settings"
    if act == "stop-all":
        preferences.stop_all_but_care(person=person, now=now, **said)
        return "stopped"
    if purpose not in Consent.Purpose.values or channel not in {*granting.channels_of(purpose), Consent.Channel.ANY}:
        raise ConsentError(_("Nothing was changed. Press one of the buttons."))
    if act == "stop":
        withdraw(person=person, purpose=purpose, channel=channel, now=now, **said)
        return "stopped"
    if act == "allow":
        return _allow(request, person, purpose, channel, said)
    raise ConsentError(_("Nothing was changed. Press one of the buttons."))


def _allow(request: HttpRequest, person: Patient, purpose: str, channel: str, said: dict[str, Any]) -> str:
    """A yes to the text that stood on the page, and to no other."""
    version = request.POST.get(f"version-{purpose}", "")
    wording = present_wordings(said["language"])[purpose]
    if version != wording.version:
        raise ConsentError(_("The text has changed meanwhile. Read it, then decide."))
    yes = granting.Yes(purpose=purpose, channel=channel, wording_version=version, **said)
    done = granting.grant(person=person, yes=yes, now=timezone.now())
    return "waits" if done.awaited else "allowed"


def _said(request: HttpRequest, link: PublicLink) -> dict[str, Any]:
    """Who decides, by which way, in which language. A no counts also where somebody else gave no name."""
    mode, name = request.POST.get("said_by", ""), request.POST.get("guardian_name", "").strip()
    by_another = mode in _MODES and (bool(name) or request.POST.get("act", "").startswith("allow"))
    return {
        "source": Consent.Source.ONLINE,
        "link": link,
        "language": translation.get_language() or "zh-hans",
        "said_by": mode if by_another else Consent.SaidBy.SELF,
        "guardian_name": name[:100] if by_another else "",
        "guardian_relation": request.POST.get("guardian_relation", "").strip()[:20] if by_another else "",
    }


def _purpose_in(request: HttpRequest) -> str:
    """What the pressed button, or the address, is about: its block stays open, and says what became of it."""
    pressed = request.POST.get("act", "").split(" ")[1:2]
    about = pressed[0] if pressed else request.GET.get("open", "")
    return about if about in Consent.Purpose.values else ""


def _mode_in(request: HttpRequest) -> str:
    mode = request.POST.get("said_by", "")
    return f"&for={mode}" if mode in _MODES else ""


def _shown(request: HttpRequest, link: PublicLink, person: Patient, refusal: str = "") -> HttpResponse:
    now = timezone.now()
    is_child = needs_guardian(person, day=today(now=now))
    mode = Consent.SaidBy.GUARDIAN.value if is_child else request.POST.get("said_by") or request.GET.get("for", "")
    language = translation.get_language() or "zh-hans"
    subjects = preferences.subjects_of(person, language=language, now=now)
    context = {
        "name": masking.mask_name(person.name),
        "subjects": subjects,
        "asked": next((one for one in subjects if one.purpose == link.extra), None),
        "done": request.GET.get("done", ""),
        "refusal": refusal,
        "opened": about if (about := _purpose_in(request)) in {one.purpose for one in subjects} else "",
        "mode": mode if mode in _MODES else "",
        "is_child": is_child,
        "guardian_name": request.POST.get("guardian_name", ""),
        "guardian_relation": request.POST.get("guardian_relation", ""),
        "languages": preferences.LANGUAGES.items(),
        "chosen_language": preferences.written_language(person),
        "channels": Patient.Channel.choices,
        "chosen_channel": person.preferred_channel,
        "waiting": [one for one in subjects if one.waits],
    }
    return TemplateResponse(request, "patients/preferences.html", context, status=409 if refusal else 200)


KINDS = (
    LinkKind(
        preferences.KIND,
        gettext_lazy("what a person allows"),
        page,
        one_click=one_click,
        is_served=lambda link: preferences.person_of(link) is not None,
    ),
    LinkKind(granting.CONFIRM, gettext_lazy("confirmation of a consent"), confirm, is_served=_is_waiting),
)
