"""What beat queues, and when. Every entry lists hospitals and queues one task each; due rows in the database say
what is to be done.

An entry that no worker has taken when the next one is due is dropped, so that nothing piles up while workers are away.
"""

from typing import Any

from celery.schedules import crontab

_MINUTE = 60.0


def _each_hospital(task: str, when: Any, *, expires: float, queue: str = "default") -> dict[str, Any]:
    """Queues `task` for every active hospital."""
    return {
        "task": "tenancy.for_each_hospital",
        "schedule": when,
        "args": (task,),
        "kwargs": {"queue": queue},
        "options": {"queue": "interactive", "expires": expires},
    }


def _heartbeat(queue: str) -> dict[str, Any]:
    """A sign of life of the workers of `queue`."""
    return {
        "task": "ops.heartbeat",
        "schedule": _MINUTE / 2,
        "args": (queue,),
        "options": {"queue": queue, "expires": _MINUTE},
    }


BEAT_SCHEDULE = {
    "plan-followups-nightly": _each_hospital(
        "followups.plan", crontab(hour=1, minute=10), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    # before planning: what is planned tonight is planned by the same days
    "follow-calendar-nightly": _each_hospital(
        "followups.follow_calendar", crontab(hour=0, minute=50), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "escalate-late-orders": _each_hospital("followups.escalate", crontab(minute="*/10"), expires=10 * _MINUTE),
    "send-due-messages": _each_hospital("messaging.send_due", _MINUTE / 2, expires=_MINUTE / 2, queue="interactive"),
    "work-off-campaigns": _each_hospital("campaigns.work_off", _MINUTE, expires=_MINUTE),
    "settle-interrupted-messages": _each_hospital("messaging.settle_interrupted", 5 * _MINUTE, expires=5 * _MINUTE),
    "plan-contacts": _each_hospital("messaging.plan_contacts", crontab(minute=40), expires=60 * _MINUTE, queue="bulk"),
    "morning-digests": _each_hospital("messaging.morning_digest", crontab(minute="*/15"), expires=15 * _MINUTE),
    "fetch-returned-mail": _each_hospital("messaging.fetch_mail", 5 * _MINUTE, expires=5 * _MINUTE, queue="bulk"),
    "resume-imports": _each_hospital("integrations.resume_imports", _MINUTE, expires=_MINUTE, queue="bulk"),
    "apply-inbound": _each_hospital("integrations.apply_inbound", _MINUTE / 2, expires=_MINUTE / 2),
    "deliver-webhooks": _each_hospital(
        "integrations.deliver_webhooks", _MINUTE / 2, expires=_MINUTE / 2, queue="webhooks"
    ),
    "release-webhooks": _each_hospital("integrations.release_webhooks", 5 * _MINUTE, expires=5 * _MINUTE),
    "forget-webhooks": _each_hospital(
        "integrations.forget_webhooks", crontab(hour=3, minute=10), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "empty-messages-nightly": _each_hospital(
        "integrations.empty_messages", crontab(hour=3, minute=15), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "name-messages-nightly": _each_hospital(
        "integrations.name_messages", crontab(hour=3, minute=25), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "tell-silent-feeds": _each_hospital("integrations.tell_silence", 5 * _MINUTE, expires=5 * _MINUTE),
    "sweep-clear-files": {
        "task": "integrations.sweep_files",
        "schedule": 10 * _MINUTE,
        "options": {"queue": "default", "expires": 10 * _MINUTE},
    },
    "resume-list-work": _each_hospital("accounts.resume_list_work", _MINUTE, expires=_MINUTE, queue="bulk"),
    "forget-list-work": _each_hospital(
        "accounts.forget_list_work", crontab(hour=3, minute=40), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "sweep-unfinished-exports": {
        "task": "accounts.sweep_unfinished_exports",
        "schedule": 10 * _MINUTE,
        "options": {"queue": "default", "expires": 10 * _MINUTE},
    },
    "forget-sessions-nightly": {
        "task": "accounts.forget_sessions",
        "schedule": crontab(hour=3, minute=45),
        "options": {"queue": "default", "expires": 6 * 60 * _MINUTE},
    },
    "empty-bins-nightly": _each_hospital(
        "accounts.empty_bins", crontab(hour=4, minute=10), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "expire-answers": _each_hospital("patients.expire_answers", crontab(minute=50), expires=60 * _MINUTE, queue="bulk"),
    "forget-uploaded-lists": _each_hospital(
        "integrations.forget_files", crontab(hour=3, minute=20), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "sweep-private-files": _each_hospital(
        "ops.sweep_private_files", crontab(hour=3, minute=30), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "draw-samples-nightly": _each_hospital(
        "followups.sample", crontab(hour=3, minute=50), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    # does nothing unless a rule has changed; a run that a restart interrupted goes on
    "renew-records": _each_hospital(
        "accounts.renew", crontab(hour="0,1,2", minute=10), expires=50 * _MINUTE, queue="bulk"
    ),
    "assign-stations-nightly": _each_hospital(
        "patients.assign_stations", crontab(hour=2, minute=30), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    # the first run of a day works out all segments; later ones those whose rule changed and whose message was lost
    "refresh-segments": _each_hospital(
        "patients.refresh_segments", crontab(minute="*/10"), expires=10 * _MINUTE, queue="bulk"
    ),
    # asked for again while the night lasts: a run that a restart interrupted goes on, one that is done does nothing
    "classify-people-nightly": _each_hospital(
        "patients.classify", crontab(hour="0,1,2,3,4,5", minute=40), expires=50 * _MINUTE, queue="bulk"
    ),
    "refresh-numbers-nightly": _each_hospital(
        "patients.refresh_numbers", crontab(hour=0, minute=20), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "follow-memberships": _each_hospital(
        "patients.follow_memberships", crontab(minute=2), expires=50 * _MINUTE, queue="bulk"
    ),
    "watch-viewings": _each_hospital("patients.watch_viewings", crontab(minute=15), expires=50 * _MINUTE, queue="bulk"),
    "find-duplicates-nightly": _each_hospital(
        "patients.find_duplicates", crontab(hour=1, minute=30), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "work-off-pairs": _each_hospital("patients.work_off_pairs", 5 * _MINUTE, expires=5 * _MINUTE, queue="bulk"),
    "find-new-duplicates": _each_hospital(
        "patients.find_new_duplicates", 10 * _MINUTE, expires=10 * _MINUTE, queue="bulk"
    ),
    "take-back-visits-nightly": _each_hospital(
        "followups.take_back_visits", crontab(hour=2, minute=50), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "take-back-orders-nightly": _each_hospital(
        "followups.take_back", crontab(hour=2, minute=55), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "seal-audit": _each_hospital("accounts.seal_audit", _MINUTE / 2, expires=_MINUTE / 2),
    "seal-platform": {
        "task": "accounts.seal_platform",
        "schedule": _MINUTE / 2,
        "options": {"queue": "default", "expires": _MINUTE / 2},
    },
    "purge-audit-nightly": _each_hospital(
        "accounts.purge_audit", crontab(hour=4, minute=10), expires=6 * 60 * _MINUTE, queue="bulk"
    ),
    "purge-platform-nightly": {
        "task": "accounts.purge_platform",
        "schedule": crontab(hour=4, minute=20),
        "options": {"queue": "bulk", "expires": 6 * 60 * _MINUTE},
    },
    "remind-of-ending-contracts": _each_hospital("groups.remind_of_ends", crontab(minute=25), expires=60 * _MINUTE),
    "heartbeat-interactive": _heartbeat("interactive"),
    "heartbeat-default": _heartbeat("default"),
    "heartbeat-bulk": _heartbeat("bulk"),
    "heartbeat-webhooks": _heartbeat("webhooks"),
}
