"""Pages of the library, under /<hospital>/content/."""

from django.urls import path

from content.views import deciding, library, pictures, writing

app_name = "content"

urlpatterns = [
    path("", library.library, name="library"),
    path("new/", writing.create, name="create"),
    path("pictures/<uuid:public_id>/", pictures.picture, name="picture"),
    path("pictures/<uuid:public_id>/remove/", pictures.remove, name="picture-remove"),
    path("<uuid:public_id>/", library.article, name="article"),
    path("<uuid:public_id>/about/", writing.about, name="about"),
    path("<uuid:public_id>/pictures/", pictures.attach, name="attach"),
    path("<uuid:public_id>/words/<slug:language>/", writing.words, name="words"),
    path("<uuid:public_id>/words/<slug:language>/submit/", deciding.submit, name="submit"),
    path("<uuid:public_id>/words/<slug:language>/take-back/", deciding.take_back, name="take-back"),
    path("<uuid:public_id>/words/<slug:language>/approve/", deciding.approve, name="approve"),
    path("<uuid:public_id>/words/<slug:language>/send-back/", deciding.send_back, name="send-back"),
    path("<uuid:public_id>/words/<slug:language>/retire/", deciding.retire, name="retire"),
]
