"""The API of a hospital, under /<hospital>/api/v1/: each app's own addresses, and the description of all."""

from django.urls import include, path, re_path

from accounts.api.schema import schema
from accounts.api.views import TokenView, nowhere

app_name = "api"

urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("people/", include("patients.api_urls")),
    path("encounters/", include("patients.encounter_api_urls")),
    path("units/", include("groups.api_urls")),
    path("orders/", include("followups.api_urls")),
    path("schema/", schema, name="schema"),
    re_path(r"^[\s\S]*$", nowhere, name="nowhere"),
]
