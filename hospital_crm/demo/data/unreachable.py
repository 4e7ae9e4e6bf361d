"""People whom nobody reaches: tried rung by rung, until they may be reported lost."""

import datetime as dt
import random

from accounts.actors import Actor
from followups.domain import lost
from followups.domain.execution import Result
from followups.models import FollowUpOrder, Outcome
from hospital_crm.tenancy.together import read_together
from patients.domain import reach

ONE_IN = 40
EVIDENCE = "多日不同时段均未接通，按规定逐项尝试后登记失访。"
_HOURS = {"morning": (9.2, 10.5, 11.2), "afternoon": (14.3, 15.1, 16.4), "evening": (18.2, 18.6, 19.3)}
_UNREACHED = (Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.SWITCHED_OFF)


def is_unreachable(order: FollowUpOrder) -> bool:
    """Whether this is one of those people."""
    return order.patient_id % ONE_IN == 0


def next_try(order: FollowUpOrder, *, day: dt.date, actor: Actor, chance: random.Random) -> tuple[float, Result]:
    """What is tried next, and at what hour; lost where nothing is missing any more."""
    if order.patient_id % (2 * ONE_IN) == 0:
        _has_daughter(order, actor)
    read = read_together(**lost.lost_lists(order, day))
    missing = [rung.code for rung in lost.rungs_from(order, read) if rung.state == lost.RungState.MISSING]
    part = next((code for code in missing if code in _HOURS), "morning")
    hour = chance.choice(_HOURS[part])
    if not missing:
        return hour, Result(outcome=Outcome.LOST, note=EVIDENCE)
    if missing[0] == "family":
        number = next(one for one in lost.family_numbers(read["numbers"], read["family"]) if one.may_be_dialled)
        return hour, Result(outcome=Outcome.NO_ANSWER, contact_point=number.point, relation=number.relation)
    if missing[0] == "in_person":
        return hour, Result(outcome=chance.choice((Outcome.NOBODY_HOME, Outcome.LETTER_SENT)))
    return hour, Result(outcome=chance.choice(_UNREACHED))


def _has_daughter(order: FollowUpOrder, actor: Actor) -> None:
    daughter = {"name": f"{order.patient.name[0]}小宁", "kind": "女儿", "may_be_told": "condition"}
    reach.add_relation(order.patient, {**daughter, "phone": f"1383{order.patient_id:07d}"}, actor=actor)
