"""Every page that shows a person, to whichever role and in whichever way it is asked for, leaves a row in the access
log.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AccessLog, Hospital
from accounts.roles import SHIPPED_ROLES
from followups.models import FollowUpOrder, Review
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.masking import mask_name
from patients.models import Encounter, Membership, Patient
from tests.cast import Cast, MountedClient
from tests.followups.scene import order_of, submitted_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.walks.addresses import Address, Tried, filled, may_open
from tests.walks.rows import fill
from tests.walks.test_urls import HOSPITAL_PAGES, is_public

pytestmark = [pytest.mark.tenancy, pytest.mark.timeout(600)]

NAME = "欧阳小窗"
# They show a form or lead elsewhere, and nothing of a person.
SHOW_NOBODY = {
    *("patients:newer", "patients:older", "patients:strategy"),
    *(f"patients:{name}" for name in ("level", "service", "service-new", "standard")),
    *(f"patients:{name}" for name in ("visit-step", "visit-step-new", "visit-step-skip")),
}
ONLY_POSTED = {
    *(f"patients:{name}" for name in ("tag", "untag", "tag-close", "put-back")),
    *(f"patients:{name}" for name in ("unmask", "phone", "note", "relation", "station", "pick")),
    "patients:label-give-back",
    "patients:request-decide",
    *("patients:identifier", "patients:consent-new", "patients:consent-heard", "patients:consent-link"),
    "patients:consent-give-up",
    *(f"patients:{name}-change" for name in ("phone", "relation", "identifier")),
    *(f"patients:{name}" for name in ("note-pin", "note-unpin", "note-withdraw", "task-close", "file-remove")),
    "patients:similar",
    *(
        f"patients:{name}"
        for name in ("visit-step-done", "visit-step-undo", "member-thread-read", "membership-take-back")
    ),
    *(f"followups:{name}" for name in ("decide", "file", "start", "record", "draft", "kept", "undo-reassign")),
}


# A file, a pair, a union or a flag is shown whose rows are bare in this walk; the tests of these pages ask for theirs.
TRIED_ELSEWHERE = {
    *("patients:file", "patients:request-file", "patients:union", "patients:duplicate-dismiss"),
    *("patients:viewing-answer", "patients:consent-evidence", "followups:undo-review"),
}


@pytest.fixture
def scene(north: Hospital, cast: Cast) -> None:
    """Somebody with a stay, an order that Dr Chen holds, a result that was sent and drawn, a run on hold and one whose
    end is proposed, and a unit; then a row in every table, and Dr Chen looks after the member.
    """
    with hospital_scope(north):
        order = order_of(cast, cast.chen, attending=cast.chen, patient__name=NAME)
        Encounter.objects.update(attending=cast.chen, ward=order.ward, department=order.department)
        sent = submitted_of(cast, cast.chen, run=order.run, occurrence=2)
        month = sent.due_on.replace(day=1)
        Review.objects.create(
            order=sent, kind=Review.Kind.SAMPLE, verdict=Review.Verdict.PENDING, at=timezone.now(), sample_month=month
        )
        order_of(cast, cast.chen, attending=cast.chen, run__state="suspended")
        order_of(cast, cast.chen, attending=cast.chen, run__end_proposed_at=timezone.now())
        GroupMemberFactory(group=GroupCustomerFactory(owner=cast.tang), patient=order.patient)
    fill(north)
    with hospital_scope(north):
        Membership.objects.update(contact=cast.chen, deputy=None)


def names_of(hospital: Hospital) -> set[str]:
    """What tells of a person on a page: the masked name, and the identifiers that lead to the record."""
    with hospital_scope(hospital):
        people = [mask_name(name) for name in Patient.objects.values_list("name", flat=True)]
        return set(people) | {
            str(value)
            for model in (Patient, Encounter, FollowUpOrder)
            for value in model.objects.values_list("public_id", flat=True)
        }


def routes(address: Address, hospital: Hospital) -> Iterator[str]:
    """A page with each identifier that may be meant, and a list with an order open beside it."""
    with hospital_scope(hospital):
        orders = [str(one) for one in FollowUpOrder.objects.values_list("public_id", flat=True)]
    one_order = address.name.startswith("followups:") and "<uuid:public_id>" in address.route
    of_orders = [address.route.replace("<uuid:public_id>", one) for one in orders] if one_order else []
    for route in {*of_orders, *filled(address, hospital, at_most=20)}:
        yield f"/{hospital.slug}/{route}"
        if not address.converters and address.name.startswith("followups:"):
            yield from (f"/{hospital.slug}/{route}?order={one}" for one in orders)


def newest_view(after: int) -> int:
    """The newest row; those that came after are put an hour back, so that no view is covered by one just before."""
    with connection.cursor() as cursor:
        cursor.execute("update accounts_accesslog set at = at - interval '1 hour' where id > %s returning id", [after])
        return max((number for (number,) in cursor.fetchall()), default=after)


@dataclass
class Walk:
    """What the walk has met: the pages that showed somebody, and the views that left no row."""

    tells: set[str]
    tried: Tried
    shown: set[str] = field(default_factory=set)
    unseen: list[str] = field(default_factory=list)
    last: int = 0

    def look(self, client: MountedClient, role: str, page: Address, url: str) -> None:
        """Opens a page whole and as a part; notes whether it showed somebody, and whether that left a row."""
        if self.tried.is_known(role, page, url):
            return
        for headers in ({}, {"HX-Request": "true"}):
            self.last = newest_view(self.last)
            answer = client.get(url, headers=headers)
            self.tried.learn(role, page, answer)
            if answer.status_code != 200:
                return
            path, _mark, query = url.partition("?order=")
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            if not any(word in path or (word in text and word != query) for word in self.tells):
                return
            self.shown.add(page.name)
            if not AccessLog._base_manager.filter(id__gt=self.last).exists():
                self.unseen.append(f"{role} {url} {'as a part' if headers else ''}".strip())


def test_every_view_of_a_person_leaves_a_row(
    north: Hospital, scene: None, client_as: Callable[[str], MountedClient]
) -> None:
    walk, clients = Walk(names_of(north), Tried(north)), {role: client_as(role) for role in SHIPPED_ROLES}
    for page in HOSPITAL_PAGES:
        if is_public(page) or page.name in SHOW_NOBODY:
            continue
        urls = list(routes(page, north))
        for role in (role for role in SHIPPED_ROLES if may_open(role, page)):
            for url in urls:
                walk.look(clients[role], role, page, url)
    assert not walk.unseen, "\n".join(walk.unseen)
    assert {address.name for address in HOSPITAL_PAGES if names_a_person(address)} - walk.shown <= TRIED_ELSEWHERE


def names_a_person(address: Address) -> bool:
    """A page about one person, stay or order that answers GET: the walk must have met it."""
    about = address.name.startswith(("patients:", "followups:")) and bool(address.converters)
    return about and address.name not in SHOW_NOBODY | ONLY_POSTED
