"""Addresses of a hospital that programs ask, with one description of all: its API, and where FHIR is sent."""

from django.urls import include, path, re_path

from accounts.api.views import nowhere

urlpatterns = [
    path("api/v1/", include("hospital_crm.urls_api")),
    path("fhir/", include("integrations.fhir_urls")),
    re_path(r"^api(?:/[\s\S]*)?$", nowhere),
]
