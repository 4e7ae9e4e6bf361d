"""Making a hospital: the row, its settings, the shipped roles; apps above add theirs (`signals.hospital_created`)."""

from django.db import connection, transaction

from accounts import audit
from accounts.models import Hospital, HospitalSettings, Role, User
from accounts.roles import SHIPPED_ROLES
from accounts.signals import hospital_created
from hospital_crm.tenancy.scope import hospital_scope


@transaction.atomic
def create_hospital(
    slug: str,
    name: str,
    *,
    short_name: str = "",
    language: str = "zh-hans",
    timezone: str = "Asia/Shanghai",
    host_name: str = "",
) -> Hospital:
    """A hospital with the default roles, protocol and settings, and no people in it.

    Leaves a platform event without an operator: a command makes it. Refuses, with ValidationError by field: an address
    that is taken, reserved or ill-formed, a host name that is taken, an unknown time zone or language.
    """
    hospital = Hospital(
        slug=slug, name=name, short_name=short_name, language=language, timezone=timezone, host_name=host_name.lower()
    )
    hospital.full_clean()
    hospital.save()
    audit.record_platform("platform.hospital.add", hospital, operator=None)
    furnish(hospital)
    return hospital


def furnish(hospital: Hospital) -> None:
    """Gives a hospital that was just saved its settings and shipped roles, and lets the apps above give theirs."""
    with hospital_scope(hospital):
        HospitalSettings.objects.create()
        install_roles()
        hospital_created.send(sender=Hospital, hospital=hospital)
        audit.record("accounts.hospital.create", hospital, after={"slug": hospital.slug})


def install_roles() -> None:
    """Adds the shipped roles that the hospital in scope lacks; bundles it has adjusted stay as they are."""
    present = set(Role.objects.values_list("code", flat=True))
    Role.objects.bulk_create(
        Role(code=code, name=shipped.name_zh, capabilities=sorted(shipped.capabilities), rank=rank)
        for rank, (code, shipped) in enumerate(SHIPPED_ROLES.items(), start=1)
        if code not in present
    )


def hospitals_of_user(user: User) -> list[Hospital]:
    """The active hospitals where this account works and holds a role, by name.

    Asked outside every hospital, where no staff row is visible, so a function of the tables' owner answers.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from hospitals_of_user(%s)", [user.pk])
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Hospital.objects.filter(pk__in=ids).order_by("name")) if ids else []
