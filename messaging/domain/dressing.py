"""What the hospital puts around the words of a message to people: marks of commercial ones, who writes, the signature.

Read once for a batch, inside the hospital's scope: signature, postal address and telephone stand in the accounts.
"""

import datetime as dt
from dataclasses import replace

from django.utils.html import format_html_join

from accounts.calendar import today
from accounts.models import Hospital
from messaging.domain import marking
from messaging.gateways.base import Outgoing
from messaging.models import Channel, GatewayAccount


class Dressing:
    """Puts the marks on; a message that bears them already stays as it is."""

    def __init__(self, hospital: Hospital, *, now: dt.datetime | None = None) -> None:
        rows = GatewayAccount.objects.filter(is_active=True).values_list("channel", "settings")
        told = dict(rows)
        mail, text = told.get("email", {}), told.get("sms", {})
        address, telephone = mail.get("postal_address", ""), mail.get("telephone", "")
        self.sender = marking.Sender(hospital.name, address, telephone)
        self.signature = text.get("sign_name") or hospital.short_name or hospital.name
        self.day = today(hospital, now)

    def put_on(self, outgoing: Outgoing, *, channel: str, is_commercial: bool) -> Outgoing:
        """The message as it may leave the house."""
        if channel == Channel.SMS:
            body = marking.marked_text_message(
                outgoing.body, signature=self.signature, is_commercial=is_commercial, language=outgoing.language
            )
            return replace(outgoing, body=body)
        if channel not in (Channel.EMAIL, Channel.LETTER):
            return outgoing
        subject = marking.marked_subject(outgoing.subject, is_commercial=is_commercial, language=outgoing.language)
        return replace(self._signed(outgoing), subject=subject)

    def _signed(self, outgoing: Outgoing) -> Outgoing:
        """Who writes and from where, at the foot, in both forms of a mail."""
        lines = marking.sender_lines(self.sender, is_commercial=False, advert=None, today=self.day)
        missing = [line for line in lines if line not in outgoing.body]
        body = "\n".join([outgoing.body.rstrip(), "", *missing]) if missing else outgoing.body
        unsaid = [(line,) for line in lines if outgoing.html and line not in outgoing.html]
        return replace(outgoing, body=body, html=outgoing.html + format_html_join("", "<p>{}</p>", unsaid))
