"""Take in mails that came back: from the pipe of a mail server, or from files."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.hospitals import hospital_named
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import bounces
from messaging.inbound.reading import LONGEST, in_folder, read


class Command(BaseCommand):
    """One mail from the pipe, or the mails of files; a folder file holds many. What cannot be read is kept as such."""

    help = "Takes in mails that came back: one from the pipe of a mail server, or those of files."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read first, then keep: nothing is open while a mail is read."""
        hospital = hospital_named(options["hospital"])
        mails = [read(one) for raw in self._raws(options["files"]) for one in in_folder(raw)]
        with hospital_scope(hospital):
            new = bounces.take(mails, now=timezone.now())
        verdicts = Counter(str(mail.verdict) for mail in mails)
        if options["json"]:
            self.stdout.write(json.dumps({"mails": len(mails), "new": new, "verdicts": dict(sorted(verdicts.items()))}))

    def _raws(self, files: list[Path]) -> list[bytes]:
        try:
            return [path.read_bytes() for path in files] or [sys.stdin.buffer.read(LONGEST)]
        except OSError as error:
            raise CommandError(str(error)) from error
