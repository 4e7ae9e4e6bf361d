"""What the hospital puts around the words of a message to people: marks of commercial ones, who writes, the signature.

Read once for a batch, inside the hospital's scope: signature, postal address and telephone stand in the accounts.
"""

import datetime as dt
from dataclasses import replace

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from accounts.calendar import today
from accounts.models import Hospital
from messaging.domain import marking
from messaging.gateways.base import Outgoing
from messaging.models import Channel, GatewayAccount


def sender_here(hospital: Hospital) -> marking.Sender:
    """Who writes, as the account of e-mail tells it; one that is not in use tells it too, while none is."""
    rows = GatewayAccount.objects.filter(channel=Channel.EMAIL).order_by("-is_active", "pk")
    told = rows.values_list("settings", flat=True).first() or {}
    return marking.Sender(hospital.name, told.get("postal_address", ""), told.get("telephone", ""))


class Dressing:
    """Puts the marks on; a message that bears them already stays as it is."""

    def __init__(self, hospital: Hospital, *, now: dt.datetime | None = None) -> None:
        text = dict(GatewayAccount.objects.filter(is_active=True).values_list("channel", "settings")).get("sms", {})
        self.sender = sender_here(hospital)
        self.signature = text.get("sign_name") or hospital.short_name or hospital.name
        self.day = today(hospital, now)

    def put_on(
        self, outgoing: Outgoing, *, channel: str, is_commercial: bool, advert: marking.MedicalAdvert | None = None
    ) -> Outgoing:
        """The message as it may leave the house; the review of a medical advert must hold today (NotMarked)."""
        marking.check_review(advert, today=self.day)
        if channel == Channel.SMS:
            body = marking.marked_text_message(
                outgoing.body, signature=self.signature, is_commercial=is_commercial, language=outgoing.language
            )
            return replace(outgoing, body=body)
        if channel not in (Channel.EMAIL, Channel.LETTER):
            return outgoing
        subject = marking.marked_subject(outgoing.subject, is_commercial=is_commercial, language=outgoing.language)
        body, html = self._signed(outgoing, is_commercial, advert)
        return replace(outgoing, subject=subject, body=body, html=html)

    def _signed(self, outgoing: Outgoing, is_commercial: bool, advert: marking.MedicalAdvert | None) -> tuple[str, str]:
        """Both forms of a mail with who writes and from where, and the way out, at the foot. NotMarked where a
        commercial one cannot say from where.
        """
        unsaid = None if advert and advert.review_number in outgoing.body else advert
        lines = marking.sender_lines(self.sender, is_commercial=is_commercial, advert=unsaid)
        way_out = outgoing.unsubscribe_url
        missing = [line for line in lines if line not in outgoing.body]
        if way_out and way_out not in outgoing.body:
            missing.append(f"{_way_out_words(outgoing.language)}\n{way_out}")
        body = "\n".join([outgoing.body.rstrip(), "", *missing]) if missing else outgoing.body
        if not outgoing.html:
            return body, ""
        foot = format_html_join("", "<p>{}</p>", [(line,) for line in lines if line not in outgoing.html])
        if way_out and way_out not in outgoing.html:
            foot += format_html('<p><a href="{}">{}</a></p>', way_out, _way_out_words(outgoing.language))
        return body, _at_the_end(outgoing.html, foot)


def _way_out_words(language: str) -> str:
    with translation.override(language or None):
        return _("Change what you receive, or unsubscribe:")


def _at_the_end(html: str, foot: str) -> str:
    """The foot as the last thing that is read, inside a page that is whole."""
    before, tag, after = html.rpartition("</body>")
    return f"{before}{foot}{tag}{after}" if tag else f"{html}{foot}"
