"""Pages of accounts at a hospital: sign-in, one's own settings, staff, rights, the audit trail."""

from django.urls import include, path

from accounts.views import bulk, exports, incidents, me, saved_views, security, team, tokens, trail

app_urls = (
    [
        path("me/", me.settings_page, name="me"),
        path("me/language/", me.language, name="language"),
        path("me/theme/", me.theme, name="theme"),
        path("me/keepalive/", me.keepalive, name="keepalive"),
        path("me/role/", me.role, name="role"),
        path("me/sessions/<int:session_id>/end/", me.end_session, name="end_session"),
        path("me/sessions/end-others/", me.end_other_sessions, name="end_other_sessions"),
        path("team/", team.team, name="team"),
        path("team/absences/<int:absence_id>/cancel/", team.cancel, name="cancel_absence"),
        path("rights/", security.rights, name="rights"),
        path("rights/proposed/", security.decide, name="decide_roles"),
        path("rights/<uuid:public_id>/sessions/", security.member_sessions, name="sessions"),
        path("rights/<uuid:public_id>/sessions/<int:session_id>/end/", security.end_session, name="end_session_of"),
        path("rights/<uuid:public_id>/sign-out/", security.sign_out, name="sign_out_staff"),
        path("rights/<uuid:public_id>/second-factor/", security.reset_factor, name="reset_second_factor"),
        path("lists/<slug:key>/views/", saved_views.save, name="view-save"),
        path("lists/<slug:key>/columns/", saved_views.columns, name="columns"),
        path("lists/<slug:key>/edit/", bulk.choose, name="bulk-choose"),
        path("lists/<slug:key>/export/", exports.new, name="export-new"),
        path("views/<uuid:public_id>/delete/", saved_views.delete, name="view-delete"),
        path("edits/", bulk.own, name="bulk-edits"),
        path("edits/<uuid:public_id>/", bulk.edit, name="bulk-edit"),
        path("edits/<uuid:public_id>/progress/", bulk.progress, name="bulk-progress"),
        path("edits/<uuid:public_id>/undo/", bulk.undo, name="bulk-undo"),
        path("edits/<uuid:public_id>/result/", bulk.result, name="bulk-result"),
        path("exports/", exports.own, name="exports"),
        path("exports/approve/", exports.queue, name="export-queue"),
        path("exports/<uuid:public_id>/file/", exports.file, name="export-file"),
        path("exports/<uuid:public_id>/decide/", exports.decide, name="export-decide"),
        path("api-tokens/", tokens.listing, name="tokens"),
        path("api-tokens/new/", tokens.ask, name="token-ask"),
        path("api-tokens/<uuid:public_id>/decide/", tokens.decide, name="token-decide"),
        path("api-tokens/<uuid:public_id>/secret/", tokens.secret, name="token-secret"),
        path("api-tokens/<uuid:public_id>/revoke/", tokens.revoke, name="token-revoke"),
        path("audit/", trail.audit_trail, name="audit"),
        *(
            path(f"audit/{chain}/", trail.audit_trail, {"chain": chain}, name=f"trail-{chain}")
            for chain in ("events", "accesses", "changes", "failures")
        ),
        path("audit/seals/<slug:chain>/", trail.seal_chain, name="seals"),
        path("audit/<slug:chain>/<int:number>/", trail.line, name="trail-line"),
        path("incidents/", incidents.incident_list, name="incidents"),
        path("incidents/people/", incidents.people, name="affected"),
    ],
    "accounts",
)

urlpatterns = [
    path("accounts/", include("accounts.urls_sign_in")),
    path("", include(app_urls)),
]
