"""Pages of messages."""

from django.urls import path

from messaging.views import notices, outbox

app_name = "messaging"

urlpatterns = [
    path("", notices.notices, name="notices"),
    path("bell/", notices.bell, name="bell"),
    path("read/", notices.read_all, name="read_all"),
    path("<uuid:public_id>/open/", notices.open_notice, name="open"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<uuid:public_id>/", outbox.message, name="message"),
    path("outbox/<uuid:public_id>/settle/", outbox.settle, name="settle"),
]
