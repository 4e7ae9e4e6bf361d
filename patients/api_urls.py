"""People for programs, under /<hospital>/api/patients/."""

from django.urls import path

from patients import api

app_name = "patients_api"

urlpatterns = [
    path("", api.PeopleView.as_view(), name="list"),
    path("search/", api.SearchView.as_view(), name="search"),
    path("<uuid:public_id>/", api.PersonView.as_view(), name="detail"),
]
