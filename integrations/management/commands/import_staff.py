"""Bring departments, wards, staff and roles from a sheet; prints the one-time passwords once."""

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
from integrations.domain.staff_sheets import staff_result
from integrations.models import ImportBatch
from integrations.readers.problems import SKIPPED
from integrations.readers.tabular.errors import UnreadableFile


class Command(BaseCommand):
    """Recognises the sheet and brings it in."""

    help = "Brings departments, wards, staff and roles from a sheet (CSV, .xls, .xlsx) into a hospital."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, change nothing")
        parser.add_argument(
            "--mode", choices=list(MODES), default=BOTH, help="add new staff, correct known ones, or both"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the sheet in."""
        hospital = hospital_named(options["hospital"])
        asked = Asked(ImportBatch.Kind.STAFF, options["mode"], staff_result)
        with translation.override(hospital.language):
            result = _brought_in(hospital, options["file"], asked, is_dry=options["dry_run"])
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _in_words(result))


def _brought_in(hospital: Hospital, path: Path, asked: Asked, *, is_dry: bool) -> dict[str, Any]:
    if not path.is_file():
        raise CommandError(_("There is no file %(path)s.") % {"path": path})
    try:
        return (try_file if is_dry else bring_in_file)(hospital, path, asked=asked, now=timezone.now())
    except (UnreadableFile, ImportRefused) as error:
        raise CommandError(str(error)) from error


def _in_words(result: dict[str, Any]) -> str:
    lines = [f"{result['rows']}: +{result['created']} ~{result['updated']} ={result['unchanged']}"]
    lines += [f"{one['row']}: {one['reason']}" for one in (*result["problems"], *result.get(SKIPPED, ()))]
    lines += [f"{one['name']}\t{one['username']}\t{one['password']}" for one in result["accounts"]]
    return "\n".join(lines)
