"""Mails of 35 mail systems, complaints and automatic replies of the outside world against the verdicts listed with
them; malformed ones, a folder file and ordinary mail beside.
"""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from messaging.inbound.found import Mail, Verdict
from messaging.inbound.reading import in_folder, read

FOLDER = Path(os.environ.get("CRM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "email"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.unit,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the outside world's files are not here"),
]
BOUNCES = {Verdict.HARD_BOUNCE, Verdict.SOFT_BOUNCE, Verdict.DELAYED}


def rows(folder: str) -> list[dict[str, str]]:
    """What is listed beside the mails."""
    with (FOLDER / folder / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mail(folder: str, name: str) -> Mail:
    return read((FOLDER / folder / name).read_bytes())


def verdict_listed(row: dict[str, str]) -> str:
    """The verdict of a row: of a recipient that does not exist for good, of anybody else for a time."""
    if row["reason"] in ("feedback", "vacation"):
        return {"feedback": "complaint", "vacation": "auto_reply"}[row["reason"]]
    return "hard" if row["hard_bounce"] == "true" else "soft"


def verdicts_found(found: Mail) -> list[str]:
    """The verdict on each recipient, in the words of the list."""
    words = {Verdict.HARD_BOUNCE: "hard", Verdict.SOFT_BOUNCE: "soft", Verdict.DELAYED: "soft"}
    if found.verdict in BOUNCES:
        return sorted(words[one.verdict] for one in found.findings) or [words[found.verdict]]
    # a report of failed authentication is feedback that nobody complained in
    return ["complaint" if found.verdict == Verdict.FEEDBACK else str(found.verdict)]


def differences() -> tuple[int, list[str]]:
    """How many verdicts are listed, and which are not what was found."""
    listed = defaultdict(list)
    for row in rows("sisimai"):
        listed[row["file"]].append(verdict_listed(row))
    wrong = []
    for name, wanted in listed.items():
        found = verdicts_found(mail("sisimai", name))
        if len(wanted) == 1 and set(found) == set(wanted):
            continue
        if found != sorted(wanted):
            wrong.append(f"{name}: listed {sorted(wanted)}, found {found}")
    total = sum(len(wanted) for wanted in listed.values())
    for row in rows("bounceparser"):
        total += 1
        found_kind = mail("bounceparser", row["file"]).verdict
        if (found_kind in BOUNCES) != (row["kind"] == "bounce") or (
            row["kind"] == "auto-reply" and found_kind != Verdict.AUTO_REPLY
        ):
            wrong.append(f"{row['file']}: listed {row['kind']}, found {found_kind}")
    return total, wrong


def test_at_least_ninety_five_of_a_hundred_verdicts_are_right() -> None:
    total, wrong = differences()
    assert (total, len(wrong) <= total * 0.05) == (87, True), wrong


@pytest.mark.parametrize("path", sorted((FOLDER / "malformed").glob("*.eml")), ids=lambda path: path.stem)
def test_malformed_mail_is_read_all_the_same(path: Path) -> None:
    assert read(path.read_bytes()).verdict in BOUNCES


def test_nothing_of_all_this_is_unreadable() -> None:
    names = [(folder, path.name) for folder in ("sisimai", "bounceparser") for path in (FOLDER / folder).glob("*.eml")]
    assert [name for name in names if mail(*name).verdict == Verdict.UNREADABLE] == []


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("rfc3834-01.CR.eml", Verdict.AUTO_REPLY), ("rhost-tencentqq-01.CRLF.eml", Verdict.SOFT_BOUNCE)],
)
def test_any_end_of_line_will_do(name: str, verdict: Verdict) -> None:
    assert mail("line_ends", name).verdict == verdict


def test_ordinary_mail_is_no_bounce() -> None:
    assert mail("not_a_bounce", "is-not-bounce-01.eml").verdict == Verdict.ORDINARY


def test_folder_file_is_read_mail_by_mail() -> None:
    found = [read(raw).verdict for raw in in_folder((FOLDER / "mbox-1").read_bytes())]
    assert (len(found) > 0, set(found) <= BOUNCES) == (True, True)
