"""What CI refuses: a text without its translation, a translation that loses a placeholder, a text nobody marked."""

from collections.abc import Iterator
from pathlib import Path

import polib

from hospital_crm.i18n import catalogues
from hospital_crm.i18n.sources import LANGUAGES, Project
from hospital_crm.i18n.template_texts import unmarked_texts, untrimmed_blocks
from hospital_crm.i18n.texts import Text, by_key, has_chinese, placeholders


def problems(project: Project, apps: list[str]) -> Iterator[str]:
    """Every fault of the given apps, one line each, with the place to mend."""
    for app in apps:
        texts = by_key(project.texts(app))
        yield from (
            f"{text.place}: Chinese as a source text: {text.singular!r}"
            for text in texts.values()
            if has_chinese(text.singular)
        )
        yield from _template_problems(project, app)
        for language in LANGUAGES:
            yield from _catalogue_problems(project, project.catalogue(app, language), texts)
        yield from _traditional_problems(project, app)
    yield from _disagreements(project, apps)


def unused(project: Project, app: str) -> list[str]:
    """Entries that no file of the app asks for any more."""
    wanted = by_key(project.texts(app))
    present = catalogues.entries(catalogues.read(project.catalogue(app, "zh_Hans")))
    return sorted(singular for context, singular in present.keys() - wanted.keys())


def _template_problems(project: Project, app: str) -> Iterator[str]:
    for path in project.templates(app):
        source, place = path.read_text(encoding="utf-8"), path.relative_to(project.root)
        if count := untrimmed_blocks(source):
            yield f"{place}: {count} blocktranslate without `trimmed`"
        if path.suffix == ".html":
            yield from (f"{place}: not marked for translation: {text!r}" for text in unmarked_texts(source))


def _catalogue_problems(project: Project, path: Path, texts: dict[tuple[str, str], Text]) -> Iterator[str]:
    present, place = catalogues.entries(catalogues.read(path)), path.relative_to(project.root)
    for key, text in texts.items():
        if key not in present:
            yield f"{place}: missing: {text.singular!r} of {text.place}"
        else:
            yield from (f"{place}: {fault}: {text.singular!r}" for fault in _faults(present[key], text))


def _faults(entry: polib.POEntry, text: Text) -> Iterator[str]:
    if entry.fuzzy:
        yield "fuzzy"
    if text.plural and entry.msgid_plural != text.plural:
        yield "without its plural form"
    forms = catalogues.translations(entry)
    if not all(forms) or not forms:
        yield "not translated"
    elif any(placeholders(form) != placeholders(text.plural or text.singular) for form in forms):
        yield "placeholders differ"


def _traditional_problems(project: Project, app: str) -> Iterator[str]:
    simplified = catalogues.entries(catalogues.read(project.catalogue(app, "zh_Hans")))
    path = project.catalogue(app, "zh_Hant")
    for key, entry in catalogues.entries(catalogues.read(path)).items():
        if key not in simplified or catalogues.is_by_hand(entry):
            continue
        expected = [catalogues.to_traditional(form) for form in catalogues.translations(simplified[key])]
        if catalogues.translations(entry) != expected:
            yield f"{path.relative_to(project.root)}: differs from `translations traditional`: {entry.msgid!r}"


def _disagreements(project: Project, apps: list[str]) -> Iterator[str]:
    """One text, one wording: which of two catalogues Django asks first must not matter."""
    said: dict[tuple[str, str], tuple[list[str], str]] = {}
    for app in apps:
        for key, entry in catalogues.entries(catalogues.read(project.catalogue(app, "zh_Hans"))).items():
            forms = catalogues.translations(entry)
            first, where = said.setdefault(key, (forms, app))
            if first != forms and all(first) and all(forms):
                yield f"{key[1]!r} is {forms[0]!r} in {app} and {first[0]!r} in {where}"
