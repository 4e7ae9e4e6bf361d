"""What can be done to many messages of the queue at once: applied again, because what they lacked is there now, and
left aside with a reason. Undone, those go back to where they waited that nobody has applied since.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.domain import field_acts
from accounts.lists import Act, Change
from integrations.domain.receiving import apply_again
from integrations.models import InboundRecord
from integrations.readers.problems import SENTENCES, sentence

LIST, CAPABILITY = "messages", "integrations.import"
SETTLED = "settled"
SETTLED_WORDS = gettext_lazy("does not wait for anybody any more")
BY_HAND = "by_hand"
_State = InboundRecord.State


def again_act(form: type[forms.Form]) -> Act:
    """Has messages applied again as they are; what was said later stays the last word."""
    return Act(
        key="messages.again",
        label=gettext_lazy("Apply again"),
        form=form,
        changes=lambda messages, params: _changes(messages, _State.RECEIVED, ""),
        apply=_apply_again,
        restore=_put_back,
        plain=lambda said: {},
        **_SHARED,
    )


def leave_act(form: type[forms.Form]) -> Act:
    """Leaves messages aside for good, for a reason that is written down."""
    return Act(
        key="messages.leave",
        label=gettext_lazy("Leave aside"),
        form=form,
        changes=lambda messages, params: _changes(messages, _State.IGNORED, BY_HAND),
        apply=_leave,
        restore=_put_back,
        plain=lambda said: {"note": said["note"]},
        **_SHARED,
    )


def _words(value: dict[str, str] | None) -> str:
    if not value:
        return ""
    reason = sentence(value["reason"], {}) if value["reason"] in SENTENCES else ""
    return " · ".join(filter(None, (str(_State(value["state"]).label), reason)))


_SHARED: dict[str, Any] = {
    "list_key": LIST,
    "capability": CAPABILITY,
    "hold": lambda messages: field_acts.hold(InboundRecord, messages),
    "words": _words,
    "reasons": {SETTLED: SETTLED_WORDS},
}


def _changes(messages: Sequence[int], state: str, reason: str) -> dict[int, Change]:
    rows = InboundRecord.objects.filter(pk__in=messages).values_list("pk", "state", "reason")
    after = {"state": str(state), "reason": reason}
    return {pk: _change({"state": was, "reason": why}, after) for pk, was, why in rows}


def _change(before: dict[str, str], after: dict[str, str]) -> Change:
    if before["state"] not in InboundRecord.PROBLEMS:
        return Change(before=before, skipped=SETTLED)
    return Change(before=before, after=after)


def _apply_again(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
    apply_again(InboundRecord.objects.filter(pk__in=done))
    field_acts.tell_each("integrations.message.again", InboundRecord, done, actor, {})


def _leave(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
    said = {"note": params["note"], "settled_by": actor.staff, "settled_at": now}
    InboundRecord.objects.filter(pk__in=done).update(state=_State.IGNORED, reason=BY_HAND, **said)
    field_acts.tell_each("integrations.message.leave", InboundRecord, done, actor, {"note": params["note"]})


def _put_back(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
    """Where each waited before. What was emptied meanwhile, because its person was erased, is gone for good."""
    whole = InboundRecord.objects.exclude(raw=b"").filter(pk__in=done)
    back = {pk: done[pk] for pk in whole.values_list("pk", flat=True)}
    by_place: dict[tuple[str, str], list[int]] = {}
    for pk, change in back.items():
        by_place.setdefault((change.after["state"], change.after["reason"]), []).append(pk)
    for (state, reason), messages in by_place.items():
        rows = InboundRecord.objects.filter(pk__in=messages)
        rows.update(state=state, reason=reason, note="", settled_by=None, settled_at=None)
    field_acts.tell_each("integrations.message.put_back", InboundRecord, back, actor, {})
