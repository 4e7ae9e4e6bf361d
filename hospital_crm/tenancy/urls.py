"""Links to a hospital's pages from outside a request: tasks, mails, commands."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from hospital_crm.tenancy.middleware import mounted_at

if TYPE_CHECKING:
    from accounts.models import Hospital


def hospital_url(hospital: "Hospital", name: str, *args: Any, **kwargs: Any) -> str:
    """The absolute address of page `name` of this hospital."""
    if hospital.host_name:
        base, prefix = f"https://{hospital.host_name}", "/"
    else:
        base, prefix = settings.PUBLIC_BASE_URL.rstrip("/"), f"/{hospital.slug}/"
    with mounted_at(prefix, settings.HOSPITAL_URLCONF):
        return base + reverse(name, urlconf=settings.HOSPITAL_URLCONF, args=args, kwargs=kwargs)


def start_of(hospital: "Hospital", request: HttpRequest) -> str:
    """Where this hospital's pages begin, seen from a request: its own host, or the first path segment of this one."""
    here: Hospital | None = getattr(request, "hospital", None)
    if hospital.host_name and hospital.host_name != request.get_host():
        scheme = "https" if settings.PRODUCTION else request.scheme
        return f"{scheme}://{hospital.host_name}/"
    if here is not None and here.host_name == request.get_host():
        return hospital_url(hospital, "home")
    base = request.META.get("SCRIPT_NAME", "")
    return f"{base.removesuffix(f'/{here.slug}') if here else base}/{hospital.slug}/"
