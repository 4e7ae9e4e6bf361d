"""`manage.py restore FILE [--yes]`: brings a backup back into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from hospital_crm.backup.archive import restore_backup
from hospital_crm.backup.database import BackupError
from hospital_crm.tenancy.checks import wall_problems


class Command(BaseCommand):
    """Restores, migrates (which raises walls and grants), and checks that every wall stands."""

    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace what the database and the folder hold")

    def handle(self, *args: Any, file: Path, yes: bool, **options: Any) -> None:
        try:
            manifest = restore_backup(file, replace=yes)
        except BackupError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        if problems := wall_problems():
            raise CommandError(f"Restored, but a wall is missing: {problems[0][1]}")
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"Restored {rows} rows of {manifest['at']}; walls and grants stand.")
