"""The masking rules, to be read by the security officer; they change with the rights of the roles."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.models import Role
from patients.domain import masking_rules


@requires("security.rights")
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Which field is shown to which role in full, masked or not at all, and by which right. No person is shown."""
    context = {
        "rows": masking_rules.roles(Role.objects.all()),
        "groups": list(masking_rules.GROUPS.values()),
        "fields": masking_rules.fields(),
        "examples": masking_rules.examples(),
    }
    return TemplateResponse(request, "patients/masking.html", context)
