"""`manage.py backup [FILE]`: every hospital's rows and the private files in one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.seals import seal_all
from accounts.models import Hospital
from hospital_crm.backup.archive import make_backup
from hospital_crm.backup.database import BackupError
from hospital_crm.tenancy.scope import hospital_scope


class Command(BaseCommand):
    """Makes an archive that only its owner may read: it holds personal data of every hospital, unencrypted."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="default: backups/ in CRM_DATA_DIR, named by the time")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        now = timezone.now()
        _seal_audit()
        target = file or settings.DATA_DIR / "backups" / f"crm-{now:%Y%m%dT%H%M%SZ}.tar"
        try:
            manifest = make_backup(target, now=now)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["rows"].values()), len(manifest["sha256"]) - 1
        self.stdout.write(f"{target}: {rows} rows in {len(manifest['rows'])} tables, {files} private files")


def _seal_audit() -> None:
    """Close every hospital's audit chain: the cluster that restores it counts its transactions anew."""
    for hospital in Hospital.objects.order_by("pk"):
        with hospital_scope(hospital):
            seal_all()
