"""Bring a discharge list in from the command line."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.management.hospitals import hospital_named
from accounts.models import Hospital
from integrations.domain.at_once import Asked, bring_in_file, try_file
from integrations.domain.errors import ImportRefused
from integrations.domain.modes import BOTH, MODES
from integrations.readers.problems import REJECTED, SKIPPED
from integrations.readers.tabular.errors import UnreadableFile


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
            result = self._brought_in(hospital, options["file"], asked, is_dry=options["dry_run"])
            self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _in_words(result))

    def _brought_in(self, hospital: Hospital, path: Path, asked: Asked, *, is_dry: bool) -> dict[str, Any]:
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        try:
            return (try_file if is_dry else bring_in_file)(hospital, path, asked=asked, now=timezone.now())
        except (UnreadableFile, ImportRefused) as error:
            raise CommandError(str(error)) from error


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
    for title, key in ((_("Left out"), REJECTED), (_("Left out by choice"), SKIPPED), (_("Remarks"), "warnings")):
        lines += [f"{title} {entry['row']}: {entry['reason']}" for entry in result.get(key, ())]
    return "\n".join(lines)
