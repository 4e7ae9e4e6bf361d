"""What every page knows: hospital, actor, and the frame around the page."""

from typing import Any

from django.http import HttpRequest

from hospital_crm.shell.frame import Frame


def shell(request: HttpRequest) -> dict[str, Any]:
    """Hospital and actor of the request, and its frame, which works things out only when asked."""
    return {
        "hospital": getattr(request, "hospital", None),
        "actor": getattr(request, "actor", None),
        "shell": Frame(request),
    }
