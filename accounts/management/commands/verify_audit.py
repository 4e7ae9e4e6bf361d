"""`manage.py verify_audit [--hospital SLUG]`: recomputes the hash chain over events, accesses and row changes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain import seals
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope


class Command(BaseCommand):
    """Answers 0 when every sealed row is as it was sealed, else names the batches and answers 1."""

    help = "Recomputes the hash chain of the audit trail and names the batches that were tampered with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All hospitals, or one."""
        parser.add_argument("--hospital", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per chain with its newest hash, one per batch that does not fit."""
        slug = options["hospital"]
        hospitals = Hospital.objects.filter(slug=slug) if slug else Hospital.objects.order_by("slug")
        if slug and not hospitals:
            raise CommandError(f"no hospital {slug}")
        found = sum([self._verify(hospital) for hospital in hospitals])
        if found:
            raise CommandError(f"{found} sealed batches are not what was sealed")

    def _verify(self, hospital: Hospital) -> int:
        with hospital_scope(hospital):
            problems = list(seals.verify_all())
            newest = seals.newest()
        for chain, digest in newest.items():
            self.stdout.write(f"{hospital.slug} {chain} {digest}")
        for one in problems:
            self.stdout.write(
                f"{hospital.slug} {one.chain} seal {one.seal_id} of {one.sealed_at}: {one.reason}"
                f" ({one.rows_sealed} rows sealed, {one.rows_found} found)"
            )
        return len(problems)
