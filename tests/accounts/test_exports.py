"""Exports: right, reason, limit; approval by another; safe files; a link that expires; every fetch on record."""

import csv
import datetime as dt
import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from accounts.actors import Actor
from accounts.domain import export_files, exports
from accounts.models import AccessLog, AuditEvent, Export, Hospital, StaffRole
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.domain.people_list import PEOPLE
from tests.cast import Cast, MountedClient, actor_of, client_of, give_second_factor
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


def ask(actor: Actor, **given: Any) -> Export:
    values = {"query": "", "columns": ["name", "phone", "number"], "format": "csv", "reason": "回访名单核对"}
    return exports.ask(PEOPLE, actor=actor, now=NOW, **{**values, "row_limit": 100, **given})


def made(hospital: Hospital, export: Export, now: dt.datetime = NOW) -> Export:
    export_files.make(hospital, export.pk, now=now)
    export.refresh_from_db()
    return export


def content(export: Export, actor: Actor, now: dt.datetime = NOW) -> bytes:
    return b"".join(exports.fetch(export, actor=actor, now=now))


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_small_export_is_made_at_once_masked_and_marked(in_north: Hospital, actor: ActorOf) -> None:
    PatientFactory(name="王小明", phone="13800005678", mrn="0012345678")
    manager = actor("centre_manager")
    export = made(in_north, ask(manager))
    assert (export.state, export.rows, export.expires_at) == ("ready", 1, NOW + dt.timedelta(days=1))
    rows = lines(content(export, manager))
    assert rows[1:3] == [["姓名", "电话", "病案号"], ["王*明", "138****5678", "0012****78"]]
    mark, who = rows[0][0], f"钱主任 {manager.staff.staff_number}".strip()
    assert mark == rows[-1][0]
    assert mark == (
        f"北方医院 导出编号{export.number}，{who}于2026-06-01 10:00导出，用途：回访名单核对。含个人信息，不得外传。"
    )


def test_every_fetch_stands_in_the_access_log_with_everybody(in_north: Hospital, actor: ActorOf) -> None:
    people = [PatientFactory(), PatientFactory()]
    export = made(in_north, ask(actor("centre_manager")))
    for _time in range(2):
        content(export, actor("centre_manager"))
    logged = AccessLog.objects.filter(kind="export")
    assert [sorted(row.patient_ids) for row in logged] == [[people[0].pk, people[1].pk]] * 2
    assert {row.purpose for row in logged} == {"回访名单核对"}


@pytest.mark.parametrize(
    ("role", "given"),
    [
        ("agent", {}),
        ("centre_manager", {"reason": "  "}),
        ("centre_manager", {"row_limit": 0}),
        ("centre_manager", {"row_limit": exports.MOST_ROWS + 1}),
    ],
)
def test_asking_is_refused(in_north: Hospital, actor: ActorOf, role: str, given: dict) -> None:
    with pytest.raises(exports.ExportError):
        ask(actor(role), **given)
    assert Export.objects.count() == 0


def test_the_sixth_open_export_is_refused(in_north: Hospital, actor: ActorOf) -> None:
    for _time in range(5):
        ask(actor("centre_manager"), row_limit=501)
    with pytest.raises(exports.ExportError):
        ask(actor("centre_manager"), row_limit=501)


@pytest.mark.parametrize("given", [{"row_limit": 501}, {"is_whole": True}])
def test_large_and_whole_exports_wait_for_the_security_officer(in_north: Hospital, actor: ActorOf, given: dict) -> None:
    PatientFactory(name="王小明", phone="13800005678")
    manager, officer = actor("centre_manager"), actor("security_officer")
    export = ask(manager, **given)
    assert (export.state, export_files.make(in_north, export.pk, now=NOW)) == ("asked", False)
    with pytest.raises(exports.ExportError):
        exports.decide(export, is_allowed=True, actor=manager, now=NOW)
    exports.decide(export, is_allowed=True, actor=officer, now=NOW)
    export = made(in_north, export)
    name = "王小明" if given.get("is_whole") else "王*明"
    assert lines(content(export, manager))[2][0] == name
    with pytest.raises(exports.ExportError):
        exports.decide(export, is_allowed=False, note="x", actor=officer, now=NOW)


def test_who_asked_never_allows_it_whatever_the_roles(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    export = ask(actor("centre_manager"), row_limit=501)
    export.asked_by = cast.an
    export.save()
    with pytest.raises(exports.ExportError):
        exports.decide(export, is_allowed=True, actor=actor("security_officer"), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(decided_by=cast.an)


def test_the_database_refuses_a_large_export_that_nobody_allowed(in_north: Hospital, actor: ActorOf) -> None:
    export = ask(actor("centre_manager"), row_limit=501)
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(state="queued")


def test_refusing_needs_a_word_and_tells_who_asked(in_north: Hospital, actor: ActorOf) -> None:
    export, officer = ask(actor("centre_manager"), row_limit=501), actor("security_officer")
    with pytest.raises(exports.ExportError):
        exports.decide(export, is_allowed=False, actor=officer, now=NOW)
    exports.decide(export, is_allowed=False, note="范围太大", actor=officer, now=NOW)
    export.refresh_from_db()
    assert (export.state, export.decision_note) == ("refused", "范围太大")
    told = Message.objects.get()
    assert (told.staff_id, told.link) == (export.asked_by_id, ["accounts:exports"])


def test_an_export_never_has_more_rows_than_it_was_allowed(in_north: Hospital, actor: ActorOf) -> None:
    for _time in range(5):
        PatientFactory()
    export = made(in_north, ask(actor("centre_manager"), row_limit=3))
    rows = lines(content(export, actor("centre_manager")))
    assert (export.rows, len(export.people), len(rows)) == (3, 3, 7)
    assert rows[5] == ["列表未完，本次导出限3行。"]


def test_rows_come_in_parts_and_in_order(in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "PART_ROWS", 2)
    people = [
        PatientFactory(name=f"王{sign}", last_visit_on=dt.date(2026, 5, n + 1)) for n, sign in enumerate("甲乙丙丁戊")
    ]
    export = made(in_north, ask(actor("centre_manager"), is_whole=False))
    assert export.people == [person.pk for person in reversed(people)]


def test_the_file_runs_no_formula_and_keeps_zeros(in_north: Hospital, actor: ActorOf) -> None:
    PatientFactory(name="=1+1", region="@SUM(A1)", mrn="00123", source="=HYPERLINK(1)")
    columns = ["region", "source", "number"]
    text = made(in_north, ask(actor("centre_manager"), columns=columns))
    assert lines(content(text, actor("centre_manager")))[2] == ["'@SUM(A1)", "0***3", "'=HYPERLINK(1)"]
    book = made(in_north, ask(actor("centre_manager"), columns=columns, format="xlsx"))
    data = content(book, actor("centre_manager"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[2] == ["@SUM(A1)", "0***3", "=HYPERLINK(1)"]
    assert b"<f>" not in data


def test_the_link_expires_and_the_file_goes(in_north: Hospital, actor: ActorOf, settings: Any) -> None:
    PatientFactory()
    manager, export = actor("centre_manager"), made(in_north, ask(actor("centre_manager")))
    folder = settings.PRIVATE_FILES_DIR / str(in_north.pk) / "exports"
    assert [path.name for path in folder.iterdir()] == [export.stored_as]
    later = NOW + dt.timedelta(hours=24)
    with pytest.raises(exports.ExportError):
        content(export, manager, later)
    with transaction.atomic():
        assert (exports.expire(NOW), exports.expire(later), exports.expire(later)) == (0, 1, 0)
    export.refresh_from_db()
    assert (export.state, export.stored_as, len(export.people)) == ("gone", "", 1)


def test_an_export_is_for_who_asked_alone(in_north: Hospital, actor: ActorOf) -> None:
    export = made(in_north, ask(actor("centre_manager")))
    with pytest.raises(exports.ExportError):
        content(export, actor("agent"))
    assert list(Export.objects.visible_to(actor("agent"))) == []


def test_a_role_that_was_taken_away_makes_no_file(in_north: Hospital, actor: ActorOf) -> None:
    export = ask(actor("centre_manager"))
    StaffRole.objects.all().delete()
    export = made(in_north, export)
    assert (export.state, export.error, export.stored_as) == ("failed", "rights", "")


def test_making_twice_makes_one_file(in_north: Hospital, actor: ActorOf) -> None:
    export = ask(actor("centre_manager"))
    assert [export_files.make(in_north, export.pk, now=NOW) for _time in range(2)] == [True, False]
    assert AuditEvent.objects.filter(verb="accounts.export.make").count() == 1


def test_what_a_killed_worker_left_in_the_clear_is_swept(settings: Any, tmp_path: Any) -> None:
    import os

    left = tmp_path / settings.CLEAR_FILES / "exports" / "left"
    left.mkdir(parents=True)
    (left / "list").write_text("x")
    assert export_files.sweep_unfinished() == 0
    os.utime(left, (time.time() - 120,) * 2)
    assert (export_files.sweep_unfinished(), left.exists()) == (1, False)


def fresh(client: MountedClient) -> MountedClient:
    """The browser of somebody who has just entered the code of the second factor."""
    session = client.session
    user_id = str(client.session["_auth_user_id"])
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session["account_authentication_methods_user"] = user_id
    session.save()
    return client


@pytest.fixture
def manager_client(cast: Cast) -> MountedClient:
    give_second_factor(cast.qian.user)
    return fresh(client_of(cast.qian))


FORM = {"reason": "核对", "row_limit": "10", "format": "csv", "columns": ["name", "region"]}


def test_page_asks_makes_and_answers_with_the_file(
    north: Hospital, manager_client: MountedClient, django_capture_on_commit_callbacks: Any
) -> None:
    with hospital_scope(north):
        PatientFactory(name="王小明", region="柳溪区")
    assert manager_client.get("lists/people/export/?region=柳溪区").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert manager_client.post("lists/people/export/?region=柳溪区", FORM).status_code == 302
    with hospital_scope(north):
        export = Export.objects.get()
    page = manager_client.get("exports/").content.decode()
    assert f"/north/exports/{export.public_id}/file/" in page
    answer = manager_client.get(f"exports/{export.public_id}/file/")
    assert (answer["Content-Disposition"], lines(answer.content)[2]) == (
        f'attachment; filename="{export.number}.csv"',
        ["王*明", "柳溪区"],
    )


def test_without_a_fresh_second_factor_nothing_is_asked_or_fetched(north: Hospital, cast: Cast) -> None:
    client = client_of(cast.qian)
    assert client.get("lists/people/export/")["Location"] == client.url("mfa_activate_totp")
    give_second_factor(cast.qian.user)
    assert client.get("lists/people/export/")["Location"].startswith(client.url("mfa_reauthenticate") + "?next=")
    assert client.post("lists/people/export/", FORM).status_code == 302
    with hospital_scope(north):
        assert Export.objects.count() == 0


def test_the_code_alone_confirms_and_who_pressed_a_button_is_told_that_nothing_was_done(
    north: Hospital, cast: Cast, actor: ActorOf
) -> None:
    with hospital_scope(north):
        export = ask(actor("centre_manager"), row_limit=501)
    client = client_of(cast.an)
    decided = client.post(
        f"exports/{export.public_id}/decide/", {"act": "allow", "back": client.url("accounts:export-queue")}
    )
    assert decided["Location"].endswith("?next=%2Fnorth%2Fexports%2Fapprove%2F")
    page = client.get(decided["Location"].removeprefix("/north/")).content.decode()
    assert "尚未办理" in page
    assert client.url("account_reauthenticate") not in page
    give_second_factor(cast.qian.user)
    asked = client_of(cast.qian).post("lists/people/export/?region=柳溪区", FORM)
    assert "next=%2Fnorth%2Flists%2Fpeople%2Fexport%2F" in asked["Location"]


def test_what_was_chosen_before_the_code_is_kept_once_and_carried_out_by_the_button_alone(
    north: Hospital, cast: Cast, actor: ActorOf
) -> None:
    with hospital_scope(north):
        other, export = (ask(actor("centre_manager"), row_limit=501) for _n in range(2))
    client = client_of(cast.an)
    page = client.get("exports/approve/").content.decode()
    back = f"/north/exports/approve/#e{export.number}"
    assert f'name="back" value="{back}"' in page and "autofocus" not in page
    pressed = client.post(f"exports/{export.public_id}/decide/", {"act": "refuse", "note": "行数过多", "back": back})
    assert pressed["Location"].endswith(f"?next=%2Fnorth%2Fexports%2Fapprove%2F%23e{export.number}")
    assert fresh(client).get(client.url("patients:requests-waiting")).status_code == 200  # takes nothing
    page = client.get("exports/approve/").content.decode()
    own = page.split(f'id="e{export.number}"')[1].split("</section>")[0]
    assert "已保留" in own and 'value="行数过多"' in own
    assert 'value="refuse" autofocus' in own and page.count("autofocus") == 1
    with hospital_scope(north):
        assert set(Export.objects.values_list("state", flat=True)) == {"asked"}, "coming back changes nothing"
    assert "autofocus" not in client.get("exports/approve/").content.decode()
    assert other.number in page


def test_an_export_that_was_asked_for_before_the_code_is_filled_in_again(north: Hospital, cast: Cast) -> None:
    give_second_factor(cast.qian.user)
    client = client_of(cast.qian)
    assert client.post("lists/people/export/?region=柳溪区", FORM).status_code == 302
    page = fresh(client).get("lists/people/export/?region=柳溪区")
    assert page.status_code == 200 and 'value="核对"' in page.content.decode()
    with hospital_scope(north):
        assert Export.objects.count() == 0


def test_bad_input_is_told_beside_the_field(manager_client: MountedClient) -> None:
    assert manager_client.post("lists/people/export/", {**FORM, "reason": ""}).status_code == 422
    assert manager_client.post("lists/people/export/", {**FORM, "row_limit": "60000"}).status_code == 422


def test_officer_decides_in_the_queue(north: Hospital, cast: Cast, actor: ActorOf) -> None:
    with hospital_scope(north):
        export = ask(actor("centre_manager"), row_limit=501, query="region=柳溪区")
    client = fresh(client_of(cast.an))
    page = client.get("exports/approve/").content.decode()
    assert "地区：柳溪区" in page and "回访名单核对" in page
    client.post(f"exports/{export.public_id}/decide/", {"note": "不必要"})
    with hospital_scope(north):
        export.refresh_from_db()
    assert export.state == "asked"
    client.post(f"exports/{export.public_id}/decide/", {"act": "refuse", "note": "不必要"})
    with hospital_scope(north):
        export.refresh_from_db()
    assert (export.state, export.decided_by_id) == ("refused", cast.an.pk)


@pytest.mark.parametrize(
    ("path", "role"),
    [("exports/", "agent"), ("lists/people/export/", "agent"), ("exports/approve/", "centre_manager")],
)
def test_pages_are_refused_without_the_capability(cast: Cast, path: str, role: str) -> None:
    assert client_of(cast.holding(role)).get(path).status_code == 403


def test_exports_of_another_hospital_do_not_exist(
    north: Hospital, south: Hospital, zhao: Any, manager_client: MountedClient, cast: Cast
) -> None:
    with hospital_scope(south):
        export = ask(actor_of(zhao), row_limit=501)
    assert manager_client.get(f"exports/{export.public_id}/file/").status_code == 404
    assert fresh(client_of(cast.an)).post(f"exports/{export.public_id}/decide/", {"act": "allow"}).status_code == 404


def test_wrong_methods_are_refused(manager_client: MountedClient, north: Hospital, actor: ActorOf) -> None:
    with hospital_scope(north):
        export = ask(actor("centre_manager"))
    assert manager_client.post("exports/").status_code == 405
    assert manager_client.post(f"exports/{export.public_id}/file/").status_code == 405


def test_list_of_exports_asks_the_same_for_one_and_three(
    north: Hospital, manager_client: MountedClient, actor: ActorOf, django_assert_max_num_queries: Any
) -> None:
    from tests.patients.test_pages import count_queries

    with hospital_scope(north):
        ask(actor("centre_manager"), row_limit=501)
    manager_client.get("exports/")
    one = count_queries(manager_client, "exports/")
    with hospital_scope(north):
        for _time in range(2):
            ask(actor("centre_manager"), row_limit=501)
    assert count_queries(manager_client, "exports/") == one
