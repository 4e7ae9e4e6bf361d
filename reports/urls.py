"""Addresses of the pages of figures, under `reports/`."""

from django.urls import path

from reports.views import centre, hospital

app_name = "reports"

urlpatterns = [
    path("", hospital.hospital, name="hospital"),
    path("centre/", centre.centre, name="centre"),
]
