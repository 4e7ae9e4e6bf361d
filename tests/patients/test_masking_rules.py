"""The masking rules as the security officer reads them: what the pages do, said in words."""

from collections.abc import Callable

import pytest
from django.utils.translation import override

from accounts.models import Hospital, Role
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import masking_rules
from patients.domain.field_rules import FIELDS, Rule, reader_of
from tests.cast import Cast, MountedClient, actor_of
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]

CENTRE = ["完整", "脱敏，有未结工作或说明用途后完整", "脱敏，说明用途后逐项显示"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("agent", [*CENTRE, "完整", "仅有未结工作时显示"]),
        ("physician", [*CENTRE, "完整", "完整"]),
        ("information_officer", ["完整", "脱敏", "脱敏", "完整", "不显示"]),
        ("liaison", ["完整", "脱敏", "脱敏", "不显示", "不显示"]),
        ("auditor", []),
    ],
)
def test_each_role_is_told_as_its_pages_show_it(in_north: Hospital, role: str, expected: list[str]) -> None:
    with override("zh-hans"):
        (row,) = masking_rules.roles(Role.objects.filter(code=role))
        assert [str(words) for _group, words in row.groups] == expected
        assert (row.opens, row.role.code) == (bool(expected), role)


def test_rules_follow_the_rights_of_the_role(in_north: Hospital) -> None:
    Role.objects.filter(code="agent").update(capabilities=["patients.view", "patients.clinical", "followups.work"])
    with override("zh-hans"):
        (row,) = masking_rules.roles(Role.objects.filter(code="agent"))
        assert [str(words) for _group, words in row.groups] == [
            *("完整", "脱敏，有未结工作时完整", "脱敏", "不显示", "完整"),
        ]


def test_what_is_told_is_what_a_reader_without_work_is_shown(cast: Cast, north: Hospital) -> None:
    full, masked, hidden = "完整", "脱敏", "不显示"
    with hospital_scope(north), override("zh-hans"):
        patient = PatientFactory()
        for member in (cast.sun, cast.chen, cast.he, cast.wang, cast.tang):
            actor = actor_of(member)
            (row,) = masking_rules.roles(Role.objects.filter(code=actor.role_code))
            for rule, (_label, words) in zip(Rule, row.groups, strict=True):
                shows = {reader_of(actor, patient).shows(name).value for name, its in FIELDS.items() if its is rule}
                first = str(words).partition("，")[0].replace("仅有未结工作时显示", hidden)
                assert shows == {{full: "full", masked: "masked", hidden: "hidden"}[first]}, (member.name, rule)


def test_every_field_and_every_mask_has_words(client_as: ClientAs, in_north: Hospital) -> None:
    page = client_as("security_officer").get("patients/masking/")
    assert sum(len(names) for _group, names in page.context["fields"]) == len(FIELDS)
    body = page.content.decode()
    for words in ("张*三", "138****5678", "110***********123X", "过敏", "脱敏规则"):
        assert words in body, words
    assert "/north/rights/" in body
    for role in ("agent", "hospital_admin", "auditor"):
        assert client_as(role).get("patients/masking/").status_code == 403
