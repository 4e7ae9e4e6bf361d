"""Who is written to, and why everybody else is not: one statement over the whole segment, which answers for each
person as `messaging.domain.permission` answers for one. Hours and days without contact only delay, and leave nobody
out.

In the order of that question: death, the bin, a stop, a doubt of death; consent; address; stopped address; budget.
Campaigns rest on consents alone, so that who was never asked has not allowed it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.calendar import today
from campaigns.domain import kinds
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign, CampaignRecipient
from hospital_crm.tenancy.scope import required_hospital
from messaging import purposes
from messaging.domain import permission
from messaging.domain.contact_rules import APPROACHES, IN_DAYS
from messaging.models import Reason
from messaging.purposes import Purpose
from patients.domain.consents_in_sql import DECIDED
from patients.domain.numbers_in_sql import OWN
from patients.domain.phones import MOBILE
from patients.domain.segments import compiling, keeping, rules
from patients.domain.segments.rules import Rule
from patients.domain.staging import fetched
from patients.models import ContactPoint, Patient

COUNT_MS, ASK_MS = 20_000, 3_000
_TIMED_OUT = "57014"
Answer = TypeVar("Answer")
_SYSTEM = {"email": "email", "sms": "phone", "wechat": "wechat"}
_ADDRESS = f"""
select distinct on (c.patient_id) c.patient_id, c.value
  from patients_contactpoint c join asked k on k.id = c.patient_id and k.is_asked
 where c.hospital_id = %(hospital)s and c.system = %(system)s and {OWN.format(day="%(day)s")}
   and c.number_state <> all(%(unusable)s)
 order by c.patient_id, c.rank, c.id
"""
_POSTAL_ADDRESS = """
select p.id as patient_id, p.address as value
  from patients_patient p join asked k on k.id = p.id and k.is_asked
 where p.hospital_id = %(hospital)s and p.address <> ''
"""
_DECIDED = DECIDED.format(purpose="%(consent)s", channel="%(channel)s")
# The most approaches of any seven days in a row that hold the day.
_WINDOWS = ", ".join(
    f"count(*) filter (where t.day - %(day)s between {first} and {first + IN_DAYS - 1})"
    for first in range(1 - IN_DAYS, 1)
)
_APPROACHED = f"""
select t.person_id as patient_id from messaging_touch t
 where t.hospital_id = %(hospital)s and t.is_approach and t.person_id is not null
   and t.day > %(day)s - {IN_DAYS} and t.day < %(day)s + {IN_DAYS}
 group by t.person_id having greatest({_WINDOWS}) >= {APPROACHES}
"""  # noqa: S608 - numbers of ours
# Addresses are looked up for those alone whom nothing before stops: most people have allowed nothing. Of a yes or no
# the planner expects every second, of a missing word hardly any, for whom it would ask one by one.
_OUTCOMES = """
with asked as materialized (
  select told.*, told.outcome is null as is_asked from (
    select p.id, case when p.contact_state in ('deceased', 'erased', 'binned', 'stopped') then p.contact_state
                      when p.death_in_doubt_since is not null then 'death_in_doubt'
                      when d.is_granted is false then 'refused_kind'
                      when d.is_granted is null and not %(unasked)s then 'no_consent' end as outcome
      from ({people}) p(id, contact_state, death_in_doubt_since)
      left join ({decided}) d on d.patient_id = p.id
  ) told
)
select k.id, k.outcome::text as outcome from asked k where not k.is_asked
union all
select k.id, case when a.value is null or a.value !~ %(form)s then 'no_address'
                  when s.address is not null or o.patient_id is not null then 'suppressed'
                  when b.patient_id is not null then 'budget'
                  else 'send' end
  from asked k
  left join ({address}) a on a.patient_id = k.id
  left join (select distinct u.address from messaging_suppression u where u.hospital_id = %(hospital)s
                and u.channel = %(channel)s and u.lifted_at is null and u.address <> '') s on s.address = a.value
  left join (select distinct u.patient_id from messaging_suppression u where u.hospital_id = %(hospital)s
                and u.channel = %(channel)s and u.lifted_at is null) o on o.patient_id = k.id
  left join ({approached}) b on b.patient_id = k.id
 where k.is_asked
"""
_COUNT = "select j.outcome, count(*) from ({judged}) j group by j.outcome"
_FREEZE = """
with made as (
    insert into campaigns_campaignrecipient (hospital_id, campaign_id, patient_id, outcome)
    select %(hospital)s, %(campaign)s, j.id,
           case when j.outcome = 'send' and random() * 100 < %(holdout)s then 'holdout' else j.outcome end
      from ({judged}) j order by j.id
    on conflict (hospital_id, campaign_id, patient_id) do nothing
    returning outcome
)
select outcome, count(*) from made group by outcome
"""
# These only say that it goes later.
_DELAYS = (Reason.QUIET_HOURS, Reason.BLACKOUT)
_WORDS = {reason.value: reason.label for reason in Reason}


@dataclass(frozen=True)
class Counted:
    """How many of a segment would be written to, and how many for each reason are not. `holdout_percent`: how many of
    those who may be written to are still to be drawn and held out.
    """

    outcomes: dict[str, int]
    holdout_percent: int = 0

    @property
    def people(self) -> int:
        """Everybody of the segment."""
        return sum(self.outcomes.values())

    @property
    def writable(self) -> int:
        """Those who may be written to, held out or not."""
        return self.outcomes.get(CampaignRecipient.SEND, 0) + self.outcomes.get(CampaignRecipient.HOLDOUT, 0)

    @property
    def held_out(self) -> int:
        """Those who get nothing, to compare with: drawn, or about as many as will be."""
        to_draw = round(self.outcomes.get(CampaignRecipient.SEND, 0) * self.holdout_percent / 100)
        return self.outcomes.get(CampaignRecipient.HOLDOUT, 0) + to_draw

    @property
    def goes_out(self) -> int:
        """How many messages go out."""
        return self.writable - self.held_out

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        """Why the others are not: code, words, number; the most frequent first."""
        left_out = {code: n for code, n in self.outcomes.items() if code not in ("send", "holdout")}
        return [
            (code, reason_words(code), n) for code, n in sorted(left_out.items(), key=lambda one: (-one[1], one[0]))
        ]


def reason_words(code: str) -> str:
    """Why somebody is not written to, in the reader's language."""
    own = {CampaignRecipient.SEND: _("is written to"), CampaignRecipient.HOLDOUT: _("held out, to compare with")}
    return own.get(code) or str(_WORDS.get(code, code))


@transaction.atomic
def count(campaign: Campaign, *, now: dt.datetime, within: int = COUNT_MS) -> Counted | None:
    """The audience of a campaign as it would be today; None where that takes longer (milliseconds). Refuses a campaign
    without a segment, and a segment whose rule cannot be read any more.
    """
    sql, params = judged(campaign, now)
    rows = _in_time(lambda: fetched(_COUNT.format(judged=sql), params), within)
    return None if rows is None else Counted(dict(rows), campaign.holdout_percent)


def _in_time(ask: Callable[[], Answer], milliseconds: int) -> Answer | None:
    """The answer of a wide statement; None where it takes longer."""
    try:
        with transaction.atomic(), compiling.wide_reading(milliseconds):
            return ask()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != _TIMED_OUT:
            raise
        return None


@transaction.atomic
def answer_today(campaign: Campaign, person: Patient, *, now: dt.datetime) -> str | None:
    """What would be decided about one person if the audience were asked at this moment, by the codes of `reason_words`;
    None: the person is not in the segment. Refused as `count` is.
    """
    people = _people(campaign, today(now=now)).filter(pk=person.pk)
    is_in = _in_time(people.exists, ASK_MS)
    if is_in is None:
        raise CampaignError(_("Working this out takes too long."))
    if not is_in:
        return None
    answer = permission.may_contact(person, campaign.channel, purpose_of(campaign), now)
    return CampaignRecipient.SEND if answer.allowed or answer.reason in _DELAYS else answer.reason.value


@transaction.atomic
def freeze(campaign: Campaign, *, now: dt.datetime) -> Counted:
    """Keeps the audience: a row for each person with what was decided, and those held out drawn at random. Twice keeps
    what the first time found.
    """
    sql, params = judged(campaign, now)
    with compiling.wide_reading(0), connection.cursor() as cursor:
        values = {**params, "campaign": campaign.pk, "holdout": campaign.holdout_percent}
        cursor.execute(_FREEZE.format(judged=sql), values)
        return Counted(dict(cursor.fetchall()))


def purpose_of(campaign: Campaign) -> Purpose:
    """What the messages are for, as the outbox knows it."""
    return purposes.get(kinds.purpose_of(campaign))


def rule_of(campaign: Campaign) -> Rule:
    """The rule of the segment: of the version that was sent for approval, else the present one."""
    if campaign.segment is None:
        raise CampaignError(_("Choose a segment: who is written to."), "segment")
    try:
        return keeping.rule_of(campaign.segment, campaign.segment_version)
    except rules.RuleError as problem:
        raise CampaignError(_("The rule of the segment cannot be read any more."), "segment") from problem


def judged(campaign: Campaign, now: dt.datetime, only: Q | None = None) -> tuple[str, dict[str, Any]]:
    """The statement that answers for each person (id, outcome), and its values. `only`: of the segment these alone."""
    day, wanted = today(now=now), purpose_of(campaign).consent(campaign.channel)
    asked = _people(campaign, day).filter(only or Q()).order_by()
    people = asked.values_list("pk", "contact_state", "death_in_doubt_since")
    text, given = people.query.sql_with_params()
    named = {f"people_{n}": value for n, value in enumerate(given)}
    people_sql = text.replace("%%", "%%%%") % tuple(f"%({name})s" for name in named)
    address = _POSTAL_ADDRESS if campaign.channel == Campaign.Channel.LETTER else _ADDRESS
    sql = _OUTCOMES.format(people=people_sql, decided=_DECIDED, address=address, approached=_APPROACHED)
    return sql, {
        **named,
        "hospital": required_hospital().pk,
        "day": day,
        "channel": campaign.channel,
        "system": _SYSTEM.get(campaign.channel, ""),
        "unusable": list(ContactPoint.UNUSABLE),
        "form": f"^{MOBILE.pattern}$" if campaign.channel == Campaign.Channel.SMS else "",
        "consent": wanted or "",
        "unasked": wanted is None,
    }


def _people(campaign: Campaign, day: dt.date) -> QuerySet[Patient]:
    """Everybody of the segment on a day."""
    try:
        return compiling.people_of(rule_of(campaign), day=day)
    except rules.RuleError as problem:
        raise CampaignError(_("The rule of the segment cannot be read any more."), "segment") from problem
