"""The cast of the tests: who works at hospital North, who at South, and how they come to a page.

Members are made when they are first asked for. Names and numbers are invented.
"""

from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor, actor_for
from accounts.domain.hospitals import create_hospital
from accounts.models import Department, Hospital, HospitalSettings, Role, StaffMember, Station, Ward
from accounts.roles import SHIPPED_ROLES, administers
from hospital_crm.tenancy.middleware import mounted_at
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import (
    StaffDepartmentFactory,
    StaffMemberFactory,
    StaffRoleFactory,
    StaffStationFactory,
    StaffWardFactory,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CARDIOLOGY, SURGERY = "心内科", "普外科"
CARDIOLOGY_WARD, SURGERY_WARD = "心内一病区", "普外一病区"


class Part(NamedTuple):
    """A member of the cast: roles in order of rank, and where."""

    name: str
    roles: tuple[str, ...]
    department: str = ""
    ward: str = ""
    is_head: bool = False


PARTS = {
    "li": Part("李护士", ("nurse",), CARDIOLOGY, CARDIOLOGY_WARD),
    "chen": Part("陈医师", ("physician",), CARDIOLOGY),
    "xu": Part("许医师", ("physician",), SURGERY),
    "wang": Part("王主任", ("department_head",), CARDIOLOGY, is_head=True),
    "zhou": Part("周护士长", ("head_nurse",), CARDIOLOGY, CARDIOLOGY_WARD, is_head=True),
    "sun": Part("孙客服", ("agent",)),
    "qian": Part("钱主任", ("centre_manager",)),
    "he": Part("何信息", ("information_officer",)),
    "ma": Part("马医务", ("medical_affairs",)),
    "gao": Part("高院长", ("hospital_leader",)),
    "tang": Part("唐专员", ("liaison",)),
    "feng": Part("冯站员", ("station_staff",)),
    "deng": Part("邓管理", ("hospital_admin",)),
    "an": Part("安全员", ("security_officer",)),
    "shen": Part("沈审计", ("auditor",)),
}
BY_ROLE = {role: key for key, part in reversed(PARTS.items()) for role in part.roles}
ZHAO = Part("赵医师", ("centre_manager", "physician"), CARDIOLOGY)


def north_stands() -> Hospital:
    """Hospital North, which is built where it is not."""
    return Hospital.objects.filter(slug="north").first() or build_north()


def build_north() -> Hospital:
    """Hospital North, furnished, without people. It calls at any hour, because pages go by the real clock."""
    hospital = create_hospital("north", "北方医院", short_name="北院")
    with hospital_scope(hospital):
        HospitalSettings.objects.update(care_from_hour=0, care_until_hour=24)
    return hospital


def south_stands() -> Hospital:
    """Hospital South, which is built where it is not."""
    found = Hospital.objects.filter(slug="south").first()
    return found or create_hospital("south", "南方医院", short_name="南院")


class MountedClient(Client):
    """A browser signed in at one hospital: a path without a leading slash lies under that hospital."""

    def __init__(self, hospital: Hospital, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.hospital = hospital

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        """Every request passes here."""
        full = path if path.startswith(("/", "http")) else f"/{self.hospital.slug}/{path}"
        return super().generic(method, full, *args, **kwargs)

    def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """GET, with the hospital before a relative path (the base class splits the address before `generic`)."""
        full = path if path.startswith(("/", "http")) else f"/{self.hospital.slug}/{path}"
        return super().get(full, *args, **kwargs)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The path of one of the hospital's pages."""
        with mounted_at(f"/{self.hospital.slug}/", settings.HOSPITAL_URLCONF):
            return reverse(name, urlconf=settings.HOSPITAL_URLCONF, args=args, kwargs=kwargs)


class Cast:
    """The people of one hospital, by name (`cast.li`) or by role (`cast.holding("nurse")`)."""

    def __init__(self, hospital: Hospital, parts: dict[str, Part] = PARTS) -> None:
        self.hospital = hospital
        self._parts = parts
        self._staff: dict[str, StaffMember] = {}

    def __getattr__(self, key: str) -> StaffMember:
        if key.startswith("_") or key not in self._parts:
            raise AttributeError(key)
        if key not in self._staff:
            with hospital_scope(self.hospital):
                self._staff[key] = hire(f"{key}.{self.hospital.slug}", self._parts[key])
        return self._staff[key]

    def holding(self, role_code: str) -> StaffMember:
        """The member of the cast with this role."""
        return getattr(self, BY_ROLE[role_code])


def hire(username: str, part: Part) -> StaffMember:
    """A member of staff of the hospital in scope, with account, roles and places, which are made where missing."""
    staff = StaffMemberFactory(name=part.name, user__username=username, user__name=part.name)
    for code in part.roles:
        StaffRoleFactory(staff=staff, role=Role.objects.get(code=code))
        if administers(SHIPPED_ROLES[code].capabilities):
            give_second_factor(staff.user)
    if part.department:
        department = Department.objects.get_or_create(name=part.department)[0]
        StaffDepartmentFactory(staff=staff, department=department, is_head=part.is_head and not part.ward)
        if part.ward:
            ward = Ward.objects.get_or_create(name=part.ward, department=department)[0]
            StaffWardFactory(staff=staff, ward=ward, is_head=part.is_head)
    if "station_staff" in part.roles:
        StaffStationFactory(staff=staff, station=Station.objects.get_or_create(name="城东服务站")[0])
    return staff


def give_second_factor(user: Any) -> None:
    """An activated authenticator application, so that the account may enter what demands one."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt("JBSWY3DPEHPK3PXP")}}
    )


def actor_of(staff: StaffMember, role_code: str | None = None) -> Actor:
    """The actor of a member of staff, in this role or the first."""
    with hospital_scope(staff.hospital):
        actor = actor_for(staff.user, hospital=staff.hospital, role_code=role_code)
    assert actor is not None
    return actor


def client_of(staff: StaffMember) -> MountedClient:
    """A browser in which this member of staff has signed in."""
    client = MountedClient(staff.hospital)
    client.force_login(staff.user, backend=BACKEND)
    return client
