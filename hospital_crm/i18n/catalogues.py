"""Reading and writing the catalogues: sorted, without dates and line numbers, so that they merge well."""

import os
from collections.abc import Iterable
from pathlib import Path

import polib

from hospital_crm.i18n.sources import LANGUAGES, Project
from hospital_crm.i18n.texts import Text, by_key

# Where OpenCC takes a word for one of programming or of Hong Kong.
OF_A_HOSPITAL = {"社群": "社區", "許可權": "權限", "型別": "類型", "程式碼": "代碼", "賬號": "帳號"}
HAND = "hand"  # translator comment of a zh_Hant entry that OpenCC must leave alone


def read(path: Path) -> polib.POFile:
    """The catalogue at `path`, or an empty one for its language."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=0)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": path.parent.parent.name,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def write(catalogue: polib.POFile, path: Path) -> None:
    """Write the catalogue sorted by text, whole or not at all."""
    catalogue.sort(key=lambda entry: (entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".po.writing")
    catalogue.save(str(fresh))
    fresh.replace(path)


def entries(catalogue: polib.POFile) -> dict[tuple[str, str], polib.POEntry]:
    """The living entries by key."""
    return {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}


def add_missing(path: Path, texts: Iterable[Text], *, prune: bool) -> tuple[int, int]:
    """Add the texts that the catalogue lacks, untranslated; with `prune` drop those no longer used. (added, dropped)"""
    catalogue, wanted = read(path), by_key(texts)
    present = entries(catalogue)
    added = [text for key, text in wanted.items() if key not in present]
    dropped = [entry for key, entry in present.items() if prune and key not in wanted]
    for entry in dropped:
        catalogue.remove(entry)
    for text in added:
        catalogue.append(_empty_entry(text))
    for key in wanted.keys() & present.keys():
        _follow_plural(present[key], wanted[key])
    if added or dropped or path.exists():
        write(catalogue, path)
    return len(added), len(dropped)


def make_traditional(project: Project, app: str) -> int:
    """Write zh_Hant anew from zh_Hans, keeping the entries marked `# hand`. Returns how many entries it has."""
    simplified = read(project.catalogue(app, "zh_Hans"))
    path = project.catalogue(app, "zh_Hant")
    kept = {key: entry for key, entry in entries(read(path)).items() if is_by_hand(entry)}
    fresh = read(path.with_name("none.po"))
    for key, entry in entries(simplified).items():
        fresh.append(kept.get(key) or _traditional_entry(entry))
    if len(fresh):
        write(fresh, path)
    return len(fresh)


def is_by_hand(entry: polib.POEntry) -> bool:
    """Whether a person has decided this Traditional Chinese wording."""
    return HAND in entry.tcomment.split()


def compile_changed(project: Project) -> int:
    """Make the binary catalogue of each file that has changed since. Returns how many were made."""
    made = 0
    for source in sorted(project.root.glob("locale/*/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            fresh = target.with_suffix(f".mo.{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(fresh))
            fresh.replace(target)
            made += 1
    return made


def to_traditional(text: str) -> str:
    """Taiwan's characters and words for a text in Simplified Chinese."""
    converted = _converter().convert(text)
    for word, better in OF_A_HOSPITAL.items():
        converted = converted.replace(word, better)
    return converted


def translations(entry: polib.POEntry) -> list[str]:
    """The translated forms: one, or the plural forms in order."""
    return (
        [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
        if entry.msgid_plural
        else [entry.msgstr]
    )


def collect(project: Project, app: str, *, prune: bool) -> tuple[int, int]:
    """Bring both catalogues of an app up to its texts. (added, dropped) of the first."""
    texts = list(project.texts(app))
    return [add_missing(project.catalogue(app, language), texts, prune=prune) for language in LANGUAGES][0]


def _empty_entry(text: Text) -> polib.POEntry:
    plural = {"msgid_plural": text.plural, "msgstr_plural": {0: ""}} if text.plural else {}
    return polib.POEntry(msgid=text.singular, msgctxt=text.context or None, msgstr="", **plural)


def _follow_plural(entry: polib.POEntry, text: Text) -> None:
    """A text that has got a plural form since keeps its translation."""
    if text.plural and entry.msgid_plural != text.plural:
        form = translations(entry)[0]
        entry.msgid_plural, entry.msgstr, entry.msgstr_plural = text.plural, "", {0: form}


def _traditional_entry(entry: polib.POEntry) -> polib.POEntry:
    return polib.POEntry(
        msgid=entry.msgid,
        msgctxt=entry.msgctxt,
        msgid_plural=entry.msgid_plural,
        msgstr=to_traditional(entry.msgstr),
        msgstr_plural={number: to_traditional(form) for number, form in entry.msgstr_plural.items()},
    )


_made: list = []


def _converter():
    """OpenCC's dictionaries, read once; a development dependency, so imported where it is needed."""
    if not _made:
        from opencc import OpenCC

        _made.append(OpenCC("s2twp"))
    return _made[0]
