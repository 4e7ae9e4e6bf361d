"""Stays and visits for programs, under /<hospital>/api/v1/encounters/."""

from django.urls import path

from patients import api

app_name = "encounters"

urlpatterns = [path("", api.StaysView.as_view(), name="list")]
