"""What a hospital decides about its sending: when soft bounces stop an address, whether readings are written down."""

from django.db import transaction

from accounts.actors import Actor
from accounts.audit import record
from messaging.models import SendingRules

_FIELDS = ("soft_bounce_days", "soft_bounce_within", "records_reading")


def rules_here() -> SendingRules:
    """The rules of the hospital in scope; as shipped where it has changed nothing."""
    return SendingRules.objects.first() or SendingRules()


@transaction.atomic
def change(*, soft_bounce_days: int, soft_bounce_within: int, records_reading: bool, actor: Actor) -> SendingRules:
    """The hospital decides otherwise. From now on: what came back before counts by the rule of today."""
    own, _is_new = SendingRules.objects.select_for_update().get_or_create()
    before = {name: getattr(own, name) for name in _FIELDS}
    own.soft_bounce_days, own.soft_bounce_within = soft_bounce_days, soft_bounce_within
    own.records_reading = records_reading
    own.save()
    after = {name: getattr(own, name) for name in _FIELDS}
    record("messaging.rules.change", own, actor=actor, before=before, after=after)
    return own
