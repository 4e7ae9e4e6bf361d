"""`manage.py translations collect|traditional|compile|check`: the catalogues under locale/, without gettext itself."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.reloader import translation_file_changed

from hospital_crm.i18n import catalogues, checks
from hospital_crm.i18n.sources import Project


class Command(BaseCommand):
    """collect: add the texts of the code · traditional: make zh_Hant · compile: make .mo · check: fail on gaps."""

    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["collect", "traditional", "compile", "check"])
        parser.add_argument("--app", action="append", help="only this app; may be given again (all)")
        parser.add_argument("--prune", action="store_true", help="collect: drop the texts no file asks for any more")

    def handle(self, *args: Any, action: str, app: list[str] | None, prune: bool, **options: Any) -> None:
        project = Project(settings.BASE_DIR)
        apps = app or project.apps()
        self.verbosity = options["verbosity"]
        if unknown := set(apps) - set(project.apps()):
            raise CommandError(f"No such app: {', '.join(sorted(unknown))}")
        try:
            getattr(self, f"_{action}")(project, apps, prune)
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _collect(self, project: Project, apps: list[str], prune: bool) -> None:
        for app in apps:
            added, dropped = catalogues.collect(project, app, prune=prune)
            self._say(f"{app}: {added} added, {dropped} dropped")

    def _traditional(self, project: Project, apps: list[str], prune: bool) -> None:
        for app in apps:
            self._say(f"{app}: {catalogues.make_traditional(project, app)} texts in zh_Hant")

    def _compile(self, project: Project, apps: list[str], prune: bool) -> None:
        if made := catalogues.compile_changed(project):
            # What this process has read before is read anew: the demo compiles first and writes words afterwards.
            translation_file_changed(self, Path("django.mo"))
            self._say(f"{made} catalogues compiled")

    def _check(self, project: Project, apps: list[str], prune: bool) -> None:
        found = list(checks.problems(project, apps))
        for line in found:
            self.stderr.write(line)
        for app in apps:
            for text in checks.unused(project, app):
                self._say(f"{app}: unused, `collect --prune` drops it: {text!r}")
        if found:
            raise CommandError(f"{len(found)} faults in the translations")
        self._say(f"{', '.join(apps)}: complete in zh_Hans and zh_Hant")

    def _say(self, text: str) -> None:
        if self.verbosity:
            self.stdout.write(text)
