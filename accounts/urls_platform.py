"""Sign-in and one's own account outside hospitals."""

from django.urls import include, path

from accounts.views import me

app_urls = (
    [
        path("me/language/", me.language, name="language"),
        path("me/theme/", me.theme, name="theme"),
        path("me/keepalive/", me.keepalive, name="keepalive"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include("accounts.urls_sign_in")),
    path("", include(app_urls)),
]
