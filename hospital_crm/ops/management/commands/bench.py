"""Measured jobs: `manage.py bench NAME [--json] …` runs `benchmarks/NAME.py`; its figures stand beside their limit."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

FOLDER = Path(__file__).resolve().parents[4] / "benchmarks"


class Command(BaseCommand):
    """Runs one benchmark: a module with `add_arguments(parser)` and `run(**options) -> dict`."""

    help = "Runs one measured job and prints its figures beside their limit."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The name comes first; the benchmark adds its own options."""
        parser.add_argument("name", choices=benchmarks())
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        name = next((word for word in sys.argv[2:] if word in benchmarks()), None)
        if name:
            _module(name).add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print, in an empty folder too; fails (exit 1) where a figure misses its goal."""
        call_command("migrate", verbosity=0)
        figures: dict[str, Any] = _module(options["name"]).run(**options)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, default=str))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in figures.items()))
        if figures.get("passed") is False:
            raise CommandError("a figure misses its goal")


def benchmarks() -> list[str]:
    """The names of all benchmarks: modules that can be run."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if "def run(" in path.read_text(encoding="utf-8"))


def _module(name: str) -> Any:
    return importlib.import_module(f"benchmarks.{name}")
