"""One plain factory per model of accounts. Rows of a hospital are made inside its scope."""

import datetime as dt
import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import models

PASSWORD = "North-gate-2026"


class HospitalFactory(DjangoModelFactory):
    """A bare hospital without roles or settings; `create_hospital` makes a furnished one."""

    class Meta:
        model = models.Hospital

    slug = factory.Sequence(lambda n: f"hospital-{n}")
    name = factory.Sequence(lambda n: f"第{n}医院")


class UserFactory(DjangoModelFactory):
    """An account that signs in with PASSWORD."""

    class Meta:
        model = models.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"员工{n}")
    password = factory.django.Password(PASSWORD)


class DepartmentFactory(DjangoModelFactory):
    """A department."""

    class Meta:
        model = models.Department

    name = factory.Sequence(lambda n: f"科室{n}")


class WardFactory(DjangoModelFactory):
    """A ward with a department of its own."""

    class Meta:
        model = models.Ward

    name = factory.Sequence(lambda n: f"病区{n}")
    department = factory.SubFactory(DepartmentFactory)


class StationFactory(DjangoModelFactory):
    """A community station."""

    class Meta:
        model = models.Station

    name = factory.Sequence(lambda n: f"服务站{n}")


class CalendarDayFactory(DjangoModelFactory):
    """A day off that only this hospital has."""

    class Meta:
        model = models.CalendarDay

    day = dt.date(2026, 6, 1)
    is_working = False
    name = "院庆"


class RoleFactory(DjangoModelFactory):
    """A role of the hospital's own making; shipped roles come with `create_hospital`."""

    class Meta:
        model = models.Role

    code = factory.Sequence(lambda n: f"role{n}")
    name = factory.Sequence(lambda n: f"角色{n}")


class StaffMemberFactory(DjangoModelFactory):
    """Somebody who works here, with an account of his own and no role."""

    class Meta:
        model = models.StaffMember

    user = factory.SubFactory(UserFactory)
    name = factory.SelfAttribute("user.name")
    staff_number = factory.Sequence(lambda n: f"G{n:05d}")


class StaffDepartmentFactory(DjangoModelFactory):
    """Somebody works in a department."""

    class Meta:
        model = models.StaffDepartment

    staff = factory.SubFactory(StaffMemberFactory)
    department = factory.SubFactory(DepartmentFactory)


class StaffWardFactory(DjangoModelFactory):
    """Somebody nurses on a ward."""

    class Meta:
        model = models.StaffWard

    staff = factory.SubFactory(StaffMemberFactory)
    ward = factory.SubFactory(WardFactory)


class StationAreaFactory(DjangoModelFactory):
    """A street that a station serves."""

    class Meta:
        model = models.StationArea

    station = factory.SubFactory(StationFactory)
    name = factory.Sequence(lambda n: f"听松街道{n}社区")


class StaffStationFactory(DjangoModelFactory):
    """Somebody works at a station."""

    class Meta:
        model = models.StaffStation

    staff = factory.SubFactory(StaffMemberFactory)
    station = factory.SubFactory(StationFactory)


class StaffRoleFactory(DjangoModelFactory):
    """Somebody holds a role."""

    class Meta:
        model = models.StaffRole

    staff = factory.SubFactory(StaffMemberFactory)
    role = factory.SubFactory(RoleFactory)


class AbsenceFactory(DjangoModelFactory):
    """A week of leave with nobody covering."""

    class Meta:
        model = models.Absence

    staff = factory.SubFactory(StaffMemberFactory)
    starts_on = dt.date(2026, 6, 1)
    ends_on = dt.date(2026, 6, 7)


class ApiTokenFactory(DjangoModelFactory):
    """A token that waits for the security officer."""

    class Meta:
        model = models.ApiToken

    name = "总机"
    staff = factory.SubFactory(StaffMemberFactory)
    role = factory.SubFactory(RoleFactory)
    scopes = ["patients.read"]
    reason = "电话系统对接"
    asked_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=90))


class PublicLinkFactory(DjangoModelFactory):
    """A link whose token nobody knows."""

    class Meta:
        model = models.PublicLink

    kind = "preferences"
    object_id = factory.Sequence(lambda n: 900_000_000 + n)  # no row that a test makes
    token_hash = factory.LazyFunction(lambda: uuid.uuid4().hex)
    made_at = factory.LazyFunction(timezone.now)
