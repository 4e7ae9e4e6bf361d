"""Pages of campaigns, under /<hospital>/campaigns/."""

from django.urls import path

from campaigns.views import (
    calendar,
    deciding,
    detail,
    editor,
    journeys,
    listing,
    previews,
    results,
    running,
    why,
    withdrawals,
)

app_name = "campaigns"

urlpatterns = [
    path("", listing.campaign_list, name="list"),
    path("new/", listing.create, name="create"),
    path("calendar/", calendar.year, name="calendar"),
    path("compare/", results.compare, name="compare"),
    path("journeys/", journeys.page, name="journeys"),
    path("journeys/new/", journeys.begin, name="journey-begin"),
    path("<uuid:public_id>/journey/submit/", journeys.submit, name="journey-submit"),
    path("<uuid:public_id>/journey/approve/", journeys.approve, name="journey-approve"),
    path("pictures/<uuid:public_id>/", editor.picture, name="picture"),
    path("<uuid:public_id>/", detail.campaign, name="campaign"),
    path("<uuid:public_id>/about/", detail.about, name="about"),
    path("<uuid:public_id>/why/", why.why, name="why"),
    path("<uuid:public_id>/withdrawals/", withdrawals.listed, name="withdrawals"),
    path("<uuid:public_id>/audience/", detail.audience_part, name="audience"),
    path("<uuid:public_id>/pictures/", editor.attach, name="attach"),
    path("<uuid:public_id>/words/<slug:language>/", editor.words, name="words"),
    path("<uuid:public_id>/words/<slug:language>/preview/", previews.preview, name="preview"),
    path("<uuid:public_id>/words/<slug:language>/sheet/", previews.sheet, name="sheet"),
    path("<uuid:public_id>/words/<slug:language>/test/", previews.test, name="test"),
    path("<uuid:public_id>/submit/", deciding.submit, name="submit"),
    path("<uuid:public_id>/take-back/", deciding.take_back, name="take-back"),
    path("<uuid:public_id>/approve/", deciding.approve, name="approve"),
    path("<uuid:public_id>/send-back/", deciding.send_back, name="send-back"),
    path("<uuid:public_id>/copy/", listing.copy, name="copy"),
    path("<uuid:public_id>/pause/", running.pause, name="pause"),
    path("<uuid:public_id>/resume/", running.resume, name="resume"),
    path("<uuid:public_id>/cancel/", running.cancel, name="cancel"),
    path("<uuid:public_id>/retry/", running.retry, name="retry"),
    path("<uuid:public_id>/renew-review/", running.renew_review, name="renew-review"),
]
