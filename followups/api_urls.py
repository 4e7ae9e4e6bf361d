"""Follow-up orders for programs, under /<hospital>/api/v1/orders/."""

from django.urls import path

from followups import api

app_name = "orders"

urlpatterns = [
    path("", api.OrdersView.as_view(), name="list"),
    path("mine/", api.WorklistView.as_view(), name="mine"),
    path("<uuid:public_id>/", api.OrderView.as_view(), name="detail"),
    path("<uuid:public_id>/start/", api.StartView.as_view(), name="start"),
    path("<uuid:public_id>/results/", api.ResultView.as_view(), name="results"),
]
