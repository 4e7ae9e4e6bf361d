"""Bringing staff from a sheet."""

import pytest
from django.utils.translation import override

from accounts.actors import actor_for
from accounts.domain.rights import decide_proposals, propose
from accounts.domain.staff import bring_staff
from accounts.domain.staff_shapes import StaffMade, StaffRow
from accounts.models import (
    AuditEvent,
    Department,
    Hospital,
    Role,
    RoleProposal,
    StaffDepartment,
    StaffMember,
    StaffRole,
    StaffStation,
    StaffWard,
    Station,
    User,
    Ward,
)
from accounts.role_words import SYNONYMS
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, actor_of, client_of

LI = StaffRow(2, "李静", "1001", "心内科", "心内一病区", "责任护士", "护师", "13800000001", "li@hospital.example")
WANG = StaffRow(3, "王强", "1002", "心内科", "", "科室主任、主管医师", username="wangqiang")


def roles_of(staff: StaffMember) -> list[str]:
    return sorted(staff.role_links.values_list("role__code", flat=True))


def test_sheet_makes_units_people_roles_and_accounts(in_north: Hospital) -> None:
    outcome = bring_staff([LI, WANG])
    assert (outcome.rows, outcome.created, outcome.departments_created, outcome.wards_created) == (2, 2, 1, 1)
    li, wang = StaffMember.objects.get(staff_number="1001"), StaffMember.objects.get(staff_number="1002")
    assert (li.name, li.title, li.phone, li.email) == ("李静", "护师", "13800000001", "li@hospital.example")
    assert (roles_of(li), roles_of(wang)) == (["nurse"], ["department_head", "physician"])
    assert li.ward_links.get().ward.name == "心内一病区"
    assert (li.department_links.get().is_head, wang.department_links.get().is_head) == (False, True)
    assert [(staff, row) for staff, _user, row in outcome.made.staff] == [(li.pk, 2), (wang.pk, 3)]
    assert (li.user.username, wang.user.username) == ("1001@north", "wangqiang")
    assert not any(user.has_usable_password() for user in User.objects.all()), "nobody can sign in yet"
    assert set(User.objects.values_list("must_change_password", flat=True)) == {True}
    assert AuditEvent.objects.filter(verb="accounts.role.grant").count() == 3


def test_repeating_a_sheet_changes_nothing(in_north: Hospital) -> None:
    bring_staff([LI, WANG])
    again = bring_staff([LI, WANG])
    assert (again.created, again.updated, again.unchanged, again.made, again.roles_granted) == (0, 0, 2, StaffMade(), 0)
    assert (StaffMember.objects.count(), Department.objects.count(), Ward.objects.count()) == (2, 1, 1)


def test_later_sheet_updates_and_adds_but_takes_nothing_away(in_north: Hospital) -> None:
    bring_staff([LI])
    later = bring_staff([StaffRow(2, "李静", "1001", "老年科", roles="护士长", title="主管护师")])
    li = StaffMember.objects.get()
    assert (later.updated, li.title, li.phone) == (1, "主管护师", "13800000001")
    assert roles_of(li) == ["head_nurse", "nurse"]
    assert sorted(li.department_links.values_list("department__name", flat=True)) == ["心内科", "老年科"]


def test_two_people_of_one_name_are_told_apart_by_number(in_north: Hospital) -> None:
    bring_staff([StaffRow(2, "张伟", "2001"), StaffRow(3, "张伟", "2002")])
    outcome = bring_staff([StaffRow(2, "张伟", roles="physician"), StaffRow(3, "张伟", "2002", roles="physician")])
    assert [problem.row for problem in outcome.problems] == [2]
    assert [roles_of(one) for one in StaffMember.objects.order_by("staff_number")] == [[], ["physician"]]


@pytest.mark.parametrize(
    ("row", "code", "value"),
    [
        (StaffRow(5, ""), "name_missing", None),
        (StaffRow(5, "赵新"), "staff_without_number", None),
        (StaffRow(5, "赵新", "1001"), "staff_number_taken", "1001"),
        (StaffRow(5, "赵新", "1009", ward="一病区"), "ward_without_department", None),
        (StaffRow(5, "赵新", "1009", roles="院士、主管医师"), "role_unknown", "院士"),
        (StaffRow(5, "赵新", "1009", email="nowhere"), "email_impossible", "nowhere"),
        (StaffRow(5, "赵新", "1009", username="a b"), "username_impossible", "a b"),
        (StaffRow(5, "赵新", "1009", username="1001@north"), "username_taken", "1001@north"),
        (StaffRow(5, "赵新", username="1001@north", title="护师"), "username_of_another", "1001@north"),
        (StaffRow(5, "赵新", "1009", department_code="Z9"), "department_code_unknown", "Z9"),
        (StaffRow(5, "赵新", "1009", "老年科", department_code="9" * 21), "department_code_unknown", "9" * 21),
    ],
)
def test_row_with_a_problem_is_left_out_and_the_rest_goes_in(
    in_north: Hospital, row: StaffRow, code: str, value: str | None
) -> None:
    bring_staff([LI])
    outcome = bring_staff([row, WANG])
    assert [(one.row, one.code, one.params.get("value")) for one in outcome.problems] == [(5, code, value)]
    assert sorted(StaffMember.objects.values_list("name", flat=True)) == ["李静", "王强"]


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("医师", "physician"),
        ("主治医生", "physician"),
        ("护士", "nurse"),
        ("病区护士长", "head_nurse"),
        ("主任", "department_head"),
        ("随访专员", "agent"),
        ("客服中心主任", "centre_manager"),
        ("信息科", "information_officer"),
        ("Doctor", "physician"),
    ],
)
def test_a_role_is_known_by_what_it_is_called_elsewhere(in_north: Hospital, word: str, role: str) -> None:
    bring_staff([StaffRow(2, "王强", "1002", roles=word)])
    assert roles_of(StaffMember.objects.get()) == [role]


def test_the_hospitals_own_name_of_a_role_comes_before_what_others_call_it(in_north: Hospital) -> None:
    Role.objects.filter(code="centre_manager").update(name="主任")
    bring_staff([StaffRow(2, "王强", "1002", roles="主任")])
    assert roles_of(StaffMember.objects.get()) == ["centre_manager"]


def test_a_word_that_no_role_bears_is_refused_with_those_that_are_known(in_north: Hospital) -> None:
    with override("zh-hans"):
        (problem,) = bring_staff([StaffRow(5, "赵新", "1009", roles="院长助理")]).problems
    assert problem.params["known"].startswith("客服专员、客户服务管理中心主任、主管医师、责任护士、护士长、科室主任、")


def test_no_word_means_two_roles() -> None:
    words = [word for synonyms in SYNONYMS.values() for word in synonyms]
    own = {shipped.name_zh for shipped in SHIPPED_ROLES.values()}
    assert (len(words), own.intersection(words)) == (len(set(words)), set())


def test_full_width_digits_and_blanks_are_the_same_number(in_north: Hospital) -> None:
    bring_staff([LI])
    assert bring_staff([StaffRow(2, " 李静 ", "１００１")]).unchanged == 1


def test_unconfirmed_department_is_confirmed_by_the_sheet(in_north: Hospital) -> None:
    Department.objects.create(name="心内科", is_confirmed=False)
    bring_staff([LI])
    assert Department.objects.get().is_confirmed is True


def test_user_name_alone_means_its_bearer_of_this_name_only(in_north: Hospital) -> None:
    bring_staff([WANG])
    bring_staff([StaffRow(2, "李静", username="wangqiang", title="主任医师", roles="责任护士")])
    assert (StaffMember.objects.get().title, roles_of(StaffMember.objects.get())) == (
        "",
        ["department_head", "physician"],
    )
    assert bring_staff([StaffRow(2, "王强", username="wangqiang", title="主任医师")]).updated == 1


def test_department_is_known_by_its_code(in_north: Hospital) -> None:
    heart = Department.objects.create(name="心血管内科", code="X1")
    Department.objects.create(name="老年科", code="X2")
    Department.objects.create(name="疼痛科")
    rows = [
        StaffRow(2, "李静", "1001", ward="一病区", department_code="X1"),
        StaffRow(3, "王强", "1002", "心内科", department_code="X1"),
        StaffRow(4, "赵新", "1003", "老年科", department_code="X1"),
        StaffRow(5, "钱多", "1004", "老年科", department_code="X9"),
        StaffRow(6, "孙行", "1005", "疼痛科", department_code="X7"),
        StaffRow(7, "周全", "1006", "睡眠科", department_code="X8"),
    ]
    outcome = bring_staff(rows)
    assert [(one.row, one.code) for one in outcome.problems] == [
        (4, "department_code_of_another"),
        (5, "department_code_of_another"),
    ]
    places = StaffDepartment.objects.order_by("staff__staff_number").values_list("staff__name", "department__name")
    assert list(places) == [("李静", heart.name), ("王强", heart.name), ("孙行", "疼痛科"), ("周全", "睡眠科")]
    assert (Department.objects.get(name="睡眠科").code, Ward.objects.get().department) == ("X8", heart)
    assert bring_staff([StaffRow(2, "周全", "1006", department_code="X8")]).unchanged == 1


def test_station_is_made_and_worked_at(in_north: Hospital) -> None:
    Station.objects.create(name="柳溪站")
    rows = [StaffRow(2, "李静", "1001", station="柳溪站"), StaffRow(3, "王强", "1002", station="听松站")]
    first, again = bring_staff(rows), bring_staff(rows)
    assert (first.stations_created, again.stations_created, again.unchanged) == (1, 0, 2)
    links = StaffStation.objects.order_by("staff__staff_number").values_list("staff__name", "station__name")
    assert list(links) == [("李静", "柳溪站"), ("王强", "听松站")]


@pytest.mark.parametrize(
    ("roles", "ward", "is_head", "heads"),
    [
        ("主管医师", "", True, (True, None)),
        ("主管医师", "一病区", True, (True, False)),
        ("责任护士", "一病区", True, (False, True)),
        ("护士长", "一病区", False, (False, False)),
        ("科室主任", "", False, (False, None)),
        ("护士长", "一病区", None, (False, True)),
        ("责任护士", "", True, (True, None)),
    ],
)
def test_sheet_says_who_is_head(
    in_north: Hospital, roles: str, ward: str, is_head: bool | None, heads: tuple[bool, bool | None]
) -> None:
    bring_staff([StaffRow(2, "李静", "1001", "心内科", ward, roles, is_head=is_head)])
    on_ward = StaffWard.objects.first()
    assert (StaffDepartment.objects.get().is_head, on_ward and on_ward.is_head) == heads


def test_head_of_nothing_and_head_by_somebody_who_may_not_are_remarks(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        nothing = bring_staff([StaffRow(2, "李静", "1001", is_head=True)])
        assert [(one.row, one.code) for one in nothing.remarks] == [(2, "head_of_nothing")]
        row = StaffRow(3, cast.chen.name, cast.chen.staff_number, "心内科", is_head=True)
        refused = bring_staff([row], actor=actor_of(cast.he))
        assert [(one.row, one.code) for one in refused.remarks] == [(3, "head_not_taken")]
        assert cast.chen.department_links.get().is_head is False
        assert (bring_staff([row]).updated, cast.chen.department_links.get().is_head) == (1, True)


def test_account_known_at_another_hospital_is_never_linked_by_a_sheet(north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        bring_staff([StaffRow(2, "王强", "77", username="wangqiang")])
    with hospital_scope(north):
        outcome = bring_staff([WANG])
        assert [(one.code, one.params) for one in outcome.problems] == [("username_taken", {"value": "wangqiang"})]
        assert StaffMember.objects.count() == 0


def test_account_that_is_nobodys_yet_is_linked_by_user_name_and_name(in_north: Hospital) -> None:
    User.objects.create_user("wangqiang", name="王强")
    other = bring_staff([StaffRow(2, "王小强", "1003", username="wangqiang")])
    linked = bring_staff([WANG])
    assert (linked.created, [user for _staff, user, _row in linked.made.staff], len(other.problems)) == (1, [None], 1)
    assert User.objects.count() == 1


def test_information_officer_cannot_raise_himself_or_make_administrators(cast: Cast, north: Hospital) -> None:
    officer = actor_of(cast.he)
    rows = [
        StaffRow(2, cast.he.name, cast.he.staff_number, roles="主管医师"),
        StaffRow(3, "新管理", "3001", roles="系统管理员"),
        StaffRow(4, "新医师", "3002", roles="主管医师"),
    ]
    with hospital_scope(north):
        outcome = bring_staff(rows, actor=officer)
        assert [problem.row for problem in outcome.problems] == [2, 3]
        assert roles_of(cast.he) == ["information_officer"]
        assert not StaffRole.objects.filter(staff__name="新医师").exists()
        assert RoleProposal.objects.get(staff__name="新医师").proposed_by == cast.he


def test_roles_of_a_sheet_wait_for_the_security_officer(cast: Cast, north: Hospital) -> None:
    sheet = [
        StaffRow(2, "新医师", "3002", "心内科", roles="主管医师"),
        StaffRow(3, cast.wang.name, cast.wang.staff_number, "老年科", roles="科室主任、主管医师"),
    ]
    with hospital_scope(north):
        first, again = (bring_staff(sheet, actor=actor_of(cast.he)) for _time in range(2))
        assert (first.roles_granted, first.roles_proposed, again.unchanged) == (0, 2, 2)
        invented = StaffMember.objects.get(name="新医师")
        assert actor_for(invented.user, hospital=north) is None
        assert cast.wang.department_links.get(department__name="老年科").is_head is False
        waiting = list(RoleProposal.objects.order_by("id").values_list("pk", flat=True))
    officer = client_of(cast.an)
    assert officer.get("rights/").context["proposals"].count() == 2
    officer.post("rights/proposed/", {"picked": waiting[:1], "act": "grant"})
    officer.post("rights/proposed/", {"picked": waiting[1:], "act": "refuse"})
    with hospital_scope(north):
        assert StaffRole.objects.get(staff=invented).granted_by == cast.an
        assert (roles_of(cast.wang), RoleProposal.objects.count()) == (["department_head"], 0)
        verbs = AuditEvent.objects.filter(verb__prefix="accounts.role.").order_by("id").values_list("verb", flat=True)
        assert list(verbs)[-4:] == [f"accounts.role.{verb}" for verb in ("propose", "propose", "grant", "refuse")]


def test_nobody_decides_what_he_proposed_or_about_himself(cast: Cast, north: Hospital) -> None:
    officer = actor_of(cast.an)
    with hospital_scope(north):
        agent = Role.objects.get(code="agent")
        propose(cast.li, agent, actor=officer)
        propose(cast.an, agent, actor=actor_of(cast.he))
        waiting = list(RoleProposal.objects.values_list("pk", flat=True))
        assert decide_proposals(waiting, is_granted=True, actor=officer) == 0
        assert RoleProposal.objects.count() == 2


def test_information_officer_decides_nothing(cast: Cast) -> None:
    assert client_of(cast.he).post("rights/proposed/", {"act": "grant"}).status_code == 403


def test_inactive_person_is_not_brought_back_by_a_sheet(in_north: Hospital) -> None:
    bring_staff([LI])
    StaffMember.objects.update(is_active=False)
    assert [problem.row for problem in bring_staff([LI]).problems] == [2]
