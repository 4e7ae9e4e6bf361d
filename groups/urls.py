"""Pages of units, under /<hospital>/groups/."""

from django.urls import path

from groups.views import parts, units

app_name = "groups"

urlpatterns = [
    path("", units.unit_list, name="list"),
    path("new/", units.create, name="create"),
    path("<uuid:public_id>/", units.unit, name="detail"),
    path("<uuid:public_id>/edit/", units.edit, name="edit"),
    path("<uuid:public_id>/contacts/", parts.contact, name="contact"),
    path("<uuid:public_id>/visits/", parts.visit, name="visit"),
    path("<uuid:public_id>/visits/<int:visit_id>/", parts.visit_result, name="visit-result"),
    path("<uuid:public_id>/contracts/", parts.contract, name="contract"),
    path("<uuid:public_id>/members/", parts.member, name="member"),
    path("<uuid:public_id>/members/<int:member_id>/key/", parts.key_person, name="member-key"),
    path("<uuid:public_id>/members/<int:member_id>/remove/", parts.remove_member, name="member-remove"),
]
