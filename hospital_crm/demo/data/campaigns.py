"""Campaigns of a demo hospital, one in each state, to older people who allowed mails; articles on their way to
approval. Addresses end in example.invalid: nothing ever reaches anybody.
"""

import datetime as dt

from django.utils import translation

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from campaigns.domain import deciding, editing, effect, journeys, running, shipping
from campaigns.models import Campaign
from content.domain import articles
from content.domain.articles import Words
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.states import Move, move_all
from messaging.models import Message, State
from patients.domain import reach
from patients.domain.consents import record_consent
from patients.models import Consent, Patient, Segment

READERS = 160
_DAY = dt.timedelta(days=1)
_SALT = Words(
    "少吃盐，从换一把勺子开始",
    "两克的小勺，一家人一天三勺。",
    "## 盐藏在哪里\n- 酱油一勺约含盐一克半。\n- 咸菜、挂面、面包里都有盐。\n\n"
    "## 怎样减\n1. 起锅前再放盐。\n2. 用醋、葱、姜提味。\n3. 汤少喝几口。",
)
_SLEEP = Words(
    "睡不好，先改三个习惯",
    "晚上少躺，白天少睡。",
    "## 三个习惯\n1. 每天同一时间起床。\n2. 睡前一小时放下手机。\n3. 午睡不超过半小时。",
)


def run(hospital: Hospital, *, agent: Actor, manager: Actor, now: dt.datetime) -> None:
    """Consents and addresses first, then articles, then a campaign in each state."""
    with hospital_scope(hospital):
        _give_readers(agent, now)
        _write_articles(agent, now)
        older = Segment.objects.get(code="older")
        past = _begin("knowledge", "每天五分钟，把血压管起来", older, agent, now - 34 * _DAY)
        _send(past, agent, manager, now - 34 * _DAY, until=now - 33 * _DAY)
        paused = _begin("reminder", "入冬前接种提醒", older, agent, now - _DAY)
        _send(paused, agent, manager, now - _DAY)
        running.pause(paused, reason="接种处周三停诊，改期后再发", actor=agent, now=now - _DAY)
        _schedule(_begin("advances", "医学新知：早期筛查", older, agent, now), agent, manager, now)
        waiting = _begin("own-reminder", "该复查了", older, agent, now)
        deciding.submit(waiting, actor=agent, now=now)
        _travel(older, agent, manager, now)
        journeys.begin("parents", segment=None, actor=agent, now=now)
        for code, name, occasion in (("sms-birthday", "生日问候", "birthday"), ("greeting-ninth", "重阳问候", "ninth")):
            _stand(_begin(code, name, older, agent, now), agent, manager, now, occasion=occasion)
        _begin("offer", "给家里人安排一次体检", older, agent, now)
        for campaign_id in effect.due(now):
            effect.keep(campaign_id, now=now)


def _give_readers(agent: Actor, now: dt.datetime) -> None:
    """A mail address and what they decided, for older people; every ninth took it back since."""
    born = today(now=now).replace(day=1) - dt.timedelta(days=66 * 366)
    people = Patient.objects.callable().filter(birth_date__lt=born, birth_date__year__gt=1900).order_by("pk")[:READERS]
    for place, person in enumerate(people):
        reach.add_contact(person, f"reader{person.pk}@example.invalid", system="email", actor=agent)
        for purpose in (Consent.Purpose.EDUCATION, Consent.Purpose.MARKETING_MAIL)[: 1 + place % 2]:
            said = {"person": person, "purpose": purpose, "actor": agent, "now": now, "source": "paper"}
            record_consent(decision="granted", wording_version="2026-01", at=now - 60 * _DAY, **said)
        if place % 9 == 8:
            said = {"person": person, "purpose": Consent.Purpose.EDUCATION, "actor": agent, "now": now}
            record_consent(decision="withdrawn", source="phone", at=now - 40 * _DAY, **said)


def _write_articles(agent: Actor, now: dt.datetime) -> None:
    """One that waits for a second person, and a draft."""
    about = {"kind": "knowledge", "department": None, "language": "zh-hans", "actor": agent, "now": now}
    salt = articles.create_article(words=_SALT, **about)
    articles.submit(salt.versions.get(), actor=agent, now=now)
    articles.create_article(words=_SLEEP, **about)


def _begin(code: str, name: str, segment: Segment, agent: Actor, then: dt.datetime) -> Campaign:
    """A draft with the words of a shipped text."""
    head = shipping.shipped("zh-hans")[code].head
    about = {"kind": head["kind"], "channel": head["channel"], "segment": segment, "holdout_percent": 20}
    campaign = editing.create(name=name, actor=agent, now=then, **about)
    shipping.write_into(campaign, code)
    return campaign


def _travel(segment: Segment, agent: Actor, manager: Actor, now: dt.datetime) -> None:
    """The shipped journey of older people, approved and on its way."""
    with translation.override("zh-hans"):
        steps = journeys.begin("older", segment=segment, actor=agent, now=now)
    journeys.submit_all(segment, actor=agent, now=now)
    journeys.approve_all(segment, seen_at=now, actor=manager, now=now)
    for one in steps:
        running.start(one.pk, now=now)


def _schedule(campaign: Campaign, agent: Actor, manager: Actor, now: dt.datetime) -> None:
    """It goes in three days, and not later than the evening."""
    starts = now.replace(hour=2, minute=0, second=0, microsecond=0) + 3 * _DAY
    about = {name: getattr(campaign, name) for name in editing.KEPT}
    about |= {"starts_at": starts, "latest_start_at": starts + dt.timedelta(hours=8), "per_hour": 600}
    editing.describe(campaign, is_commercial=False, actor=agent, **about)
    deciding.submit(campaign, actor=agent, now=now)
    deciding.approve(campaign, seen_at=now, actor=manager, now=now)


def _stand(campaign: Campaign, agent: Actor, manager: Actor, now: dt.datetime, *, occasion: str) -> None:
    """It writes on each day of the occasion, until somebody stops it."""
    about = {name: getattr(campaign, name) for name in editing.KEPT}
    about |= {"occasion": occasion}
    editing.describe(campaign, is_commercial=False, actor=agent, **about)
    deciding.submit(campaign, actor=agent, now=now)
    deciding.approve(campaign, seen_at=now, actor=manager, now=now)
    running.start(campaign.pk, now=now)


def _send(
    campaign: Campaign, agent: Actor, manager: Actor, then: dt.datetime, until: dt.datetime | None = None
) -> None:
    """It was approved and begun; with `until` it has arrived by then, but for some."""
    deciding.submit(campaign, actor=agent, now=then)
    deciding.approve(campaign, seen_at=then, actor=manager, now=then)
    running.start(campaign.pk, now=then)
    running.feed(campaign.pk, now=then)
    campaign.refresh_from_db()
    if until is not None:
        _arrive(campaign, until)
        running.feed(campaign.pk, now=until)
        campaign.refresh_from_db()


def _arrive(campaign: Campaign, at: dt.datetime) -> None:
    """Nine of ten arrived, the others were refused for good or came to no end that is known."""
    ids = list(Message.objects.filter(batch=campaign.batch).order_by("pk").values_list("pk", flat=True))
    move_all([Move(pk, State.CLAIMED) for pk in ids], before=[State.PLANNED], now=at)
    ends = {pk: Move(pk, State.HANDED_OVER) for pk in ids}
    ends |= {pk: Move(pk, State.FAILED, "refused") for pk in ids[::17]}
    ends |= {pk: Move(pk, State.UNKNOWN, "no_answer") for pk in ids[5::53]}
    move_all(list(ends.values()), before=[State.CLAIMED], now=at)
    arrived = [Move(pk, State.DELIVERED, "receipt") for pk in ids]
    move_all(arrived, before=[State.HANDED_OVER], now=at)
