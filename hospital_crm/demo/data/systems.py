"""Other systems in a demo hospital: tokens of the API in each state, and receivers of events with what they were told.
The receivers are not in use, under addresses that nobody has: nothing is ever sent.
"""

import datetime as dt

from accounts.actors import Actor
from accounts.domain import tokens
from accounts.models import ApiToken, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.webhooks import delivering, receivers, telling
from integrations.models import WebhookDelivery, WebhookEndpoint
from patients.models import Patient

_RECEIVERS = (
    ("数据中台", "https://hub.example.org/crm/events", ["people.merged", "people.erased", "encounters.changed"]),
    ("互联网医院", "https://online.example.org/hooks/crm", ["people.contact_stopped", "people.deceased"]),
)
_TAKEN, _REFUSED = delivering.Answer(204), delivering.Answer(500, "refused")


def join_systems(hospital: Hospital, *, manager: Actor, officer: Actor, informatics: Actor, now: dt.datetime) -> None:
    """Tokens asked for, allowed, refused and revoked; two receivers with tellings taken, given up and waiting."""
    with hospital_scope(hospital):
        _ask_for_tokens(manager, officer, now)
        for name, url, facts in _RECEIVERS:
            values = {"name": name, "url": url, "facts": facts, "is_active": False}
            endpoint, _secret = receivers.enter(values, actor=informatics, now=now - dt.timedelta(days=3))
            _tell(endpoint, now)


def _ask_for_tokens(manager: Actor, officer: Actor, now: dt.datetime) -> None:
    def ask(name: str, reason: str, *scopes: str) -> ApiToken:
        then = now - dt.timedelta(days=2)
        return tokens.ask(name=name, scopes=scopes, reason=reason, days=180, actor=manager, now=then)

    allowed = ask("院内大屏", "显示随访完成情况", "orders.read")
    tokens.decide(allowed, is_allowed=True, actor=officer, now=now)
    revoked = ask("旧短信平台", "核对号码", "patients.read")
    tokens.revoke(tokens.decide(revoked, is_allowed=True, actor=officer, now=now), actor=officer, now=now)
    tokens.decide(ask("科研平台", "导出全部客户", "patients.read"), is_allowed=False, actor=officer, now=now)
    ask("企业微信助手", "查询单位成员", "groups.read")


def _tell(endpoint: WebhookEndpoint, now: dt.datetime) -> None:
    """Three tellings: one was taken, one given up after a day, one waits until the receiver is in use."""
    people = Patient.objects.order_by("pk").values_list("public_id", flat=True)[:3]
    for person, answer, age in zip(people, (_TAKEN, _REFUSED, None), (48, 30, 1), strict=True):
        then = now - dt.timedelta(hours=age)
        telling.plan([endpoint], endpoint.facts[0], [{"person": str(person)}], now=then)
        if answer is not None:
            row = WebhookDelivery.objects.filter(endpoint=endpoint).latest("pk")
            row.state, row.attempts, row.first_try_at = WebhookDelivery.State.CLAIMED, 1, then
            row.save(update_fields=["state", "attempts", "first_try_at"])
            delivering.record(row, answer, now=now)
