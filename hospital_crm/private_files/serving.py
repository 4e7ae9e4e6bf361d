"""Answering with an attached file. The view that calls this has checked who may see it and written who saw it."""

from django.http import Http404, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header

from hospital_crm.crypto import CannotDecrypt
from hospital_crm.private_files import vault
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.scope import required_hospital


def content_of(row: PrivateFile) -> bytes:
    """The whole file in the clear. Refuses (FileNotFoundError) what is gone, (CannotDecrypt) what was changed."""
    return b"".join(vault.opened(row.storage_name, hospital_id=required_hospital().pk, folder=row.folder))


def download(row: PrivateFile) -> HttpResponse:
    """The file to be saved, never to be shown by the browser as a page of ours; 404 where it cannot be read."""
    try:
        content = content_of(row)
    except (FileNotFoundError, CannotDecrypt) as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(True, row.title) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    add_never_cache_headers(response)
    return response
