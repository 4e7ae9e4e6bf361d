"""Where other systems send FHIR resources: /<hospital>/fhir/."""

from django.urls import path, re_path

from integrations.views import fhir

app_name = "fhir"

urlpatterns = [path("", fhir.receive, name="receive"), re_path(r"^[\s\S]+$", fhir.nowhere, name="nowhere")]
