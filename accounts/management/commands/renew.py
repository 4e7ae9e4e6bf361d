"""Works out rows on record anew after a rule has changed, without waiting for the night."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.domain.renewals import begin_anew, renew, rules
from accounts.management.hospitals import hospital_named
from hospital_crm.tenancy.directory import active_hospitals
from hospital_crm.tenancy.scope import hospital_scope


class Command(BaseCommand):
    """`manage.py renew --hospital north --rule people-names --json`"""

    help = (
        "Works out search keys and regions on record by the present rules. What a version has done is not done again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, by which rules, from the beginning or not, and how to answer."""
        parser.add_argument("--hospital", metavar="SLUG", help="this hospital alone")
        parser.add_argument("--rule", choices=sorted(rules), help="by this rule alone")
        parser.add_argument("--again", action="store_true", help="also what this version has done already")
        parser.add_argument("--json", action="store_true", help="answer as one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hospital by hospital, rule by rule; tells how many rows changed."""
        slug = options["hospital"]
        hospitals = [hospital_named(slug)] if slug else active_hospitals()
        for hospital in hospitals:
            for key in [options["rule"]] if options["rule"] else rules:
                start = time.monotonic()
                if options["again"]:
                    with hospital_scope(hospital):
                        begin_anew(key)
                run = renew(hospital, key, now=timezone.now())
                figures = {"hospital": hospital.slug, "rule": key, "version": run.version, "changed": run.changed}
                figures["seconds"] = round(time.monotonic() - start, 1)
                words = " ".join(f"{name}={value}" for name, value in figures.items())
                self.stdout.write(json.dumps(figures) if options["json"] else words)
