"""People for programs, under /<hospital>/api/v1/people/."""

from django.urls import path

from patients import api, consent_api, contact_api, record_api

app_name = "people"

urlpatterns = [
    path("", api.PeopleView.as_view(), name="list"),
    path("search/", api.SearchView.as_view(), name="search"),
    path("<uuid:public_id>/", record_api.PersonView.as_view(), name="detail"),
    path("<uuid:public_id>/encounters/", api.StaysOfPersonView.as_view(), name="encounters"),
    path("<uuid:public_id>/consents/", consent_api.ConsentsView.as_view(), name="consents"),
    path("<uuid:public_id>/contact-points/", contact_api.ContactPointsView.as_view(), name="contact-points"),
    path("<uuid:public_id>/consents/withdrawals/", consent_api.WithdrawalView.as_view(), name="withdrawals"),
    path(
        "<uuid:public_id>/contact-points/<slug:contact_id>/",
        contact_api.ContactPointView.as_view(),
        name="contact-point",
    ),
]
