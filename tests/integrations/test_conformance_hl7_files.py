"""Every file and every message of other systems, against their manifests, and replayed."""

import hl7
import pytest
from django.db import transaction

from accounts.models import Hospital
from integrations.models import InboundRecord
from integrations.readers.hl7.charsets import decoded
from integrations.readers.hl7.events import read
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, parsed
from patients.models import Encounter, Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.outside import apply_all, everything, manifest, messages_of, states

pytestmark = pytest.mark.conformance
FILES = manifest("MANIFEST_files.csv")
ROWS = manifest("MANIFEST_messages.csv")
needs_data = pytest.mark.skipif(not FILES, reason="the outside world's files are not here")
# column of the manifest → segment, field and component (0: the whole field as it stands)
COLUMNS = {
    "version": ("MSH", 12, 0), "control_id": ("MSH", 10, 0), "proc_id": ("MSH", 11, 1), "charset_MSH18": ("MSH", 18, 0),
    "pid2": ("PID", 2, 0), "pid3_ids": ("PID", 3, 0), "pid5_name": ("PID", 5, 0), "pid7_birth": ("PID", 7, 0),
    "pid8_sex": ("PID", 8, 0), "pid13_phone": ("PID", 13, 0), "pid18_account": ("PID", 18, 0), "pid19": ("PID", 19, 0),
    "pv1_2_class": ("PV1", 2, 0), "pv1_3_loc": ("PV1", 3, 0), "pv1_7_doctor": ("PV1", 7, 0),
    "pv1_19_visit": ("PV1", 19, 0), "pv1_36_disch_disp": ("PV1", 36, 0), "pv1_44_admit": ("PV1", 44, 0),
    "pv1_45_discharge": ("PV1", 45, 0), "mrg1_old_ids": ("MRG", 1, 0),
}  # fmt: skip
NO_STAY = ("ORU", "ORM", "OUL", "MFN", "MDM", "DFT", "REF", "RSP")
OF_WHAT_IS_NOT_HERE = {"A29": "DeleteRecord", "A41": "StayMoveRecord", "A45": "StayMoveRecord"}
PERSON_ONLY = ("A05", "A09", "A10", "A14", "A15", "A16", "A25", "A26", "A27", "A28", "A31", "A60", "ZP1", "O01")
MERGES = ("A40", "A47")


def _messages(file: str) -> list[Message]:
    return [parsed(raw) for raw in messages_of(file) if not raw.startswith(b"PID")]


@needs_data
def test_each_file_holds_as_many_messages_as_the_manifest_says() -> None:
    found = {row["file"]: len(_messages(row["file"])) for row in FILES}
    assert found == {row["file"]: int(row["messages"]) for row in FILES}


@needs_data
def test_each_file_is_read_in_the_character_set_it_is_written_in() -> None:
    found = {}
    for row in FILES:
        names = {decoded(raw)[1] for raw in messages_of(row["file"])} - {"ascii"}
        said = row["actual_encoding"].removesuffix("+BOM")
        if names and said != "ascii":
            found[row["file"]] = (names, {said.replace("iso8859_", "iso8859-")})
    assert {file: names for file, (names, said) in found.items() if names != said} == {}


@needs_data
def test_each_message_is_taken_apart_as_the_manifest_says() -> None:
    wrong = {}
    for file in {row["file"] for row in ROWS}:
        rows = [row for row in ROWS if row["file"] == file]
        for row, message in zip(rows, _messages(file), strict=True):
            for column, place in COLUMNS.items():
                if _value(message, place) != row[column].strip():
                    wrong[file, row["msg"], column] = (_value(message, place), row[column])
            kind = "^".join(filter(None, (message.type, message.event)))
            if not row["type"].startswith(kind):
                wrong[file, row["msg"], "type"] = (kind, row["type"])
    assert wrong == {}


def _value(message: Message, place: tuple[str, int, int]) -> str:
    name, number, component = place
    segment = message.first(name)
    if segment is None:
        return ""
    return segment.text(number, component) if component else segment.raw(number).strip()


@needs_data
def test_an_independent_parser_finds_the_same_fields() -> None:
    wrong = {}
    for file in {row["file"] for row in ROWS}:
        for place, raw in enumerate(messages_of(file)):
            message = parsed(raw)
            text = decoded(raw)[0].replace("\n", "\r").replace("\r\r", "\r")
            other = {str(segment[0]): segment for segment in reversed(hl7.parse(text))}
            for name, number in (("PID", 3), ("PID", 5), ("PV1", 19), ("PV1", 44)):
                ours = segment.raw(number) if (segment := message.first(name)) else ""
                theirs = str(other[name][number]) if name in other and len(other[name]) > number else ""
                if ours.strip() != theirs.strip():
                    wrong[file, place, name, number] = (ours, theirs)
    assert wrong == {}


@needs_data
def test_what_each_message_tells_follows_from_its_kind() -> None:
    wrong = {}
    for row in ROWS:
        raw = messages_of(row["file"])[int(row["msg"]) - 1]
        reading = read(raw, Options())
        found = (reading.state, reading.reason, [type(one).__name__ for one in reading.told])
        if found != _expected(row):
            wrong[row["file"], row["msg"]] = (found, _expected(row))
    assert wrong == {}


def _expected(row: dict[str, str]) -> tuple[str, str, list[str]]:
    kind, _, event = row["type"].partition("^")
    event = event.partition("^")[0]
    if row["proc_id"] == "T":
        return "ignored", "training", []
    if kind == "SIU":
        return "kept", "kept_for_later", []
    if kind == "VXU":
        return "ignored", "vaccination", []
    if kind in NO_STAY:
        return "ignored", "no_stay", []
    if event in OF_WHAT_IS_NOT_HERE:
        return "received", "", [OF_WHAT_IS_NOT_HERE[event]]
    if event in MERGES:
        return "received", "", ["MergeRecord"]
    carries = any(row[name] for name in ("pv1_2_class", "pv1_3_loc", "pv1_19_visit", "pv1_44_admit"))
    return "received", "", ["PersonRecord" if event in PERSON_ONLY or not carries else "VisitRecord"]


class _Undone(Exception):
    pass


@needs_data
@pytest.mark.django_db
def test_each_file_brought_in_twice_adds_nothing_the_second_time(in_north: Hospital) -> None:
    """People, visits, and the states of the messages of each file in an empty hospital."""
    wrong = {}
    for row in FILES:
        try:
            with transaction.atomic():
                problem = _twice(row["file"])
                if problem:
                    wrong[row["file"]] = problem
                raise _Undone
        except _Undone:
            pass
    assert wrong == {}


def _twice(file: str) -> object:
    feed, messages = FeedFactory(), messages_of(file)
    apply_all(feed, messages)
    once, first = everything(), states()
    apply_all(feed, messages)
    InboundRecord.objects.filter(state="applied").update(state="received")
    apply_all(feed, [])
    if everything() != once or states() != first:
        return "the second time changed something"
    failed = [reason for _, reason in first if reason in ("cannot_apply", "unreadable")]
    found = (Patient.objects.count(), Encounter.objects.count(), failed)
    return None if found == _people_and_visits(file) else (found, first)


def _people_and_visits(file: str) -> tuple[int, int, list[str]]:
    """How many people and visits a file tells, from the kinds of its messages in the manifest."""
    people, visits = set(), set()
    for row in (row for row in ROWS if row["file"] == file):
        state, _, told = _expected(row)
        if (
            state != "received"
            or told[0] in OF_WHAT_IS_NOT_HERE.values()
            or not row["pid5_name"]
            or not row["pid3_ids"].strip("^")
        ):
            continue
        event = row["type"].split("^")[1]
        if event in ("A11", "A13"):  # a visit that is taken back and was never here makes nobody
            continue
        people.add(row["pid3_ids"])
        if told == ["VisitRecord"] and _makes_visit(row, event):
            visits.add(row["pv1_19_visit"] or row["pid3_ids"])
    return len(people), len(visits), []


def _makes_visit(row: dict[str, str], event: str) -> bool:
    """Whether the message says when the visit began, or tells the beginning itself, and what class it is of."""
    if event in ("A01", "A04"):
        return True
    if event == "A03":
        return bool(row["pv1_44_admit"] or row["pv1_19_visit"] or row["pid18_account"])
    return bool(row["pv1_44_admit"]) and (event != "A08" or row["pv1_2_class"] in ("I", "O", "E"))
