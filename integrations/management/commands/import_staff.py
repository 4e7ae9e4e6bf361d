"""Bring departments, wards, staff and roles from a sheet; prints the one-time passwords once."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.management.hospitals import hospital_named
from integrations.domain.at_once import Asked
from integrations.domain.modes import BOTH, MODES
from integrations.domain.staff_sheets import staff_result
from integrations.management.lists import brought_in
from integrations.models import ImportBatch
from integrations.readers.problems import SKIPPED


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
            result = brought_in(hospital, options["file"], asked, is_dry=options["dry_run"])
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _in_words(result))


def _in_words(result: dict[str, Any]) -> str:
    lines = [f"{result['rows']}: +{result['created']} ~{result['updated']} ={result['unchanged']}"]
    told = (*result["problems"], *result["warnings"], *result.get(SKIPPED, ()))
    lines += [f"{one['row']}: {one['reason']}" for one in told]
    lines += [f"{one['name']}\t{one['username']}\t{one['password']}" for one in result["accounts"]]
    return "\n".join(lines)
