"""Loads the demo by the doors a hospital uses: staff sheet, discharge list, planning, execution, review."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from accounts.actors import Actor, actor_for
from accounts.calendar import today
from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital, StaffMember, User
from hospital_crm.demo.accounts import Account, write_accounts
from hospital_crm.demo.console import Bar, step
from hospital_crm.demo.data import (
    campaigns,
    clinical,
    consents,
    diagnoses,
    doubles,
    feeds,
    history,
    incidents,
    labels,
    lists,
    members,
    messages,
    post,
    privacy,
    records,
    stations,
    systems,
    turns,
    units,
    viewings,
)
from hospital_crm.demo.data.staff import DEMO_PASSWORD, bring_demo_staff
from hospital_crm.demo.data.stays import stays, write_discharge_lists
from hospital_crm.demo.data.wards import NORTH, OFFICE, OFFICE_SOUTH, SOUTH, DemoDepartment
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file

SIZES = {"small": 2_000, "medium": 100_000, "large": 1_000_000}
SOUTH_PEOPLE = 120
SEED = 20261121


@dataclass(frozen=True)
class DemoHospital:
    """One of the two hospitals."""

    slug: str
    name: str
    short_name: str
    departments: tuple[DemoDepartment, ...]
    office: dict[str, tuple[str, ...]]


HOSPITALS = (
    DemoHospital("north", "清屿市第一人民医院", "清屿一院", NORTH, OFFICE),
    DemoHospital("south", "南荻县人民医院", "南荻县医院", SOUTH, OFFICE_SOUTH),
)


def load(size: str, *, now: dt.datetime) -> None:
    """Both hospitals; the northern one with the people of `size`. Ends by writing down the accounts to try."""
    accounts: list[Account] = []
    for index, plan in enumerate(HOSPITALS):
        people = SIZES[size] if plan.slug == "north" else SOUTH_PEOPLE
        accounts += load_hospital(plan, people=people, now=now, seed=SEED + index)
    User.objects.create_superuser("operator", DEMO_PASSWORD, name="平台运维")
    accounts.append(
        Account(hospital="platform", role="operator", name="平台运维", username="operator", password=DEMO_PASSWORD)
    )
    write_accounts(settings.DATA_DIR, size, accounts)


def load_hospital(plan: DemoHospital, *, people: int, now: dt.datetime, seed: int) -> list[Account]:
    """One hospital from nothing to months of follow-up."""
    hospital = create_hospital(plan.slug, plan.name, short_name=plan.short_name)
    day = today(hospital, now)
    with step(f"{plan.short_name}: staff"):
        accounts = bring_demo_staff(hospital, plan.departments, plan.office)
    _import_stays(hospital, plan, people=people, day=day, seed=seed)
    with step(f"{plan.short_name}: health checks"), translation.override(hospital.language):
        clinical.bring_checks(hospital, people=people, day=day, now=now, seed=seed)
    with step(f"{plan.short_name}: table of diagnoses"):
        diagnoses.bring_table(hospital, now=now)
    with step(f"{plan.short_name}: units"), hospital_scope(hospital):
        units.make_units(holder_of("liaison", hospital), today=day, seed=seed)
    with step(f"{plan.short_name}: community stations"):
        stations.assign_people(hospital, now=now)
    with step(f"{plan.short_name}: lists"):
        with hospital_scope(hospital):
            manager, agent = holder_of("centre_manager", hospital), holder_of("agent", hospital)
        lists.keep(hospital, manager, agent, now=now)
    with step(f"{plan.short_name}: tiers and orders of these stays"):
        history.begin(hospital, people=people, now=now)
    with step(f"{plan.short_name}: months of follow-up"):
        past = history.relive(hospital, people=people, now=now, seed=seed)
        turns.take_turns(past, now=now)
        stations.hand_out_visits(hospital, now=now)
    with step(f"{plan.short_name}: groups and stages of people"):
        labels.give_past(hospital, today=day, seed=seed, told=Bar())
        with hospital_scope(hospital):
            members.make_members(manager, today=day, now=now, seed=seed)
        labels.label_people(hospital, agent=agent, now=now, seed=seed, bar=Bar)
    with step(f"{plan.short_name}: segments"):
        labels.fill_segments(hospital, now=now, told=Bar())
    if plan.slug == "north":
        with step(f"{plan.short_name}: messages of a feed"):
            feeds.send_messages(hospital, now=now)
            clinical.tell_of_stays(hospital, now=now)
    with step(f"{plan.short_name}: what staff wrote around records"):
        with hospital_scope(hospital):
            agent, physician = holder_of("agent", hospital), holder_of("physician", hospital)
        records.write_around(hospital, agent=agent, physician=physician, now=now, seed=seed)
    with step(f"{plan.short_name}: messages to people"):
        messages.write_to_people(hospital, agent=agent, now=now)
    with step(f"{plan.short_name}: unusual viewing"), hospital_scope(hospital):
        viewings.make_viewings(now=now)
    with step(f"{plan.short_name}: articles and campaigns"):
        campaigns.run(hospital, agent=agent, manager=manager, now=now)
    with step(f"{plan.short_name}: people who are on record twice"):
        doubles.make_doubles(hospital, now=now)
    with step(f"{plan.short_name}: consents"):
        consents.decide(hospital, manager=manager, agent=agent, now=now)
    with step(f"{plan.short_name}: requests, systems and incidents"):
        _give_officers_work(hospital, manager=manager, agent=agent, now=now)
    return accounts


def _give_officers_work(hospital: Hospital, *, manager: Actor, agent: Actor, now: dt.datetime) -> None:
    """What the security officer, the information officer and the administrator find on their pages."""
    with hospital_scope(hospital):
        officer, informatics = holder_of("security_officer", hospital), holder_of("information_officer", hospital)
    privacy.ask_for_data(hospital, manager=manager, officer=officer, now=now)
    systems.join_systems(hospital, manager=manager, officer=officer, informatics=informatics, now=now)
    incidents.look_into(hospital, officer=officer, agent=agent, now=now)
    with hospital_scope(hospital):
        admin = holder_of("hospital_admin", hospital)
    post.set_up(hospital, admin=admin, manager=manager, now=now)


def _import_stays(hospital: Hospital, plan: DemoHospital, *, people: int, day: dt.date, seed: int) -> None:
    """The discharge lists, written and then brought in through the importer, with bars that tell how far each is."""
    with tempfile.TemporaryDirectory() as folder:
        with step(f"{plan.short_name}: list of {people:,} people"):
            rows = stays(departments=plan.departments, people=people, today=day, seed=seed, told=Bar())
            written = write_discharge_lists(Path(folder), rows)
        for number, path in enumerate(written, start=1):
            which = f", list {number} of {len(written)}" if len(written) > 1 else ""
            with (
                step(f"{plan.short_name}: these people and their stays{which}"),
                translation.override(hospital.language),
            ):
                bring_in_file(hospital, path, now=timezone.now(), told=Bar())


def holder_of(role_code: str, hospital: Hospital) -> Actor:
    """The first member of staff holding a role, acting in it."""
    staff = StaffMember.objects.active().holding(role_code).select_related("user").order_by("pk")[0]
    actor = actor_for(staff.user, hospital=hospital, role_code=role_code)
    if actor is None:
        raise LookupError(f"nobody holds {role_code}")
    return actor
