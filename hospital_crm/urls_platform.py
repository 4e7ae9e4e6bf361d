"""Pages outside hospitals: sign-in, choice of hospital, the platform operators' admin, links without log-in."""

from django.urls import include, path

from accounts.sites import platform_admin
from accounts.views.entrance import entrance
from accounts.views.public_links import open_link

urlpatterns = [
    path("", entrance, name="entrance"),
    path("accounts/", include("accounts.urls_platform")),
    path("l/<str:token>/", open_link, name="public-link"),
    path("platform/", platform_admin.urls),
]

handler400 = "hospital_crm.shell.views.bad_request"
handler500 = "hospital_crm.shell.views.server_error"
