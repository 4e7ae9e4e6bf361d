"""Load the invented hospitals of the demo."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.demo.data.load import SIZES, load


class Command(BaseCommand):
    """Two hospitals, `north` and `south`, with staff, units, people, stays and months of follow-up."""

    help = "Loads two invented hospitals into an empty database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--size", choices=sorted(SIZES), default="small")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them, or refuse where hospitals of these names exist."""
        if Hospital.objects.filter(slug__in=("north", "south")).exists():
            raise CommandError("hospitals north and south exist already; `make demo ARGS=--reset` starts anew")
        load(options["size"], now=timezone.now())
