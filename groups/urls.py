"""Pages of units, under /<hospital>/groups/."""

from django.urls import path

from groups.views import binned, contracts, days, members, merging, panel, parts, records, units

app_name = "groups"

urlpatterns = [
    path("", units.unit_list, name="list"),
    path("day/", days.day, name="day"),
    path("new/", units.create, name="create"),
    path("print/", units.print_list, name="print"),
    path("regions/", units.regions, name="regions"),
    path("bin/", binned.bin_page, name="bin"),
    path("bin/<uuid:public_id>/back/", binned.put_back, name="put-back"),
    path("duplicates/", merging.duplicate_list, name="duplicates"),
    path("files/<uuid:public_id>/", parts.file, name="file"),
    path("files/<uuid:public_id>/remove/", parts.file_remove, name="file-remove"),
    path("people/<uuid:public_id>/", panel.benefits, name="panel-benefits"),
    path("<uuid:public_id>/", records.unit, name="detail"),
    path("<uuid:public_id>/newer/", units.step, {"direction": "newer"}, name="newer"),
    path("<uuid:public_id>/older/", units.step, {"direction": "older"}, name="older"),
    path("<uuid:public_id>/timeline/", records.timeline, name="timeline"),
    path("<uuid:public_id>/history/", records.history, name="history"),
    path("<uuid:public_id>/edit/", units.edit, name="edit"),
    path("<uuid:public_id>/bin/", binned.put_in_bin, name="put-in-bin"),
    path("<uuid:public_id>/state/", units.state, name="state"),
    path("<uuid:public_id>/with/<uuid:other_id>/", merging.compare, name="compare"),
    path("<uuid:public_id>/unions/<int:merger_id>/undo/", merging.undo, name="union-undo"),
    path("<uuid:public_id>/contacts/", parts.contact, name="contact"),
    path("<uuid:public_id>/contacts/<int:contact_id>/end/", parts.contact_end, name="contact-end"),
    path("<uuid:public_id>/visits/", parts.visit, name="visit"),
    path("<uuid:public_id>/visits/<int:visit_id>/", parts.visit_result, name="visit-result"),
    path("<uuid:public_id>/visits/<int:visit_id>/call-off/", parts.visit_call_off, name="visit-call-off"),
    path("<uuid:public_id>/values/", parts.value, name="value"),
    path("<uuid:public_id>/deals/", parts.deal, name="deal"),
    path("<uuid:public_id>/deals/<int:deal_id>/", parts.deal_forward, name="deal-forward"),
    path("<uuid:public_id>/deals/<int:deal_id>/close/", parts.deal_close, name="deal-close"),
    path("<uuid:public_id>/files/", parts.attach, name="attach"),
    path("<uuid:public_id>/contracts/", contracts.contract, name="contract"),
    path("<uuid:public_id>/contracts/<int:contract_id>/sign/", contracts.sign, name="contract-sign"),
    path("<uuid:public_id>/contracts/<int:contract_id>/end/", contracts.end, name="contract-end"),
    path("<uuid:public_id>/contracts/<int:contract_id>/benefits/", contracts.benefit, name="benefit"),
    path("<uuid:public_id>/members/", records.members, name="members"),
    path("<uuid:public_id>/members/absent/", members.absent, name="members-absent"),
    path("<uuid:public_id>/members/<int:member_id>/key/", members.key_person, name="member-key"),
    path("<uuid:public_id>/members/<int:member_id>/remove/", members.remove_member, name="member-remove"),
]
