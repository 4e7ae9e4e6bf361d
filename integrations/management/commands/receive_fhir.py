"""Bring files of FHIR resources in from the command line."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Hospital
from integrations.domain.errors import ImportRefused
from integrations.domain.fhir_files import receive_files
from integrations.models import InboundRecord
from integrations.readers.problems import sentence


class Command(BaseCommand):
    """Keeps every resource of the files, applies what is due, and prints what became of them."""

    help = "Brings files of FHIR R4 resources (JSON and ndjson, packed or not) into a hospital."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--hospital", required=True, metavar="SLUG")
        parser.add_argument("--feed", required=True, metavar="NAME")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--language", help="language of the reasons (zh-hans, zh-hant, en)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the files in."""
        hospital = Hospital.objects.filter(slug=options["hospital"]).first()
        language = options["language"] or (hospital.language if hospital else translation.get_language())
        with translation.override(language):
            if hospital is None:
                raise CommandError(_("There is no hospital “%(slug)s”.") % {"slug": options["hospital"]})
            for path in options["files"]:
                if not path.is_file():
                    raise CommandError(_("There is no file %(path)s.") % {"path": path})
            try:
                result = receive_files(hospital, options["feed"], options["files"], now=timezone.now())
            except ImportRefused as error:
                raise CommandError(str(error)) from error
            self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _in_words(result))


def _in_words(result: dict[str, Any]) -> str:
    said = _(
        "%(messages)s messages, %(new)s of them new: %(applied)s applied, %(ignored)s left on purpose, %(kept)s kept"
        " for later, %(waiting)s waiting for a decision, %(set_aside)s set aside"
    )
    lines = [said % result]
    for kind, counts in result["resources"].items():
        lines.append(f"  {kind}: " + ", ".join(_count(name, count) for name, count in counts.items()))
    lines += [f"{entry['file']} {entry['message']}: {entry['reason']}" for entry in result["problems"]]
    return "\n".join(lines)


def _count(name: str, count: int) -> str:
    state, _colon, reason = name.partition(":")
    words = f"{count} {InboundRecord.State(state).label}"
    return f"{words} ({sentence(reason, {})})" if reason else words
