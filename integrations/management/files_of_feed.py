"""What the commands have in common that bring files of messages in."""

import argparse
import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.management.hospitals import hospital_named
from accounts.models import Hospital
from integrations.domain.errors import ImportRefused

Receive = Callable[..., dict[str, Any]]


class FilesOfFeed(BaseCommand):
    """Keeps every message of the files, applies what is due, and prints what became of them.

    `receive` takes the files in; a format whose result says more adds its `lines`.
    """

    receive: ClassVar[Receive]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--feed", required=True, metavar="NAME")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--language", help="language of the reasons (zh-hans, zh-hant, en)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the files in."""
        hospital = hospital_named(options["hospital"], language=options["language"])
        with translation.override(options["language"] or hospital.language):
            result = self._received(hospital, options["feed"], options["files"], timezone.now())
            self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else self._in_words(result))

    def lines(self, result: dict[str, Any]) -> list[str]:
        """What a format tells besides."""
        return []

    def _received(self, hospital: Hospital, feed: str, files: Sequence[Path], now: dt.datetime) -> dict[str, Any]:
        for path in files:
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path})
        try:
            return type(self).receive(hospital, feed, files, now=now)
        except ImportRefused as error:
            raise CommandError(str(error)) from error

    def _in_words(self, result: dict[str, Any]) -> str:
        said = _(
            "%(messages)s messages, %(new)s of them new: %(applied)s applied, %(ignored)s left on purpose,"
            " %(kept)s kept for later, %(waiting)s waiting for a decision, %(set_aside)s set aside"
        )
        problems = [f"{entry['file']} {entry['message']}: {entry['reason']}" for entry in result["problems"]]
        return "\n".join([said % result, *self.lines(result), *problems])
