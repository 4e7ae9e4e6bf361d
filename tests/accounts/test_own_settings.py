"""What each decides for the own account: language, appearance, active role, sessions."""

from django.test import Client

from accounts.models import AuditEvent, Hospital, StaffMember, User
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.entering import sign_in
from tests.cast import Cast, client_of


def language_of(answer) -> str:
    return answer["Content-Language"]


def test_language_is_the_accounts_else_this_browsers_else_the_hospitals(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.li)
    english = {"Accept-Language": "en"}
    assert language_of(Client().get("/accounts/login/", headers=english)) == "en"
    assert language_of(client.get("me/", headers=english)) == "zh-hans"
    browser = Client()
    browser.post("/accounts/me/language/", {"language": "zh-hant"})
    assert language_of(browser.get("/north/accounts/login/")) == "zh-hant"
    answer = client.post("me/language/", {"language": "en", "next": "/north/me/"})
    assert answer["Location"] == "/north/me/"
    assert language_of(client.get("me/")) == "en"
    assert User.objects.get(pk=cast.li.user.pk).language == "en"


def test_language_never_leads_to_another_site(client: Client, north: Hospital) -> None:
    answer = client.post("/north/me/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/north/"


def test_theme_is_kept_with_the_account(cast: Cast) -> None:
    client = client_of(cast.li)
    assert client.post("me/theme/", {"theme": "dark"}).status_code == 204
    client.post("me/theme/", {"theme": "pink"})
    assert User.objects.get(pk=cast.li.user.pk).theme == "dark"


def test_role_is_chosen_per_hospital_and_audited(zhao: StaffMember, south: Hospital) -> None:
    client = client_of(zhao)
    assert client.get("me/").context["actor"].role_code == "centre_manager"
    client.post("me/role/", {"role": "physician"})
    assert client.get("me/").context["actor"].role_code == "physician"
    client.post("me/role/", {"role": "auditor"})
    assert client.get("me/").context["actor"].role_code == "physician"
    with hospital_scope(south):
        event = AuditEvent.objects.get(verb="accounts.role.switch")
    assert (event.before, event.after) == ({"role": "centre_manager"}, {"role": "physician"})


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        sign_in(client, cast.li.user.username)
    listed = here.get("/north/me/").context["sessions"]
    assert len(listed) == 3
    other = next(one for one in listed if one.session_key == there.session.session_key)
    here.post(f"/north/me/sessions/{other.pk}/end/")
    assert there.get("/north/me/").status_code == 302
    here.post("/north/me/sessions/end-others/")
    assert elsewhere.get("/north/me/").status_code == 302
    assert here.get("/north/me/").status_code == 200


def test_nobody_ends_a_session_of_another(cast: Cast) -> None:
    li, chen = Client(), Client()
    sign_in(li, cast.li.user.username)
    sign_in(chen, cast.chen.user.username)
    session = chen.get("/north/me/").context["sessions"][0]
    li.post(f"/north/me/sessions/{session.pk}/end/")
    assert chen.get("/north/me/").status_code == 200


def test_own_settings_are_changed_on_one_page(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.li)
    form = {"language": "zh-hant", "theme": "light", "email": "li@hospital.example"}
    assert client.post("me/", form).status_code == 302
    with hospital_scope(north):
        staff = StaffMember.objects.select_related("user").get(pk=cast.li.pk)
    assert (staff.email, staff.wants_digest, staff.user.language, staff.user.theme) == (
        "li@hospital.example",
        False,
        "zh-hant",
        "light",
    )
    assert client.post("me/", {**form, "email": "no address"}).status_code == 422
