"""Files of messages from the command line: exact counts, replayed without effect, refused with a reason."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import Feed
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(north: Hospital) -> Feed:
    with hospital_scope(north):
        return FeedFactory()


def received(*files: Path, **options: Any) -> dict[str, Any]:
    """The printed result."""
    out = StringIO()
    named = {"hospital": "north", "feed": "his", "json": True} | options
    call_command("receive_hl7", *map(str, files), stdout=out, **named)
    return json.loads(out.getvalue()) if named["json"] else {"text": out.getvalue()}


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A batch of five messages and something that is none, in one envelope."""
    path = tmp_path / "batch.hl7"
    messages = [
        adt("A01", "1", pv1=pv1()),
        adt("A03", "2", pv1=pv1(ended="20260603")),
        adt("A28", "3", number="M2", name="乔明"),
        adt("A01", "4", pv1=pv1("V4"), processing="T"),
        adt("S12", "5").replace(b"ADT^S12", b"SIU^S12"),
    ]
    path.write_bytes(b"FHS|^~\\&|A\r\nPID|1||9\r\n" + b"\r\n".join(messages) + b"\r\nFTS|1\r\n")
    return path


def test_counts_are_exact_and_a_replay_adds_nothing(feed: Feed, batch: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.hl7"
    empty.write_bytes(b"")
    first = received(batch, empty, language="en")
    assert {name: count for name, count in first.items() if name != "problems"} == {
        "messages": 5, "rejected": 1, "new": 6, "repeats": 0, "empty_files": 1,
        "applied": 3, "ignored": 1, "kept": 1, "waiting": 0, "set_aside": 1, "received": 0,
        "people_before": 0, "visits_before": 0, "people_after": 2, "visits_after": 1,
    }  # fmt: skip
    assert first["problems"] == [
        {"file": "batch.hl7", "message": 1, "code": "no_header", "reason": "the message has no header (MSH)"}
    ]
    again = received(batch)
    assert (again["new"], again["repeats"], again["people_after"], again["visits_after"]) == (0, 6, 2, 1)
    assert "5 messages, 0 of them new" in received(batch, json=False, language="en")["text"]


@pytest.mark.parametrize("options", [{"hospital": "nowhere"}, {"feed": "nobody"}])
def test_what_is_not_there_is_refused(feed: Feed, batch: Path, options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        received(batch, **options)


def test_a_file_that_is_not_there_is_refused(feed: Feed, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        received(tmp_path / "nothing.hl7")


def test_a_feed_not_in_use_is_refused(feed: Feed, batch: Path, north: Hospital) -> None:
    with hospital_scope(north):
        Feed.objects.update(is_active=False)
    with pytest.raises(CommandError):
        received(batch)


def test_a_control_character_in_a_header_sets_that_message_aside(feed: Feed, tmp_path: Path) -> None:
    path = tmp_path / "nul.hl7"
    path.write_bytes(adt("A28", "1\x00") + b"\r\n" + adt("A28", "2", number="M2", name="乔明"))
    result = received(path)
    assert (result["messages"], result["rejected"], result["applied"], result["set_aside"]) == (1, 1, 1, 1)
    assert [problem["code"] for problem in result["problems"]] == ["control_characters"]
