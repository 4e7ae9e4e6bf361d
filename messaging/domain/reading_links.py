"""Addresses in mails by which it is written down that a mail was opened or a link in it clicked.

Only in the html of mails that go to many, only where the hospital wants it, and of nobody who refuses profiling. An
address names the message and the page, and is signed, so that nobody can make one that leads elsewhere. Links without
log-in (`/l/…`) and those that hold values of a person stay as they are.
"""

import base64
import hashlib
import hmac
import html
import re
import uuid
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.utils.html import format_html

from hospital_crm.crypto import link_token
from hospital_crm.tenancy.urls import hospital_url
from messaging.models import LinkedPage

if TYPE_CHECKING:
    from accounts.models import Hospital

_HREF = re.compile(r'href="(https?://[^"]{1,2000})"')
_SIGNED = 16
_NO_PAGE = "0" * 16
_NAMED = 32  # characters of message and page in an address


class Named(NamedTuple):
    """What an address names: a message by its public id, and a page by its digest; '' for the mail itself."""

    message: uuid.UUID
    digest: str


def digest_of(url: str) -> str:
    """How a page is named in addresses."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def pages_in(text: str) -> set[str]:
    """The pages that the html of a text leads to, the same for every reader. `text`: with places for values."""
    found = (html.unescape(one) for one in _HREF.findall(text))
    return {url.replace("%%", "%") for url in found if "%(" not in url and "/l/" not in url}


def keep(pages: Collection[str]) -> None:
    """Writes down pages that mails are about to lead to."""
    rows = [LinkedPage(url=url, digest=digest_of(url)) for url in sorted(pages)]
    known = set(LinkedPage.objects.filter(digest__in=[row.digest for row in rows]).values_list("digest", flat=True))
    LinkedPage.objects.bulk_create((row for row in rows if row.digest not in known), ignore_conflicts=True)


def marked(text: str, pages: Mapping[str, str], *, hospital: "Hospital", message: uuid.UUID) -> str:
    """The html of one mail with these pages (page → digest) reached by way of us, and a picture of one point at its
    end.
    """

    def by_way_of_us(found: re.Match[str]) -> str:
        digest = pages.get(html.unescape(found[1]))
        return f'href="{_address(hospital, "messaging:go", message, digest)}"' if digest else found[0]

    point = format_html(
        '<img src="{}" width="1" height="1" alt="">', _address(hospital, "messaging:seen", message, _NO_PAGE)
    )
    before, tag, after = _HREF.sub(by_way_of_us, text).rpartition("</body>")
    return f"{before}{point}{tag}{after}" if tag else f"{after}{point}"


def named_by(token: str, hospital: "Hospital") -> Named | None:
    """What an address names; None where it is none of ours."""
    told, signature = token[:_NAMED], token[_NAMED:]
    try:
        raw = base64.urlsafe_b64decode(told.encode("ascii"))
    except ValueError:
        return None
    if len(raw) != 24:
        return None
    message, digest = uuid.UUID(bytes=raw[:16]), raw[16:].hex()
    if not hmac.compare_digest(_signature(hospital, message, digest).encode(), signature.encode()):
        return None
    return Named(message, "" if digest == _NO_PAGE else digest)


def _address(hospital: "Hospital", name: str, message: uuid.UUID, digest: str) -> str:
    told = base64.urlsafe_b64encode(message.bytes + bytes.fromhex(digest)).decode()
    return hospital_url(hospital, name, f"{told}{_signature(hospital, message, digest)}")


def _signature(hospital: "Hospital", message: uuid.UUID, digest: str) -> str:
    return link_token(f"reading:{hospital.pk}:{message}:{digest}")[:_SIGNED]
