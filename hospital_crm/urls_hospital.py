"""Pages of one hospital, mounted at `/<hospital>/` or at the hospital's own host name."""

from django.urls import include, path

from accounts.sites import hospital_admin
from accounts.views.entrance import home

urlpatterns = [
    path("", home, name="home"),
    path("admin/", hospital_admin.urls),
    path("", include("accounts.urls")),
    path("patients/", include("patients.urls")),
    path("segments/", include("patients.segment_urls")),
    path("groups/", include("groups.urls")),
    path("content/", include("content.urls")),
    path("articles/", include("content.public_urls")),
    path("followups/", include("followups.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("messages/", include("messaging.urls")),
    path("imports/", include("integrations.urls")),
    path("reports/", include("reports.urls")),
    path("", include("hospital_crm.urls_machines")),
]

handler400 = "hospital_crm.shell.views.bad_request"
handler500 = "hospital_crm.shell.views.server_error"
