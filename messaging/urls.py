"""Pages of messages."""

from django.urls import path

from messaging.views import contacts, notices, outbox

app_name = "messaging"

urlpatterns = [
    path("", notices.notices, name="notices"),
    path("bell/", notices.bell, name="bell"),
    path("read/", notices.read_all, name="read_all"),
    path("<uuid:public_id>/open/", notices.open_notice, name="open"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/stops/", outbox.stops, name="stops"),
    path("outbox/stops/new/", outbox.stop, name="stop"),
    path("outbox/stops/<int:number>/lift/", outbox.lift, name="lift"),
    path("people/<uuid:public_id>/", contacts.contacts, name="contacts"),
    path("people/<uuid:public_id>/card/", contacts.card, name="panel-contacts"),
    path("outbox/<uuid:public_id>/", outbox.message, name="message"),
    path("outbox/<uuid:public_id>/settle/", outbox.settle, name="settle"),
]
