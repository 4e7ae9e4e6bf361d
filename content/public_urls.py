"""Articles as people outside read them, under /<hospital>/articles/."""

from django.urls import path

from content.views import public

app_name = "articles"

urlpatterns = [
    path("", public.index, name="index"),
    path("<uuid:public_id>/", public.article, name="article"),
    path("pictures/<uuid:public_id>/", public.picture, name="picture"),
]
