"""The roles every hospital starts with (PRODUCT §1): code, name, and the bundle of capabilities it may then adjust."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

_IDENTITY = ("patients.list", "patients.view")
_PEOPLE = (*_IDENTITY, "patients.care")
_CARE = (
    *_PEOPLE,
    "patients.clinical",
    "patients.facts",
    "patients.unmask",
    "patients.report_death",
    "patients.members",
    "content.view",
    "followups.work",
    "followups.complete",
)


_ADMINISTERING = ("admin.", "security.", "audit.")


class ShippedRole(NamedTuple):
    """A role as shipped. `sees` names the rule of visibility: all, orders, attended, ward, department, units, station,
    none.
    """

    name: object
    name_zh: str
    sees: str
    capabilities: tuple[str, ...]


def administers(capabilities: Iterable[str]) -> bool:
    """Whether who holds these administers the hospital, its rights or its trail (三员), whatever the role is called:
    then a second factor is demanded, and nobody but the security officer grants it.
    """
    return any(one.startswith(_ADMINISTERING) for one in capabilities)


SHIPPED_ROLES: dict[str, ShippedRole] = {
    "agent": ShippedRole(
        _("Service agent"),
        "客服专员",
        "all",
        (
            *_PEOPLE,
            "patients.edit",
            "patients.unmask",
            "patients.stop_contact",
            "patients.report_death",
            "patients.segments",
            "patients.classification",
            "patients.members",
            "messaging.view",
            "content.view",
            "content.edit",
            "campaigns.view",
            "campaigns.edit",
            "followups.work",
            "followups.complete",
            "groups.view",
        ),
    ),
    "centre_manager": ShippedRole(
        _("Service centre manager"),
        "客户服务管理中心主任",
        "all",
        (
            *_PEOPLE,
            "patients.edit",
            "patients.edit_many",
            "patients.tags",
            "patients.unmask",
            "patients.stop_contact",
            "patients.report_death",
            "patients.confirm_death",
            "patients.segments",
            "patients.segments_manage",
            "patients.classification",
            "patients.label_rules",
            "patients.members",
            "patients.memberships",
            "patients.membership_levels",
            "patients.merge",
            "patients.hold",
            "patients.erase",
            "privacy.requests",
            "privacy.approve",
            "messaging.view",
            "messaging.settle",
            "content.view",
            "content.edit",
            "content.approve",
            "campaigns.view",
            "campaigns.edit",
            "campaigns.approve",
            "followups.work",
            "followups.complete",
            "followups.dispatch",
            "followups.review",
            "followups.protocols",
            "followups.quality",
            "groups.view",
            "groups.edit",
            "reports.hospital",
            "lists.share",
            "exports.make",
            "api.tokens",
        ),
    ),
    "physician": ShippedRole(
        _("Attending physician"),
        "主管医师",
        "attended",
        (*_CARE, "followups.raise_tier", "followups.lower_tier", "patients.confirm_death"),
    ),
    "nurse": ShippedRole(_("Nurse"), "责任护士", "ward", (*_CARE, "followups.raise_tier")),
    "head_nurse": ShippedRole(
        _("Head nurse"), "护士长", "ward", (*_CARE, "followups.raise_tier", "followups.ward", "patients.confirm_death")
    ),
    "department_head": ShippedRole(
        _("Department head"),
        "科室主任",
        "department",
        (
            *_CARE,
            "followups.raise_tier",
            "followups.lower_tier",
            "followups.supervise",
            "followups.dispatch",
            "patients.confirm_death",
            "patients.segments",
            "content.edit",
            "reports.department",
        ),
    ),
    "medical_affairs": ShippedRole(
        _("Medical affairs"),
        "医务科",
        "orders",
        (
            *_PEOPLE,
            "patients.clinical",
            "patients.confirm_death",
            "patients.segments",
            "content.view",
            "content.edit",
            "content.approve",
            "campaigns.view",
            "campaigns.approve",
            "followups.quality",
            "followups.protocols",
            "reports.hospital",
        ),
    ),
    "hospital_leader": ShippedRole(_("Hospital leader"), "院领导", "none", ("reports.hospital",)),
    "information_officer": ShippedRole(
        _("Information officer"),
        "信息科专员",
        "all",
        (
            *_PEOPLE,
            "patients.merge",
            "integrations.import",
            "integrations.mappings",
            "integrations.import_staff",
            "api.tokens",
        ),
    ),
    "liaison": ShippedRole(
        _("Group liaison"),
        "团体客户专员",
        "units",
        (*_IDENTITY, "content.view", "groups.view", "groups.edit", "exports.make"),
    ),
    "station_staff": ShippedRole(
        _("Station staff"), "社区服务站人员", "station", (*_PEOPLE, "followups.work", "followups.complete")
    ),
    "hospital_admin": ShippedRole(_("Hospital administrator"), "系统管理员", "none", ("admin.organisation",)),
    "security_officer": ShippedRole(
        _("Security officer"),
        "安全管理员",
        "none",
        (
            *("admin.roles", "security.rights", "security.viewings", "security.incidents"),
            *("exports.approve", "exports.make", "privacy.approve"),
        ),
    ),
    "auditor": ShippedRole(_("Auditor"), "审计员", "none", ("audit.read", "security.incidents", "exports.make")),
}


def sees_of(role_code: str) -> str:
    """The rule of visibility of a role: all, orders, attended, ward, department, units, station, none; none for a role
    of the hospital's own.
    """
    shipped = SHIPPED_ROLES.get(role_code)
    return shipped.sees if shipped else "none"
