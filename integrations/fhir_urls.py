"""Where other systems send FHIR resources: /<hospital>/fhir/."""

from django.urls import path

from integrations.views import fhir

app_name = "fhir"

urlpatterns = [path("", fhir.receive, name="receive")]
