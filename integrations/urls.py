"""Pages of imports, under /<hospital>/imports/."""

from django.urls import path

from integrations.views import conflicts, feeds, messages, past, staff, template_file, webhooks, wizard

app_name = "integrations"

urlpatterns = [
    path("", wizard.batch_list, name="list"),
    path("new/", wizard.upload, name="upload"),
    path("checkups/", wizard.checkups, name="checkups"),
    path("consents/", wizard.consents, name="consents"),
    path("rosters/<uuid:public_id>/", wizard.roster, name="roster"),
    path("tables/<slug:kind>/", wizard.table, name="table"),
    path("template/<slug:kind>/", template_file.template_file, name="template"),
    path("staff/", staff.upload, name="staff"),
    path("conflicts/", conflicts.queue, name="conflicts"),
    path("conflicts/<uuid:public_id>/", conflicts.decide, name="decide"),
    path("names/", conflicts.names, name="names"),
    path("names/physicians/<uuid:public_id>/", conflicts.assign, name="assign"),
    path("names/departments/<int:department_id>/", conflicts.department, name="department"),
    path("feeds/", feeds.health, name="feeds"),
    path("feeds/new/", feeds.enter, name="feed-enter"),
    path("feeds/<uuid:public_id>/", feeds.feed, name="feed"),
    path("feeds/<uuid:public_id>/departments/", feeds.feed_department, name="feed-department"),
    path("feeds/<uuid:public_id>/words/", feeds.feed_word, name="feed-word"),
    path("feeds/<uuid:public_id>/token/", feeds.token, name="feed-token"),
    path("feeds/messages/", messages.messages, name="messages"),
    path("feeds/messages/<uuid:public_id>/", messages.message, name="message"),
    path("feeds/messages/<uuid:public_id>/correct/", messages.correct, name="message-correct"),
    path("feeds/messages/<uuid:public_id>/again/", messages.again, name="message-again"),
    path("feeds/messages/<uuid:public_id>/turn/", messages.message_turn, name="message-turn"),
    path("feeds/messages/<uuid:public_id>/leave/", messages.leave, name="message-leave"),
    path("webhooks/", webhooks.listing, name="webhooks"),
    path("webhooks/new/", webhooks.enter, name="webhook-enter"),
    path("webhooks/<uuid:public_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:public_id>/secret/", webhooks.secret, name="webhook-secret"),
    path("webhooks/<uuid:public_id>/try/", webhooks.try_out, name="webhook-try"),
    path("webhooks/sent/<uuid:public_id>/again/", webhooks.again, name="webhook-again"),
    path("<uuid:public_id>/", wizard.batch, name="batch"),
    path("<uuid:public_id>/columns/", wizard.columns, name="columns"),
    path("<uuid:public_id>/progress/", wizard.progress, name="progress"),
    path("<uuid:public_id>/start/", wizard.start, name="start"),
    path("<uuid:public_id>/pause/", wizard.pause, name="pause"),
    path("<uuid:public_id>/undo/", wizard.undo, name="undo"),
    path("<uuid:public_id>/plan-past/", past.plan_past, name="plan-past"),
    path("<uuid:public_id>/discard/", wizard.discard, name="discard"),
    path("<uuid:public_id>/left-out/", wizard.left_out, name="left-out"),
]
