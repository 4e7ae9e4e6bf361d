"""Facts of the organisation: hospitals, their units and calendar, people who work there, what was done and seen."""

from accounts.models.audit import AccessLog, AuditEvent, LoginFailure, PlatformEvent, RowChange
from accounts.models.exports import Export
from accounts.models.hospital import CalendarDay, Department, Hospital, HospitalSettings, Station, StationArea, Ward
from accounts.models.incidents import Incident, IncidentPerson
from accounts.models.lists import BulkEdit, BulkEditRow, ColumnChoice, SavedView
from accounts.models.numbers import NumberSeries
from accounts.models.public_link import PublicLink, PublicLinkOpening
from accounts.models.renewals import Renewal
from accounts.models.seals import AuditPurge, AuditSeal, PlatformPurge, PlatformSeal
from accounts.models.staff import (
    Absence,
    Role,
    RoleProposal,
    StaffDepartment,
    StaffMember,
    StaffRole,
    StaffStation,
    StaffWard,
)
from accounts.models.tokens import ApiAnswer, ApiToken
from accounts.models.user import User

__all__ = [
    "Absence",
    "AccessLog",
    "ApiAnswer",
    "ApiToken",
    "AuditEvent",
    "AuditPurge",
    "AuditSeal",
    "BulkEdit",
    "BulkEditRow",
    "CalendarDay",
    "ColumnChoice",
    "Department",
    "Export",
    "Hospital",
    "HospitalSettings",
    "Incident",
    "IncidentPerson",
    "LoginFailure",
    "NumberSeries",
    "PlatformEvent",
    "PlatformPurge",
    "PlatformSeal",
    "PublicLink",
    "PublicLinkOpening",
    "Renewal",
    "Role",
    "RoleProposal",
    "RowChange",
    "SavedView",
    "StaffDepartment",
    "StaffMember",
    "StaffRole",
    "StaffStation",
    "StaffWard",
    "Station",
    "StationArea",
    "User",
    "Ward",
]
