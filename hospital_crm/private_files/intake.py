"""Taking a file in: looked at, cleaned, then kept."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hospital_crm.private_files import kinds, pictures, vault
from hospital_crm.tenancy.scope import required_hospital

LONGEST_NAME = 120
_MEGABYTE = 1024 * 1024
_OUTSIDE_NAMES = re.compile(r'[\\/:*?"<>|]')


class FileRefused(Exception):
    """The file is not kept; the message says why, in words for whoever attached it."""


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: cleaned name and content, and what it is."""

    title: str
    kind: kinds.Kind
    content: bytes


@dataclass(frozen=True)
class Stored:
    """A kept file, as the columns of its row (`rows.PrivateFile`)."""

    storage_name: str
    title: str
    content_type: str
    size: int
    sha256: str


def examine(
    name: str, parts: Iterable[bytes], *, allowed: Collection[kinds.Kind] = kinds.ALL, max_bytes: int | None = None
) -> Examined:
    """What may be kept of an upload: its kind by content, pictures drawn anew, its name made harmless.

    Refuses (FileRefused) an empty file, one above `max_bytes` (CRM_ATTACHMENT_MAX_MB) as soon as so many bytes have
    come, what is none of `allowed`, and broken, moving and gigantic pictures.
    """
    content = _whole(parts, max_bytes or settings.ATTACHMENT_MAX_BYTES)
    kind = kinds.recognised(content)
    if kind is None or kind not in allowed:
        names = " · ".join(str(one.label) for one in allowed)
        raise FileRefused(_("This kind of file is not kept. Kept are: %(kinds)s.") % {"kinds": names})
    if kind.picture_format:
        content = _cleaned_picture(content, kind.picture_format)
    return Examined(clean_title(name, kind), kind, content)


def store(examined: Examined, *, folder: str) -> Stored:
    """Keep it for the hospital in scope. What is kept while its row is never committed is swept after a day."""
    storage_name = vault.keep([examined.content], hospital_id=required_hospital().pk, folder=folder)
    return Stored(
        storage_name=storage_name,
        title=examined.title,
        content_type=examined.kind.mime,
        size=len(examined.content),
        sha256=hashlib.sha256(examined.content).hexdigest(),
    )


def clean_title(name: str, kind: kinds.Kind) -> str:
    """The name people see: without folders, control and direction characters, with an ending that is true."""
    last = _OUTSIDE_NAMES.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1])
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp")).strip(" .")
    ending = PurePosixPath(visible).suffix.lower()
    if ending not in kind.endings:
        visible, ending = f"{visible or _('file')}{kind.endings[0]}", kind.endings[0]
    stem = visible[: -len(ending)] or _("file")
    return f"{stem[: LONGEST_NAME - len(ending)]}{ending}"


def _whole(parts: Iterable[bytes], max_bytes: int) -> bytes:
    found = bytearray()
    for part in parts:
        found += part
        if len(found) > max_bytes:
            raise FileRefused(_("The file is larger than %(limit)s MB.") % {"limit": max_bytes // _MEGABYTE})
    if not found:
        raise FileRefused(_("The file is empty."))
    return bytes(found)


def _cleaned_picture(content: bytes, picture_format: str) -> bytes:
    try:
        return pictures.cleaned(content, picture_format)
    except pictures.TooManyPixels:
        raise FileRefused(_("The picture has too many pixels; make it smaller first.")) from None
    except pictures.MovingPicture:
        raise FileRefused(_("Moving pictures are not kept.")) from None
    except pictures.BrokenPicture:
        raise FileRefused(_("The picture is damaged and cannot be opened.")) from None


class PrivateFileField(forms.FileField):
    """A file to attach; the clean value is `Examined`, ready for `store`. What is refused is said beside the field."""

    def __init__(
        self, *, allowed: Collection[kinds.Kind] = kinds.ALL, max_bytes: int | None = None, **kwargs: Any
    ) -> None:
        self.allowed, self.max_bytes = allowed, max_bytes
        limit = (max_bytes or settings.ATTACHMENT_MAX_BYTES) // _MEGABYTE
        kept = format_lazy(
            gettext_lazy("{kinds}; at most {limit} MB"),
            kinds=format_lazy("{}" + " · {}" * (len(allowed) - 1), *[kind.label for kind in allowed]),
            limit=limit,
        )
        super().__init__(**{"help_text": kept, "max_length": 255, **kwargs})
        self.widget.attrs["accept"] = ",".join(ending for kind in allowed for ending in kind.endings)

    def clean(self, data: Any, initial: Any = None) -> Examined | None:
        """The examined file; None where nothing was attached and nothing has to be."""
        upload: UploadedFile | None = super().clean(data, initial)
        if not upload:
            return None
        try:
            return examine(upload.name or "", upload.chunks(), allowed=self.allowed, max_bytes=self.max_bytes)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from refusal
