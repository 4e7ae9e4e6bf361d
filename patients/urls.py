"""Pages of people, under /<hospital>/patients/."""

from django.urls import path

from patients.views import classification, edit, label_rules, labels, life, lists, person

app_name = "patients"

urlpatterns = [
    path("", lists.people_list, name="list"),
    path("search/", lists.search, name="search"),
    path("suggest/", lists.suggest, name="suggest"),
    path("new/", edit.create, name="create"),
    path("stays/<uuid:public_id>/facts/", edit.facts, name="facts"),
    path("classification/", classification.crossing, name="classification"),
    path("classification/stages/", classification.stages, name="stages"),
    path("classification/people/", classification.people, name="classified"),
    path("classification/win-back/", classification.win_back, name="win-back"),
    path("classification/rules/", label_rules.rules, name="label-rules"),
    path("classification/rules/draft/", label_rules.draft, name="label-draft"),
    path("classification/rules/draft/lines/", label_rules.add_line, name="label-line"),
    path("classification/rules/draft/publish/", label_rules.publish, name="label-publish"),
    path("classification/rules/draft/discard/", label_rules.discard, name="label-discard"),
    path("classification/strategies/", label_rules.strategies, name="strategies"),
    path("classification/strategies/<slug:axis>/<slug:value>/", label_rules.strategy, name="strategy"),
    path("<uuid:public_id>/", person.person, name="detail"),
    path("<uuid:public_id>/newer/", person.step, {"direction": "newer"}, name="newer"),
    path("<uuid:public_id>/older/", person.step, {"direction": "older"}, name="older"),
    path("<uuid:public_id>/unmask/<slug:field>/", person.unmask, name="unmask"),
    path("<uuid:public_id>/panels/reach/", person.panel_reach, name="panel-reach"),
    path("<uuid:public_id>/panels/labels/", labels.panel_labels, name="panel-labels"),
    path("<uuid:public_id>/labels/<slug:axis>/", labels.by_hand, name="label-by-hand"),
    path("<uuid:public_id>/labels/<slug:axis>/rules/", labels.give_back, name="label-give-back"),
    path("<uuid:public_id>/win-back/", labels.win_back_call, name="win-back-call"),
    path("<uuid:public_id>/panels/record/", person.panel_record, name="panel-record"),
    path("<uuid:public_id>/panels/consents/", person.panel_consents, name="panel-consents"),
    path("<uuid:public_id>/panels/seen/", person.panel_seen, name="panel-seen"),
    path("<uuid:public_id>/print/", person.print_person, name="print"),
    path("<uuid:public_id>/edit/", edit.edit, name="edit"),
    path("<uuid:public_id>/phones/", edit.phone, name="phone"),
    path("<uuid:public_id>/relations/", edit.relation, name="relation"),
    path("<uuid:public_id>/station/", edit.station, name="station"),
    path("<uuid:public_id>/notes/", edit.note, name="note"),
    path("<uuid:public_id>/stop/", life.stop, name="stop"),
    path("<uuid:public_id>/resume/", life.resume, name="resume"),
    path("<uuid:public_id>/death/", life.death, name="death"),
    path("<uuid:public_id>/death/confirm/", life.confirm, name="death-confirm"),
    path("<uuid:public_id>/death/withdraw/", life.withdraw, name="death-withdraw"),
]
