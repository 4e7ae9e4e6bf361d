"""The page for whoever runs the system names every job of beat, and no other."""

import re
from pathlib import Path

import pytest

from hospital_crm.schedule import BEAT_SCHEDULE

pytestmark = pytest.mark.unit
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_every_job_of_beat_is_told() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| beat job |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| ([a-z*, -]+) \|", table, re.MULTILINE)
    told = {name for cell in cells for name in cell.split(", ")}
    jobs = {"heartbeat-*" if name.startswith("heartbeat-") else name for name in BEAT_SCHEDULE}
    assert told == jobs
