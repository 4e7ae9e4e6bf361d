"""What the hospital does for people of a group or stage, in the words of the centre."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from patients.models import LabelStrategy

LANGUAGES = ("zh-hans", "zh-hant", "en")


class StrategyError(Exception):
    """Refused, with the reason."""


@transaction.atomic
def change_strategy(
    *, strategy: LabelStrategy, texts: Mapping[str, Mapping[str, str]], actor: Actor, now: dt.datetime
) -> LabelStrategy:
    """Other texts, by name and language. An empty text is shown in simplified Chinese, which has to be there.

    Refuses: no right, what the person expects left empty in simplified Chinese.
    """
    if not actor.can("patients.label_rules"):
        raise StrategyError(_("Your role does not allow this."))
    if not texts["expects"].get("zh-hans", "").strip():
        raise StrategyError(_("Say in simplified Chinese what this person expects."))
    strategy = LabelStrategy.objects.select_for_update().get(pk=strategy.pk)
    before = {name: getattr(strategy, name) for name in LabelStrategy.TEXTS}
    after = {
        name: {language: words for language in LANGUAGES if (words := texts[name].get(language, "").strip())}
        for name in LabelStrategy.TEXTS
    }
    if after != before:
        for name, value in after.items():
            setattr(strategy, name, value)
        strategy.changed_at, strategy.changed_by = now, actor.staff
        strategy.save()
        changed = [name for name in LabelStrategy.TEXTS if after[name] != before[name]]
        record("patients.label_strategy.change", strategy, actor=actor, changed=changed)
    return strategy
