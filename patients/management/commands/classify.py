"""Labels a hospital's people by the published rules."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.management.hospitals import hospital_named
from patients.domain.classification import classify_hospital


class Command(BaseCommand):
    """`manage.py classify --hospital north --json`"""

    help = "Gives everybody of a hospital the groups and stages of today. A run that is done is not done again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which hospital, and how to answer."""
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--json", action="store_true", help="answer as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; tells how many people were looked at and how many labels changed today."""
        hospital = hospital_named(options["hospital"])
        start = time.monotonic()
        run = classify_hospital(hospital, now=timezone.now())
        figures = {"hospital": hospital.slug, "day": run.day.isoformat(), "people": run.seen, "changed": run.changed}
        figures["seconds"] = round(time.monotonic() - start, 1)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name:22} {value}")
