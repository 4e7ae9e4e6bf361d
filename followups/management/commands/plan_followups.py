"""Plans the follow-up of a hospital's discharged stays."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.calendar import today
from accounts.management.hospitals import hospital_named
from followups.domain.plan_context import CHUNK
from followups.domain.planning import default_workers, plan_hospital


class Command(BaseCommand):
    """`manage.py plan_followups --hospital north --on 2025-04-01 --json`"""

    help = "Gives discharged stays their tier and follow-up orders. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument(
            "--on",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="plan as of this day (default: today) and follow stays that were too old",
        )
        parser.add_argument(
            "--with-past",
            action="store_true",
            help="plan steps that are over as late orders and follow stays that were too old",
        )
        parser.add_argument(
            "--workers",
            type=int,
            help=f"chunks of {CHUNK:,} stays worked on at once (default here: {default_workers()})",
        )
        parser.add_argument("--json", action="store_true", help="answer as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        hospital = hospital_named(options["hospital"])
        now = timezone.now()
        on = options["on"] or today(hospital, now)
        asked = {"on": on, "with_past": options["with_past"], "reopens": options["on"] is not None}
        result = plan_hospital(hospital, now=now, workers=options["workers"], **asked)
        figures = {"hospital": hospital.slug, "on": on.isoformat(), **result.as_dict()}
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, count in figures.items():
            self.stdout.write(f"{name:22} {count}")
