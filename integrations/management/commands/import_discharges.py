"""Bring a discharge list in from the command line."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.management.hospitals import hospital_named
from integrations.domain.at_once import Asked
from integrations.domain.modes import BOTH, MODES
from integrations.management.lists import brought_in
from integrations.readers.problems import REJECTED, SKIPPED


class Command(BaseCommand):
    """Recognises the list, brings it in and prints the result."""

    help = "Brings a discharge list (CSV, .xls, .xlsx) into a hospital."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, change nothing")
        parser.add_argument(
            "--mode", choices=list(MODES), default=BOTH, help="add new stays, correct known ones, or both"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--language", help="language of the reasons (zh-hans, zh-hant, en)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the list in."""
        hospital = hospital_named(options["hospital"], language=options["language"])
        with translation.override(options["language"] or hospital.language):
            asked = Asked(mode=options["mode"])
            result = brought_in(hospital, options["file"], asked, is_dry=options["dry_run"])
            self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _in_words(result))


def _in_words(result: dict[str, Any]) -> str:
    lines = [
        _("%(rows)s rows: %(made)s stays made, %(changed)s corrected, %(repeats)s repeats, %(deaths)s deaths")
        % {
            "rows": result["rows"],
            "made": result["stays_created"],
            "changed": result["stays_updated"],
            "repeats": result["duplicates"],
            "deaths": result["deaths"],
        },
        _("%(made)s people made, %(known)s known before")
        % {"made": result["patients_created"], "known": result["patients_matched"]},
    ]
    if result.get("stays_before_start"):
        lines.append(
            _("%(n)s stays ended before the first discharge that is followed: no orders are planned for them")
            % {"n": result["stays_before_start"]}
        )
    for title, key in ((_("Left out"), REJECTED), (_("Left out by choice"), SKIPPED), (_("Remarks"), "warnings")):
        lines += [f"{title} {entry['row']}: {entry['reason']}" for entry in result.get(key, ())]
    return "\n".join(lines)
