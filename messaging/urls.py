"""Pages of messages."""

from django.urls import path

from messaging.views import contacts, gateways, heard, letters, notices, outbox, readings, returned, sender

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
    path("gateways/", gateways.listing, name="gateways"),
    path("gateways/new/", gateways.enter, name="gateway-enter"),
    path("gateways/console/", gateways.console, name="console"),
    path("gateways/sender/", sender.sender, name="sender"),
    path("gateways/sender/check/", sender.check, name="sender-check"),
    path("gateways/rules/", sender.rules, name="rules"),
    path("gateways/words/", sender.words, name="words"),
    path("gateways/<uuid:public_id>/", gateways.account, name="gateway"),
    path("gateways/<uuid:public_id>/try/", gateways.try_out, name="gateway-try"),
    path("gateways/<uuid:public_id>/secret/", gateways.secret, name="gateway-secret"),
    path("go/<str:token>/", readings.go, name="go"),
    path("seen/<str:token>/", readings.seen, name="seen"),
    path("heard/<uuid:public_id>/", heard.heard, name="heard"),
    path("heard/<uuid:public_id>/<str:secret>/", heard.heard, name="heard-secret"),
    path("letters/", letters.letters, name="letters"),
    path("letters/make/", letters.make, name="letters-make"),
    path("letters/returned/", letters.returned, name="letter-returned"),
    path("letters/<uuid:public_id>/", letters.sheets, name="letters-print"),
    path("letters/<uuid:public_id>/post/", letters.post, name="letters-post"),
    path("replies/", returned.replied, name="replies"),
    path("replies/<uuid:public_id>/", returned.settle_reply, name="reply-settle"),
    path("mails/", returned.mails, name="mails"),
    path("mails/<uuid:public_id>/", returned.settle_mail, name="mail-settle"),
]
