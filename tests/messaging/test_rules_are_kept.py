"""Weeks of a hospital played by chance: whatever is queued, planned, refused, called and sent in whatever order, nobody
is written to against a refusal, out of hours, on a day without contact, or a third time in seven days.
"""

import datetime as dt
import random
import zoneinfo
from collections import defaultdict

import pytest

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from messaging import purposes
from messaging.domain import planning, touches
from messaging.domain.outbox import enqueue
from messaging.gateways.base import Outcome
from messaging.models import Message, Reason, State, Touch
from messaging.recipients import ToPerson
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW, BlackoutDayFactory
from tests.patients.factories import ConsentFactory, ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# Purpose → the consent it asks for, whether it goes until refused, its hours, whether it counts as an approach.
KINDS = {
    "test.care": ("care", True, (8, 21), True),
    "test.satisfaction": ("satisfaction", True, (8, 21), True),
    "test.education": ("education", False, (9, 20), True),
    "test.marketing": ("marketing_mail", False, (9, 20), True),
    "test.points": ("points", False, (9, 20), True),
    "test.appointment": ("care", True, (8, 21), False),
    "test.own_request": (None, True, (0, 24), False),
    "test.safety": (None, True, (0, 24), False),
}
CARE = {"test.care", "test.satisfaction", "test.appointment", "test.own_request", "test.safety"}
ANSWERS = (
    *[Outcome(State.HANDED_OVER)] * 5,
    Outcome(State.PLANNED, Reason.POSTPONED),
    Outcome(State.FAILED, Reason.REFUSED),
    Outcome(State.UNKNOWN, Reason.NO_ANSWER),
)


class Weeks:
    """What happens by chance, and what the test itself remembers of it."""

    def __init__(self, seed: int, north, send) -> None:
        self.chance, self.north, self.send, self.now, self.number = random.Random(seed), north, send, NOW, 0
        self.allowed: dict[tuple[int, str], bool] = {}
        self.blackouts: list[tuple[dt.date, dt.date, bool]] = []
        self.approaches: dict[int, list[dt.date]] = defaultdict(list)
        self.sent = 0
        with hospital_scope(north):
            HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
            self.people = [PatientFactory() for _place in range(3)]
            for person in self.people:
                ContactPointFactory(patient=person, system="email", value=f"p{person.pk}@person.invalid")

    def queue(self) -> None:
        """Somebody wants to write."""
        self.number += 1
        begins = self.now + self.chance.randint(-20, 120) * HOUR
        enqueue(
            purpose=self.chance.choice(sorted(KINDS)),
            recipient=ToPerson(self.chance.choice(self.people)),
            channel="email",
            template="test",
            key=f"k{self.number}",
            not_before=self.chance.choice([None, begins]),
            not_after=self.chance.choice([None, None, begins + self.chance.randint(1, 200) * HOUR]),
            now=self.now,
        )

    def decide(self) -> None:
        """A person allows or refuses something."""
        person = self.chance.choice(self.people)
        kind = self.chance.choice(sorted({one[0] for one in KINDS.values() if one[0]}))
        says = self.chance.random() < 0.7
        ConsentFactory(
            patient=person,
            purpose=kind,
            channel="email",
            decision="granted" if says else "withdrawn",
            said_by="guardian" if says else "staff",  # a no of the person's own would stand against the next yes
            at=self.now,
        )
        self.allowed[person.pk, kind] = says

    def close(self) -> None:
        """Days without contact are entered."""
        first = (self.now + self.chance.randint(0, 6) * DAY).date()
        last, stops_all = first + self.chance.randint(0, 2) * DAY, self.chance.random() < 0.5
        BlackoutDayFactory(first_on=first, last_on=last, stops="all" if stops_all else "marketing")
        self.blackouts.append((first, last, stops_all))

    def call(self) -> None:
        """Somebody is called: a further attempt, which is no approach."""
        self.number += 1
        touches.note(
            person=self.chance.choice(self.people), channel="phone", purpose="test.care", is_approach=False,
            is_call=True, source="test", source_id=self.number, at=self.now,
        )  # fmt: skip

    def plan(self) -> None:
        """The planner looks at everybody."""
        planning.replan([person.pk for person in self.people], now=self.now)

    def go(self) -> None:
        """A turn of sending, checked by what the test knows."""
        gateway = ScriptedGateway(*self.chance.choices(ANSWERS, k=20))
        answers = list(gateway.answers)
        self.send(gateway, at=self.now)
        with hospital_scope(self.north):
            rows = {str(row.public_id): row for row in Message.objects.all()}
        for letter, answer in zip(gateway.taken, answers, strict=False):
            self.check(rows[letter.reference], answer)

    def check(self, message: Message, answer: Outcome) -> None:
        """This one left now."""
        consent, until_refused, (first, end), is_approach = KINDS[message.purpose]
        here = self.now.astimezone(ZONE)
        self.sent += 1
        assert consent is None or self.allowed.get((message.person_id, consent), until_refused)
        assert first <= here.hour < end
        if message.purpose not in ("test.own_request", "test.safety"):
            for begins, ends, stops_all in self.blackouts:
                assert not (begins <= here.date() <= ends and (stops_all or message.purpose not in CARE))
        if is_approach:
            days = self.approaches[message.person_id]
            for start in (here.date() - back * DAY for back in range(7)):
                assert sum(start <= day < start + 7 * DAY for day in days) < 2
            if answer.state in (State.HANDED_OVER, State.UNKNOWN):
                days.append(here.date())


@pytest.mark.parametrize("seed", range(4))
def test_weeks_by_chance_break_no_cap_no_hour_and_no_refusal(north, send, seed):
    weeks = Weeks(seed, north, send)
    verbs = [weeks.queue] * 6 + [weeks.decide] * 2 + [weeks.plan] * 2 + [weeks.call]
    for turn in range(60):
        with hospital_scope(north):
            for verb in weeks.chance.choices(verbs, k=weeks.chance.randint(0, 4)):
                verb()
            if turn in (10, 30):
                weeks.close()
        weeks.now += weeks.chance.choice([1, 3, 8, 12]) * HOUR
        weeks.go()
    with hospital_scope(north):
        kept = Touch.objects.filter(is_approach=True).order_by("pk").values_list("person_id", "day")
        assert sorted(kept) == sorted((pk, day) for pk, days in weeks.approaches.items() for day in days)
    assert weeks.sent > 20
    assert all(purposes.get(one).approach == KINDS[one][3] for one in KINDS)
