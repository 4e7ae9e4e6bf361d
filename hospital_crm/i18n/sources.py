"""Which files speak for which catalogue: one per app, and one for the project's shell."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hospital_crm.i18n.python_texts import python_texts
from hospital_crm.i18n.template_texts import template_texts
from hospital_crm.i18n.texts import Text

SHELL = "hospital_crm"
LANGUAGES = ("zh_Hans", "zh_Hant")


@dataclass(frozen=True)
class Project:
    """The project's folder as the translations see it."""

    root: Path

    def apps(self) -> list[str]:
        """Every app with files of its own; the shell holds whatever belongs to none."""
        return sorted({SHELL, *(config.parent.name for config in self.root.glob("*/apps.py"))})

    def catalogue(self, app: str, language: str) -> Path:
        """The hand-kept file of one app and language."""
        return self.root / "locale" / app / language / "LC_MESSAGES" / "django.po"

    def templates(self, app: str) -> Iterator[Path]:
        """The templates of an app; for the shell, all that are in no app's folder."""
        folder = self.root / "templates"
        others = {folder / name for name in self.apps() if name != SHELL}
        for path in sorted(folder.rglob("*.*") if app == SHELL else (folder / app).rglob("*.*")):
            if path.suffix in {".html", ".txt"} and (app != SHELL or not others.intersection(path.parents)):
                yield path

    def python_files(self, app: str) -> Iterator[Path]:
        """The Python files of an app, migrations apart."""
        for path in sorted((self.root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path

    def texts(self, app: str) -> Iterator[Text]:
        """Every marked text of an app; ValueError names a mark that cannot work."""
        for path in self.python_files(app):
            yield from python_texts(path.read_text(encoding="utf-8"), path.relative_to(self.root))
        for path in self.templates(app):
            yield from template_texts(path.read_text(encoding="utf-8"), path.relative_to(self.root))
