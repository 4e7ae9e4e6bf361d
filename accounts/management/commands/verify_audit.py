"""`manage.py verify_audit [--hospital SLUG] [--since DAY]`: recomputes the hash chains over events, accesses and row
changes; without a hospital also those over failed sign-ins and acts of platform operators.
"""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain import seals
from accounts.management.hospitals import hospital_named
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope


class Command(BaseCommand):
    """Answers 0 when every sealed row is as it was sealed, else names the batches and answers 1."""

    help = "Recomputes the hash chain of the audit trail and names the batches that were tampered with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All hospitals, or one; everything, or what was sealed since the beginning of a day."""
        parser.add_argument("--hospital", metavar="SLUG")
        parser.add_argument("--since", metavar="DAY", type=dt.date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        """A line per chain with its newest hash, per batch that does not fit, per tail that no seal covers."""
        slug, day = options["hospital"], options["since"]
        self.since = timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else None
        hospitals = [hospital_named(slug, also_off=True)] if slug else Hospital.objects.order_by("slug")
        found = sum([self._verify(hospital) for hospital in hospitals])
        if not slug:
            with no_hospital_scope():
                found += self._tell("platform", seals.PLATFORM_CHAINS)
        if found:
            raise CommandError(f"{found} sealed batches are not what was sealed")

    def _verify(self, hospital: Hospital) -> int:
        with hospital_scope(hospital):
            return self._tell(hospital.slug, seals.CHAINS)

    def _tell(self, whose: str, chains: tuple[seals.Chain, ...]) -> int:
        problems = list(seals.verify_all(chains, since=self.since))
        for chain, digest in seals.newest(chains).items():
            self.stdout.write(f"{whose} {chain} {digest}")
        for tail in seals.tails(chains):
            self.stdout.write(f"{whose} {tail.chain} not sealed yet: {tail.rows} rows since {tail.oldest:%F %T%z}")
        for one in problems:
            self.stdout.write(
                f"{whose} {one.chain} seal {one.seal_id} of {one.sealed_at}: {one.reason}"
                f" ({one.rows_sealed} rows sealed, {one.rows_found} found)"
            )
        return len(problems)
