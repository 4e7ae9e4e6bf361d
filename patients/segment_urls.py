"""Pages of segments, under /<hospital>/segments/."""

from django.urls import path

from patients.views import segment_builder, segments

app_name = "segments"

urlpatterns = [
    path("", segments.segment_list, name="list"),
    path("new/", segment_builder.create, name="create"),
    path("count/", segment_builder.count, name="count"),
    path("of/<uuid:public_id>/", segments.panel, name="panel"),
    path("<uuid:public_id>/", segments.segment, name="detail"),
    path("<uuid:public_id>/edit/", segment_builder.edit, name="edit"),
    path("<uuid:public_id>/copy/", segment_builder.copy, name="copy"),
    path("<uuid:public_id>/members/", segments.members, name="members"),
    path("<uuid:public_id>/versions/<int:number>/", segments.version, name="version"),
    path("<uuid:public_id>/why/", segments.why, name="why"),
    path("<uuid:public_id>/refresh/", segments.refresh, name="refresh"),
    path("<uuid:public_id>/retire/", segments.retire, name="retire"),
    path("<uuid:public_id>/resume/", segments.resume, name="resume"),
]
