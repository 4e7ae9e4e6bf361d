"""The two Django admins."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils.translation import override

from accounts.domain import people
from accounts.domain.staff import bring_staff
from accounts.domain.staff_shapes import StaffRow
from accounts.models import (
    AuditEvent,
    CalendarDay,
    Department,
    Hospital,
    HospitalSettings,
    StaffMember,
    StaffRole,
    StaffStation,
    User,
)
from accounts.sites import hospital_admin, platform_admin
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.accounts.factories import DepartmentFactory, StaffMemberFactory, StationFactory
from tests.cast import Cast, MountedClient, actor_of

ADMIN_MODELS = {model.__name__ for model in hospital_admin._registry}
INLINES = {
    f"{kind}_links-{key}": "0" for kind in ("department", "ward", "station") for key in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def models_listed(client: Client, path: str) -> set[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return {model["object_name"] for app in answer.context["app_list"] for model in app["models"]}


def test_the_head_of_an_administration_ends_without_a_western_full_stop(admin: MountedClient) -> None:
    head = admin.get("admin/").content.decode().partition('id="user-tools"')[2].partition("</div>")[0]
    words = "".join(re.sub("<[^>]+>", "", head).split())
    assert "当前用户：邓管理回到工作/" in words


# --- who may enter ----------------------------------------------------------------------------------------------


def test_only_administrators_enter_the_admin_of_a_hospital(client_as) -> None:
    codes = {role: client_as(role).get("admin/").status_code for role in ("nurse", "centre_manager", "auditor")}
    assert codes == {"nurse": 403, "centre_manager": 403, "auditor": 403}


def test_signed_out_goes_to_the_houses_own_sign_in(client: Client, north: Hospital) -> None:
    answer = client.get("/north/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/north/accounts/login/?next=/north/admin/"


def test_admin_is_unreachable_without_a_second_factor(admin: MountedClient, operator: Client, cast: Cast) -> None:
    Authenticator.objects.all().delete()
    assert admin.get("admin/")["Location"] == "/north/accounts/2fa/totp/activate/"
    assert operator.get("/platform/")["Location"] == "/accounts/2fa/totp/activate/"


def test_administrator_of_north_is_nobody_at_south(admin: MountedClient, south: Hospital) -> None:
    assert admin.get("/south/admin/").status_code == 403
    assert admin.get("/platform/").status_code == 403


def test_operator_enters_no_hospital(operator: Client, north: Hospital) -> None:
    assert operator.get("/north/admin/").status_code == 403
    assert operator.get("/north/").status_code == 403


def test_what_each_administers(admin: MountedClient, officer: MountedClient, operator: Client) -> None:
    organisation = {"Department", "Ward", "Station", "CalendarDay", "HospitalSettings", "StaffMember"}
    assert models_listed(admin, "admin/") >= organisation
    assert not models_listed(admin, "admin/") & {"Role", "StaffRole", "Absence"}
    assert models_listed(officer, "admin/") == {"Role", "StaffRole"}
    assert models_listed(operator, "/platform/") == {"Hospital", "User", "LoginFailure", "PlatformEvent"}


def test_no_model_of_a_hospital_is_in_the_platforms_admin() -> None:
    from hospital_crm.tenancy.walls import has_hospital

    assert [model for model in platform_admin._registry if has_hospital(model)] == []


def test_no_model_about_patients_is_in_an_admin() -> None:
    labels = {model._meta.app_label for site in (hospital_admin, platform_admin) for model in site._registry}
    assert "patients" not in labels


# --- own hospital only ------------------------------------------------------------------------------------------


def test_every_list_and_form_shows_own_rows_only(
    cast: Cast, admin: MountedClient, officer: MountedClient, south: Hospital
) -> None:
    """Lists, filters, foreign identifiers, autocompletion and the choices of every form, for every model."""
    from tests.walks.rows import fill

    fill(cast.hospital)
    fill(south)
    for model, options in hospital_admin._registry.items():
        client = officer if options.capability == "admin.roles" else admin
        base = f"admin/{model._meta.app_label}/{model._meta.model_name}/"
        listed = client.get(base)
        assert listed.status_code == 200, base
        assert {row.hospital_id for row in listed.context["cl"].queryset} <= {cast.hospital.pk}, base
        with hospital_scope(south):
            foreign = model._base_manager.filter(hospital=south).values_list("pk", flat=True)[0]
        for page in ("change", "delete"):
            assert client.get(f"{base}{foreign}/{page}/").status_code in (302, 403), base
        form = client.get(f"{base}add/")
        if form.status_code == 200:
            for name, field in form.context["adminform"].form.fields.items():
                hospitals = {row.hospital_id for row in getattr(field, "queryset", [])}
                assert hospitals <= {cast.hospital.pk}, (base, name)


def test_autocompletion_finds_own_staff_only(cast: Cast, officer: MountedClient, zhao: StaffMember) -> None:
    assert cast.chen
    ask = "admin/autocomplete/?app_label=accounts&model_name=staffrole&field_name=staff&term="
    assert [one["text"] for one in officer.get(f"{ask}陈").json()["results"]] == ["陈医师"]
    assert officer.get(f"{ask}赵").json()["results"] == []


def test_department_of_south_is_refused_in_a_form(admin: MountedClient, north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        foreign = DepartmentFactory()
    answer = admin.post("admin/accounts/ward/add/", {"name": "病区", "department": foreign.pk, "is_active": "on"})
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["department"])


# --- organisation -----------------------------------------------------------------------------------------------


def test_making_and_changing_is_an_audit_event_and_no_row_of_djangos_log(
    admin: MountedClient, north: Hospital, cast: Cast
) -> None:
    form = {"name": "眼科", "code": "YK", "specialty": "", "is_confirmed": "on", "is_active": "on"}
    assert admin.post("admin/accounts/department/add/", form).status_code == 302
    with hospital_scope(north):
        department = Department.objects.get(name="眼科")
    admin.post(f"admin/accounts/department/{department.pk}/change/", {**form, "name": "眼科中心"})
    with hospital_scope(north):
        events = AuditEvent.objects.filter(verb__prefix="admin.department").order_by("id")
        found = [(event.verb, event.object_id, event.staff_id) for event in events]
    key = str(department.pk)
    assert found == [("admin.department.add", key, cast.deng.pk), ("admin.department.change", key, cast.deng.pk)]
    assert LogEntry.objects.count() == 0


def test_uniqueness_per_hospital_is_told_in_the_form(admin: MountedClient, north: Hospital, south: Hospital) -> None:
    for hospital in (north, south):
        with hospital_scope(hospital):
            DepartmentFactory(name="眼科")
    answer = admin.post("admin/accounts/department/add/", {"name": "眼科", "is_active": "on"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors() == ["已有相同名称的科室。"]


def test_nothing_is_deleted_but_days(admin: MountedClient, north: Hospital) -> None:
    with hospital_scope(north):
        department = DepartmentFactory()
        day = CalendarDay.objects.create(day="2026-12-31", is_working=False)
    assert admin.post(f"admin/accounts/department/{department.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.post(f"admin/accounts/calendarday/{day.pk}/delete/", {"post": "yes"}).status_code == 302
    with hospital_scope(north):
        assert Department.objects.filter(pk=department.pk).exists()
        assert not CalendarDay.objects.exists()


def test_settings_are_one_row_that_is_changed(admin: MountedClient, north: Hospital) -> None:
    with hospital_scope(north):
        row = HospitalSettings.objects.get()
    assert admin.get("admin/accounts/hospitalsettings/add/").status_code == 403
    page = admin.get(f"admin/accounts/hospitalsettings/{row.pk}/change/")
    values = {name: "" if value is None else value for name, value in page.context["adminform"].form.initial.items()}
    admin.post(f"admin/accounts/hospitalsettings/{row.pk}/change/", {**values, "idle_minutes": 20})
    with hospital_scope(north):
        assert HospitalSettings.objects.get().idle_minutes == 20


# --- staff ------------------------------------------------------------------------------------------------------


def test_employing_somebody_shows_a_one_time_password_once(admin: MountedClient, north: Hospital) -> None:
    form = {"username": "New.Nurse", "name": "新护士", "staff_number": "N1", **INLINES}
    answer = admin.post("admin/accounts/staffmember/add/", form)
    account = answer.context["accounts"][0]
    user = User.objects.get(username="new.nurse")
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert user.check_password(account["password"])
    assert user.must_change_password
    assert account["password"] not in admin.get("admin/accounts/staffmember/").content.decode()
    with hospital_scope(north):
        assert StaffMember.objects.get(user=user).role_links.count() == 0


def test_user_name_of_somebody_else_is_refused(admin: MountedClient, zhao: StaffMember) -> None:
    form = {"username": zhao.user.username, "name": "另一人", "staff_number": "N1", **INLINES}
    answer = admin.post("admin/accounts/staffmember/add/", form)
    assert list(answer.context["adminform"].form.errors) == ["username"]


def test_forgotten_password_is_replaced_but_not_of_who_watches_the_administrator(
    admin: MountedClient, cast: Cast
) -> None:
    address = "admin/accounts/staffmember/{}/password/"
    assert admin.get(address.format(cast.li.pk)).status_code == 200
    password = admin.post(address.format(cast.li.pk)).context["accounts"][0]["password"]
    assert User.objects.get(pk=cast.li.user.pk).check_password(password)
    others = [admin.post(address.format(one.pk)).status_code for one in (cast.an, cast.shen, cast.deng)]
    assert others == [403, 403, 403]


def test_whose_password_was_replaced_hears_of_it_and_so_does_the_security_officer(
    admin: MountedClient, cast: Cast
) -> None:
    with hospital_scope(cast.hospital):
        StaffMember.objects.filter(pk=cast.li.pk).update(email="li@north.invalid")
    officer = cast.an
    admin.post(f"admin/accounts/staffmember/{cast.li.pk}/password/")
    with hospital_scope(cast.hospital):
        rows = Message.objects.filter(purpose="passwords").order_by("channel", "template")
        told = {(row.staff_id, row.channel, row.template) for row in rows}
        said = {"by": cast.deng.name}
        assert [row.context for row in rows if row.staff_id == cast.li.pk] == [said, said]
    assert told == {
        (cast.li.pk, "bell", "password_replaced"),
        (cast.li.pk, "email", "password_replaced"),
        (officer.pk, "bell", "password_of_others_replaced"),
    }


def test_first_password_of_an_account_replaces_none(admin: MountedClient, cast: Cast) -> None:
    cast.li.user.set_unusable_password()
    cast.li.user.save()
    assert cast.an.pk
    admin.post(f"admin/accounts/staffmember/{cast.li.pk}/password/")
    with hospital_scope(cast.hospital):
        assert not Message.objects.filter(purpose="passwords").exists()


def test_passwords_after_a_staff_sheet_are_handed_out_once_by_the_administrator(
    admin: MountedClient, cast: Cast, north: Hospital
) -> None:
    with hospital_scope(north):
        rows = [StaffRow(2, "段知微", "G001"), StaffRow(3, "苗若兰", "G002")]
        bring_staff(rows, actor=actor_of(cast.he))
        made = list(StaffMember.objects.filter(staff_number__in=("G001", "G002")).order_by("pk"))
    waiting = admin.get("admin/accounts/staffmember/?password=none").context["cl"].queryset
    assert {one.pk for one in waiting} == {one.pk for one in made}
    before = User.objects.get(pk=cast.li.user.pk).password
    form = {"action": "hand_out_passwords", "_selected_action": [*(one.pk for one in made), cast.li.pk]}
    answer = admin.post("admin/accounts/staffmember/", form)
    handed = {one["username"]: one["password"] for one in answer.context["accounts"]}
    assert set(handed) == {"g001@north", "g002@north"} and "no-store" in answer["Cache-Control"]
    for name, password in handed.items():
        user = User.objects.get(username=name)
        assert (user.check_password(password), user.must_change_password) == (True, True)
    assert User.objects.get(pk=cast.li.user.pk).password == before, "who has a password keeps it"
    with hospital_scope(north):
        events = AuditEvent.objects.filter(verb="accounts.password.issue")
        assert set(events.values_list("object_id", flat=True)) == {str(one.pk) for one in made}
    assert admin.post("admin/accounts/staffmember/", form).context["accounts"] == []


def test_of_many_passwords_the_first_are_handed_out_and_the_rest_stays(
    admin: MountedClient, cast: Cast, north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert people.HANDED_OUT_AT_ONCE == 50
    monkeypatch.setattr(people, "HANDED_OUT_AT_ONCE", 2)
    with hospital_scope(north):
        sheet = [StaffRow(2, "段知微", "G001"), StaffRow(3, "苗若兰", "G002"), StaffRow(4, "关山月", "G003")]
        bring_staff(sheet, actor=actor_of(cast.he))
        made = list(StaffMember.objects.filter(staff_number__startswith="G00").values_list("pk", flat=True))
    form, told = {"action": "hand_out_passwords", "_selected_action": made}, "每次最多发放2个"
    first = admin.post("admin/accounts/staffmember/", form)
    assert (len(first.context["accounts"]), told in first.content.decode()) == (2, True)
    waiting = admin.get("admin/accounts/staffmember/?password=none").context["cl"].queryset
    with hospital_scope(north):
        assert waiting.count() == 1
    second = admin.post("admin/accounts/staffmember/", form)
    assert (len(second.context["accounts"]), told in second.content.decode()) == (1, False)


@pytest.mark.parametrize("change", ["removed", "exchanged", "kept"])
def test_taking_somebody_out_of_a_station_is_told(
    admin: MountedClient, cast: Cast, north: Hospital, change: str
) -> None:
    with hospital_scope(north):
        link = StaffStation.objects.get(staff=cast.feng)
        other = StationFactory(name="城西服务站")
    form = {"name": cast.feng.name, "staff_number": cast.feng.staff_number, "is_active": "on", **INLINES}
    form |= {"station_links-TOTAL_FORMS": 1, "station_links-INITIAL_FORMS": 1, "station_links-0-id": link.pk}
    form |= {"station_links-0-staff": cast.feng.pk, "station_links-0-station": link.station_id}
    if change == "removed":
        form["station_links-0-DELETE"] = "on"
    elif change == "exchanged":
        form["station_links-0-station"] = other.pk
    assert admin.post(f"admin/accounts/staffmember/{cast.feng.pk}/change/", form).status_code == 302
    with hospital_scope(north):
        told = AuditEvent.objects.filter(verb="accounts.station.leave").values_list("object_id", "detail")
        assert list(told) == ([] if change == "kept" else [(str(cast.feng.pk), {"station": link.station_id})])


# --- the pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_pages_hold_nothing_inline(admin: MountedClient, operator: Client, cast: Cast, language: str) -> None:
    """The browser's policy lets neither inline scripts nor inline styles through."""
    import re

    User.objects.update(language=language)
    pages = [admin.get(f"admin/{path}") for path in ("", "accounts/staffmember/", "accounts/staffmember/add/")]
    pages += [
        operator.get(path) for path in ("/platform/", "/platform/accounts/hospital/add/", "/platform/accounts/user/")
    ]
    for page in pages:
        text = page.content.decode()
        scripts = [
            tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "application/json" not in tag
        ]
        assert (page.status_code, scripts, re.findall(r"<style\b|\sstyle=|\son\w+=\"", text)) == (200, [], [])


def test_actor_of_the_security_officer_has_no_view_of_patients(cast: Cast) -> None:
    with override("en"):
        assert not any(
            actor_of(cast.holding(role)).can("patients.view")
            for role in ("hospital_admin", "security_officer", "auditor")
        )


def test_staff_of_south_are_not_staff_here(in_north: Hospital) -> None:
    assert StaffMemberFactory().hospital == in_north


def test_a_held_role_is_called_by_its_holder(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        assert str(cast.li.role_links.get()) == "李护士 责任护士"
        heads = [str(StaffRole._meta.get_field(name).verbose_name) for name in ("staff", "granted_by")]
    assert heads == ["员工", "授予人"]
