"""What beat queues exists, expires, and goes to a queue of the workers; the broker settings that were measured."""

import re
from pathlib import Path

import pytest

from hospital_crm import queues
from hospital_crm.celery import app
from hospital_crm.demo.services import Services, start_background
from hospital_crm.schedule import BEAT_SCHEDULE
from hospital_crm.tenancy.tasks import HospitalTask

pytestmark = pytest.mark.unit
QUEUES = set(queues.QUEUES)
COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"


@pytest.fixture(scope="module")
def tasks():
    """Every task of the house, by name."""
    app.loader.import_default_modules()
    return app.tasks


@pytest.mark.parametrize("name", sorted(BEAT_SCHEDULE))
def test_what_beat_queues_exists(name, tasks):
    entry = BEAT_SCHEDULE[name]
    assert entry["task"] in tasks
    assert entry["options"]["queue"] in QUEUES
    assert entry["options"]["expires"] > 0
    if entry["task"] == "tenancy.for_each_hospital":
        assert isinstance(tasks[entry["args"][0]], HospitalTask)
        assert entry["kwargs"]["queue"] in QUEUES
    else:  # a sign of life names its queue; what looks after this machine's files takes nothing
        assert entry.get("args", ()) in ((), (entry["options"]["queue"],))


def test_every_queue_is_served_in_the_compose_file_and_in_the_demo(monkeypatch):
    served = [name for names in re.findall(r"--queues (\S+)", COMPOSE.read_text()) for name in names.split(",")]
    assert sorted(served) == sorted(QUEUES)
    started = []
    monkeypatch.setattr(Services, "start", lambda self, name, *words: started.append(words))
    start_background(Services(COMPOSE.parent, {}))
    worker = next(words for words in started if "-Q" in words)
    assert set(worker[worker.index("-Q") + 1].split(",")) == QUEUES


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_every_queue_has_a_sign_of_life(queue):
    assert BEAT_SCHEDULE[f"heartbeat-{queue}"]["options"]["queue"] == queue


def test_a_slow_receiver_of_webhooks_holds_up_nothing_else():
    entries = [
        one for one in BEAT_SCHEDULE.values() if one["kwargs" if "kwargs" in one else "options"]["queue"] == "webhooks"
    ]
    assert [(one["task"], *one["args"]) for one in entries] == [
        ("tenancy.for_each_hospital", "integrations.deliver_webhooks"),
        ("ops.heartbeat", "webhooks"),
    ]


def test_beat_has_the_schedule():
    assert app.conf.beat_schedule == BEAT_SCHEDULE


def test_broker_settings_are_those_that_were_measured():
    conf = app.conf
    assert {key: conf.broker_transport_options[key] for key in ("socket_timeout", "health_check_interval")} == {
        "socket_timeout": 15,
        "health_check_interval": 25,
    }
    assert conf.broker_transport_options["visibility_timeout"] == 3600
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert (conf.broker_connection_retry_on_startup, conf.broker_connection_max_retries) == (True, None)
    assert conf.task_ignore_result is True
