"""Bring departments, wards, staff and roles from a sheet; prints the one-time passwords once."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.domain.staff import StaffOutcome
from accounts.management.hospitals import hospital_named
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.staff_sheets import bring_table
from integrations.readers.labels import field_label
from integrations.readers.staff_fields import STAFF_FIELDS
from integrations.readers.tabular.columns import match_columns
from integrations.readers.tabular.errors import MissingColumns, UnreadableFile
from integrations.readers.tabular.table import open_table


class Command(BaseCommand):
    """Recognises the sheet and brings it in."""

    help = "Brings departments, wards, staff and roles from a sheet (CSV, .xls, .xlsx) into a hospital."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the sheet in."""
        hospital = hospital_named(options["hospital"])
        path: Path = options["file"]
        with translation.override(hospital.language):
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path})
            try:
                outcome = _bring(hospital, path, options["dry_run"])
            except UnreadableFile as error:
                raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(_told(outcome), ensure_ascii=False) if options["json"] else _in_words(outcome))


def _told(outcome: StaffOutcome) -> dict[str, Any]:
    """Figures, accounts and problems; not each row that went in."""
    return {name: value for name, value in asdict(outcome).items() if name != "acts"}


def _bring(hospital: Hospital, path: Path, dry_run: bool) -> StaffOutcome:
    table = open_table(path, STAFF_FIELDS, settings.IMPORT_MAX_BYTES)
    columns = match_columns(table.info.columns, STAFF_FIELDS)
    if missing := columns.missing(STAFF_FIELDS.required):
        named = _("、").join(str(field_label(name)) for name in missing)
        raise MissingColumns(missing=named, columns="、".join(filter(None, table.info.columns))[:200])
    with hospital_scope(hospital):
        return bring_table(table, columns, dry_run=dry_run)


def _in_words(outcome: StaffOutcome) -> str:
    lines = [f"{outcome.rows}: +{outcome.created} ~{outcome.updated} ={outcome.unchanged}"]
    lines += [f"{one.row}: {one.reason}" for one in outcome.problems]
    lines += [f"{one.name}\t{one.username}\t{one.password}" for one in outcome.accounts]
    return "\n".join(lines)
