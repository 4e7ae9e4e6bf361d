"""What the people of a demo hospital keep of their lists: tags, saved views, a bulk edit, a record in the bin, and an
export that waits for approval.
"""

import datetime as dt

from accounts import lists
from accounts.actors import Actor
from accounts.domain import bulk, exports
from accounts.domain.bins import put_in_bin
from accounts.domain.saved_views import save_view
from accounts.models import Hospital, Role
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.people import create_person
from patients.domain.tags import make_tag, tag_people
from patients.models import Patient

TAGS = ("高血压俱乐部", "造口之家", "希望中文短信", "行动不便")
VIEWS = (
    ("A重点客户", "tier=A", ["name", "sex", "tier", "department", "phone", "visit"], "hospital", ""),
    ("联系已停止", "tier=stopped", ["name", "sex", "department", "phone", "visit"], "role", "agent"),
)
EVERY = 40


def keep(hospital: Hospital, manager: Actor, agent: Actor, *, now: dt.datetime) -> None:
    """A few of each, so that every page shows something."""
    entry = lists.lists["people"]
    with hospital_scope(hospital):
        people = list(Patient.objects.callable().order_by("pk")[: EVERY * len(TAGS)])
        for place, name in enumerate(TAGS):
            tag = make_tag(name, actor=manager)
            tag_people(people[place::7][:EVERY], tag, actor=agent, now=now)
        for name, query, columns, shared, code in VIEWS:
            role = Role.objects.get(code=code) if code else None
            save_view(entry, name=name, query=query, columns=columns, shared=shared, role=role, actor=manager)
        mistake = create_person({"name": "王误建", "kind": "prospect"}, actor=agent)
        put_in_bin(mistake, reason="登记时重复建档", actor=agent, now=now)
        exports.ask(
            entry,
            query="tier=A",
            columns=["name", "department", "phone", "visit"],
            format="xlsx",
            reason="向医务科提交A级随访名单",
            row_limit=800,
            actor=manager,
            now=now,
        )
        picked = [person.public_id for person in people[:EVERY]]
        edit = bulk.choose(entry, act="people.category", picked=picked, query="", actor=manager, now=now)
        bulk.start(edit, {"value": "specialty"}, actor=manager, now=now)
    bulk.run(hospital, edit.pk, now=now)
