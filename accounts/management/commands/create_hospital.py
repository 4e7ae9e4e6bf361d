"""`manage.py create_hospital SLUG --name NAME`: a hospital with default roles, protocol and settings, and no people."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.domain.hospitals import create_hospital
from accounts.models.hospital import LANGUAGE_CHOICES


class Command(BaseCommand):
    """Makes a hospital."""

    help = "Makes a hospital with the default roles, protocol and settings, and no people in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address and name, and what may differ from the defaults."""
        parser.add_argument("slug", help="first path segment of its pages, such as north")
        parser.add_argument("--name", required=True)
        parser.add_argument("--short-name", default="")
        parser.add_argument("--language", default="zh-hans", choices=[code for code, _ in LANGUAGE_CHOICES])
        parser.add_argument("--timezone", default="Asia/Shanghai")
        parser.add_argument("--host", default="", help="own host name, such as crm.hospital.example")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; every refusal is one line that names the field."""
        try:
            hospital = create_hospital(
                options["slug"],
                options["name"],
                short_name=options["short_name"],
                language=options["language"],
                timezone=options["timezone"],
                host_name=options["host"],
            )
        except ValidationError as error:
            lines = [f"{field}: {' '.join(map(str, texts))}" for field, texts in error.message_dict.items()]
            raise CommandError("; ".join(lines)) from error
        self.stdout.write(hospital.url("home"))
