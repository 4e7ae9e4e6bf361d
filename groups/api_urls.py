"""Units for programs, under /<hospital>/api/v1/units/."""

from django.urls import path

from groups import api

app_name = "units"

urlpatterns = [
    path("", api.UnitsView.as_view(), name="list"),
    path("<uuid:public_id>/", api.UnitView.as_view(), name="detail"),
    path("<uuid:public_id>/members/", api.MembersView.as_view(), name="members"),
]
