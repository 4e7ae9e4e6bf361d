"""The file for the person: a page to read and to print, the same for machines, and the attached files, in one sealed
archive whose passphrase the hospital does not keep.

It holds everything, clinical text too. Whoever prepares it fetches a file that does not open for him; the passphrase is
told to the second person alone, who hands it over by another way.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles import finders
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm import sealed_zip
from hospital_crm.crypto import CannotDecrypt
from hospital_crm.private_files import vault
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.private_files.serving import content_of
from hospital_crm.tenancy.scope import required_hospital
from patients import subject_file
from patients.models import Attachment, ConsentEvidence, PrivacyRequest
from patients.models.requests import PrivacyCopy

KEPT = dt.timedelta(days=7)
_STYLE = "css/subject-copy.css"


def make(request: PrivacyRequest, *, actor: Actor, now: dt.datetime) -> str:
    """Makes the file of a request in the place of a former one; answers its passphrase."""
    hospital, passphrase = required_hospital(), sealed_zip.new_passphrase()
    with translation.override(request.language or hospital.language), timezone.override(hospital.tz):
        content = sealed_zip.sealed(_files(request, now), passphrase)
    for former in PrivacyCopy.objects.filter(request=request):
        former.delete()
    PrivacyCopy.objects.create(
        request=request,
        storage_name=vault.keep([content], hospital_id=hospital.pk, folder=PrivacyCopy.folder),
        title=f"{request.number}.zip",
        content_type="application/zip",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=request.prepared_by,
        sealed_by=actor.staff,
        uploaded_at=now,
        expires_at=now + KEPT,
    )
    return passphrase


def _files(request: PrivacyRequest, now: dt.datetime) -> Iterator[tuple[str, bytes]]:
    said = told(request, now)
    yield f"{_('My data')}.html", page(request, said, now).encode()
    yield "data.json", json.dumps(_plain(request, said, now), ensure_ascii=False, indent=1).encode()
    if request.kind == PrivacyRequest.Kind.COPY:
        yield from _attached(request)


def told(request: PrivacyRequest, now: dt.datetime) -> list[tuple[subject_file.Part, list[subject_file.Entry]]]:
    """Every part with what it says."""
    parts = subject_file.ordered(only_explaining=request.kind == PrivacyRequest.Kind.EXPLAIN)
    return [(part, [entry for entry in part.entries(request.patient, now) if entry]) for part in parts]


def page(request: PrivacyRequest, said: list[Any], now: dt.datetime) -> str:
    """The page to read: without a script, without anything from elsewhere."""
    found = finders.find(_STYLE)
    with open(found, encoding="utf-8") as file:  # type: ignore[arg-type]
        style = mark_safe(f"<style>{file.read()}</style>")  # noqa: S308 - our own file
    context = {"request": request, "parts": said, "now": now, "hospital": required_hospital(), "style": style}
    return render_to_string("patients/subject_copy.html", context)


def _plain(request: PrivacyRequest, said: list[Any], now: dt.datetime) -> dict[str, Any]:
    """The same for machines."""
    return {
        "hospital": required_hospital().name,
        "request": request.number,
        "kind": request.kind,
        "made_at": now.isoformat(timespec="seconds"),
        "parts": {part.key: [{item.key: item.value for item in entry} for entry in entries] for part, entries in said},
    }


def _attached(request: PrivacyRequest) -> Iterator[tuple[str, bytes]]:
    """The files that lie beside the record and those that prove consents, numbered; one that cannot be read any more is
    left out.
    """
    beside = Attachment.objects.filter(patient=request.patient).order_by("pk")
    proofs = ConsentEvidence.objects.filter(patient=request.patient).order_by("pk")
    rows: list[PrivateFile] = [*beside, *proofs]
    for number, row in enumerate(rows, 1):
        try:
            yield f"files/{number:03d} {row.title.replace('/', '_')}", content_of(row)
        except (FileNotFoundError, CannotDecrypt):
            continue


@transaction.atomic
def expire(now: dt.datetime) -> int:
    """Files whose days are over go; answers how many."""
    gone = list(PrivacyCopy.objects.filter(expires_at__lte=now).select_for_update(skip_locked=True))
    for copy in gone:
        copy.delete()
    if gone:
        record("patients.request.expire", files=len(gone))
    return len(gone)
